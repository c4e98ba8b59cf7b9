"""The log's second line, of ML-DSA-44: drawn once for a checkpoint, sent to witnesses, published, and not logged."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path

import pytest

from consumers.checkpointer import Checkpointer, checkpointing
from consumers.checkpointer_service import CheckpointerParts, CheckpointFacts, second_key
from consumers.noted_checkpoints import LoggedNotes, NoteWriter
from custody.adapters.memory import MemoryLog
from custody.adapters.tilefolder import TileFolder
from custody.core.tlog.checkpoint import check_second
from custody.core.tlog.notes import Note, NoteSignature, parse_note
from custody.core.tlog.postquantum import PostquantumKey, derived_key, without_lines
from schemas.errors import Misused
from tests.consumers.test_checkpointer import KEY, ORIGIN, log_of, some_entries
from tests.consumers.test_collection import House, Scripted, house
from tests.core.ledger.playing import LOG_PRIVATE, Play
from tests.core.ledger.witnesses import policy_set

SECOND = derived_key(KEY)
PUBLIC = PostquantumKey(ORIGIN, SECOND.public_key().public_bytes_raw())


@contextmanager
def signing(where: House, *, log: MemoryLog | None = None) -> Iterator[Checkpointer]:
    with checkpointing(
        log=log or where.log,
        folder=where.folder.path,
        state=where.place / "private" / "signed",
        origin=ORIGIN,
        key=KEY,
        second=SECOND,
        cosigned=where.collector.cosigned,
    ) as made:
        yield made


def own(where: House) -> NoteSignature:
    return check_second(note=where.published(), key=PUBLIC)


def test_it_stands_second_and_stays_while_the_checkpoint_is_published_again(tmp_path: Path) -> None:
    place = house(tmp_path, Scripted("alpha"))
    place.grow(3)
    with signing(place) as checkpointer:
        checkpointer.step()
        first = own(place)
        checkpointer.renew()
        assert (place.published().signatures[1], own(place)) == (first, first)
    with signing(place) as checkpointer:
        checkpointer.step()
        checkpointer.renew()
        assert own(place) == first
        place.grow(1)
        checkpointer.step()
        assert own(place) != first


def test_a_published_line_that_is_false_is_not_taken_over(tmp_path: Path) -> None:
    place = house(tmp_path)
    place.grow(3)
    with signing(place) as checkpointer:
        checkpointer.step()
    good, path = own(place), place.folder.path / "checkpoint"
    text = path.read_text()
    line = max(text.splitlines(), key=len)
    path.write_text(text.replace(line, f"{line[:300]}{'B' if line[300] == 'A' else 'A'}{line[301:]}"))
    with signing(place) as checkpointer:
        checkpointer.step()
        checkpointer.renew()
    assert own(place) != good


def test_witnesses_are_sent_both_lines_of_the_log_and_nothing_else(tmp_path: Path) -> None:
    alpha, beta = Scripted("alpha"), Scripted("beta")
    place = house(tmp_path, alpha, beta)
    place.grow(3)
    with signing(place) as checkpointer:
        checkpointer.step()
    for witness in (alpha, beta):
        (body,) = witness.asked
        sent = parse_note(body.partition(b"\n\n")[2])
        assert sent == Note(sent.text, place.published().signatures[:2])


def test_with_no_second_key_there_is_one_line(tmp_path: Path) -> None:
    place = house(tmp_path)
    with checkpointing(
        log=log_of(some_entries(3)), folder=place.folder.path, state=tmp_path / "signed", origin=ORIGIN, key=KEY
    ) as checkpointer:
        checkpointer.step()
    assert len(place.published().signatures) == 1


def test_a_note_is_logged_without_it(tmp_path: Path) -> None:
    play, log = Play("AYT", second=derived_key(LOG_PRIVATE).public_key().public_bytes_raw().hex()), MemoryLog()
    play.act(policy_set(("alpha",), threshold=1), by=("cec-1", "cec-2"))
    log.append(play.log)
    place = house(tmp_path, Scripted("alpha", at=play.stage.now))
    with checkpointing(
        log=log,
        folder=place.folder.path,
        state=tmp_path / "signed",
        origin=play.ledger.state.origin,
        key=LOG_PRIVATE,
        second=derived_key(LOG_PRIVATE),
        cosigned=place.collector.cosigned,
    ) as checkpointer:
        checkpointer.step()
    published = TileFolder(place.folder.path).read_checkpoint()
    notes = LoggedNotes()
    notes.look(log.read(start=0, limit=1_000))
    signatory = play.stage.cast.people["checkpointer-1"]
    writer = NoteWriter(log, signatory, clock=lambda: 1_000.0, now=lambda: play.stage.now, notes=notes)
    assert writer.offer(published, asked=1)
    assert not writer.offer(published, asked=1)
    play.put(log.read(start=log.end() - 1, limit=1)[0].entry)
    (note,) = play.ledger.state.notes.values()
    assert (set(note.cosigned.times), play.findings) == ({"alpha"}, [])
    assert len(parse_note(published).signatures) == len(without_lines(parse_note(published)).signatures) + 1


def test_another_second_key_than_genesis_names_signs_nothing(tmp_path: Path) -> None:
    parts = CheckpointerParts(
        log=lambda: nullcontext(MemoryLog()),
        genesis=lambda _: facts,
        key=KEY,
        tiles=tmp_path / "tiles",
        state=tmp_path / "signed",
    )
    facts = CheckpointFacts("e" * 64, ORIGIN, KEY.public_key().public_bytes_raw().hex(), second="00" * 1312)
    with pytest.raises(Misused, match="log-key"):
        second_key(parts, facts=facts)
