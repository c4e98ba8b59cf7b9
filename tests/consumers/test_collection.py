"""The checkpointer's log is cosigned by witnesses as they are: honest, slow, rude, behind, ahead, killed, and never trusted."""

from __future__ import annotations

import json
import threading
from base64 import b64encode
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from io import StringIO
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from consumers.checkpointer import Checkpointer, checkpointing
from consumers.checkpointer_service import CheckpointerParts, CheckpointerWork, CheckpointFacts
from consumers.collection import AGAIN_S_MAX, RENEW_S, Collector
from consumers.journal import journal
from consumers.service import ServiceStatus
from consumers.witnesses import NamedWitness, check_named, parse_witnesses
from custody.adapters.memory import MemoryLog
from custody.adapters.tilefolder import TileFolder
from custody.adapters.witness_client import AskWitness, WitnessAnswer, WitnessClient
from custody.core.entries.signing import public_bytes
from custody.core.tlog.cosignatures import cosign, cosigned_at, format_witness_key, parse_witness_key
from custody.core.tlog.notes import Note, NoteSignature, VerifierKey, format_note, format_verifier_key, parse_note
from custody.core.tlog.tiles import tile_nodes
from schemas.errors import Misused, Refused, Unavailable
from tests.core.ledger.playing import LOG_PRIVATE, Play
from tests.core.ledger.witnesses import policy_set, witness
from tests.witness.running import home, start

KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
ORIGIN = "custody.invalid/test/0123456789abcdef/0"
NOW = 1_429_000_000


@dataclass
class Clock:
    """Seconds that a test lets pass."""

    now: float = 1_000.0

    def __call__(self) -> float:
        return self.now


@dataclass
class Scripted:
    """A witness that cosigns what it is shown, unless it was told what to answer; it remembers the requests."""

    name: str = "alpha"
    says: list[WitnessAnswer | Exception] = field(default_factory=list)
    asked: list[bytes] = field(default_factory=list)
    at: int = NOW

    @property
    def named(self) -> NamedWitness:
        return NamedWitness(self.name, witness(self.name)[0], "https://unused.invalid")

    def __call__(self, body: bytes) -> WitnessAnswer:
        self.asked.append(body)
        if self.says:
            answer = self.says.pop(0)
            if isinstance(answer, Exception):
                raise answer
            return answer
        key, private = witness(self.name)
        text = parse_note(body.partition(b"\n\n")[2]).text
        line = cosign(text=text, at=self.at, key=key, sign=private.sign)
        return WitnessAnswer(200, "text/plain", format_note(Note(text, (line,))).partition(b"\n\n")[2])


class House:
    """A log, its checkpointer's folders, and a collector over these witnesses."""

    def __init__(self, place: Path, *, asked: Mapping[NamedWitness, AskWitness]) -> None:
        self.log, self.clock, self.folder = MemoryLog(), Clock(), TileFolder(place / "public")
        self.place = place
        self.collector = Collector(
            asked,
            nodes_of=lambda found: tile_nodes(read=self.folder.read_tile, size=found.size),
            clock=self.clock,
        )

    @contextmanager
    def checkpointer(self) -> Iterator[Checkpointer]:
        with checkpointing(
            log=self.log,
            folder=self.folder.path,
            state=self.place / "private" / "signed",
            origin=ORIGIN,
            key=KEY,
            cosigned=self.collector.cosigned,
        ) as made:
            yield made

    def grow(self, count: int) -> None:
        self.log.append([b"entry %d" % number for number in range(self.log.end(), self.log.end() + count)])

    def published(self) -> Note:
        return parse_note(self.folder.read_checkpoint())

    def names(self) -> list[str]:
        return [line.name for line in self.published().signatures]


def house(place: Path, *scripted: Scripted) -> House:
    return House(place, asked={one.named: one for one in scripted})


def size_answer(size: int) -> WitnessAnswer:
    return WitnessAnswer(409, "text/x.tlog.size", b"%d\n" % size)


def refused(status: int) -> WitnessAnswer:
    return WitnessAnswer(status, "text/plain", b"no\n")


def test_a_real_witness_cosigns_a_growing_log_also_when_it_is_killed_between(tmp_path: Path) -> None:
    keys = home(tmp_path / "w", logs=[])
    (tmp_path / "w" / "logs").write_text(f"log {format_verifier_key(VerifierKey(ORIGIN, public_bytes(KEY)))}\n")
    key, size = parse_witness_key(keys.vkeys[0]), 0
    for counts in ((1, 2, 255), (0, 3)):
        process = start(tmp_path / "w")
        named = NamedWitness("w", key, f"http://127.0.0.1:{process.port}")
        client = WitnessClient(named.url)
        here = House(tmp_path, asked={named: client.add_checkpoint})
        here.grow(size)
        with here.checkpointer() as checkpointer:
            for count in counts:
                here.grow(count)
                size = checkpointer.step().size
                checkpointer.renew()
                note = here.published()
                assert list(cosigned_at(note, keys=[key])) == [keys.name]
                assert note.text.split("\n")[1] == str(size) == str(here.collector.standing["w"].size)
        client.close()
        here.collector.close()
        process.kill()
        for pipe in (process.process.stdout, process.process.stderr):
            assert pipe is not None
            pipe.close()


def test_a_witness_is_told_the_log_s_own_signature_only(tmp_path: Path) -> None:
    alpha, beta = Scripted("alpha"), Scripted("beta")
    here = house(tmp_path, alpha, beta)
    here.grow(3)
    with here.checkpointer() as checkpointer:
        checkpointer.step()
        checkpointer.renew()
        here.grow(2)
        checkpointer.step()
    assert here.names() == [ORIGIN, "alpha.invalid", "beta.invalid"]
    for body in (*alpha.asked, *beta.asked):
        assert [line.name for line in parse_note(body.partition(b"\n\n")[2]).signatures] == [ORIGIN]


def test_a_witness_that_knows_another_size_is_asked_again_with_a_proof_from_there(tmp_path: Path) -> None:
    alpha = Scripted(says=[size_answer(5)])
    here = house(tmp_path, alpha)
    here.grow(9)
    with here.checkpointer() as checkpointer:
        checkpointer.step()
    assert [body.split(b"\n")[0] for body in alpha.asked] == [b"old 0", b"old 5"]
    assert here.names() == [ORIGIN, "alpha.invalid"]


@pytest.mark.parametrize(
    ("says", "trouble"),
    [
        ([refused(404)], "witness-knows-no-log"),
        ([refused(403)], "witness-refused"),
        ([refused(422)], "witness-refused"),
        ([refused(429)], "witness-busy"),
        ([refused(500)], "witness-failed"),
        ([refused(302)], "witness-failed"),
        ([size_answer(10)], "witness-ahead"),
        ([size_answer(2**60)], "witness-ahead"),
        ([size_answer(2), size_answer(3)], "witness-ahead"),
        ([size_answer(2), refused(422)], "witness-refused"),
        ([WitnessAnswer(409, "text/plain", b"5\n")], "witness-answer"),
        ([WitnessAnswer(409, "text/x.tlog.size", b"+5\n")], "witness-answer"),
        ([WitnessAnswer(409, "text/x.tlog.size", "٥\n".encode())], "witness-answer"),
        ([WitnessAnswer(409, "text/x.tlog.size", b"9" * 60_000)], "witness-answer"),
        ([WitnessAnswer(200, "text/plain", b"")], "witness-answer"),
        ([WitnessAnswer(200, "text/plain", b"\xff\x00")], "witness-answer"),
        ([WitnessAnswer(200, "text/plain", "— alpha.invalid AAAAAAAA\n".encode())], "witness-answer"),
        ([Unavailable("witness-unreachable", "Silence.")], "witness-unreachable"),
    ],
)
def test_whatever_a_witness_answers_the_checkpoint_is_published_and_the_witness_asked_again_later(
    tmp_path: Path, says: Sequence[WitnessAnswer | Exception], trouble: str
) -> None:
    alpha, beta = Scripted("alpha", says=[*says]), Scripted("beta")
    here = house(tmp_path, alpha, beta)
    here.grow(9)
    with here.checkpointer() as checkpointer:
        assert checkpointer.step().size == 9
        assert here.names() == [ORIGIN, "beta.invalid"]
        assert here.collector.standing["alpha"].trouble == trouble
        asked, here.clock.now = len(alpha.asked), here.clock.now + 1.5
        checkpointer.renew()
        assert len(alpha.asked) == asked
        here.clock.now += AGAIN_S_MAX
        assert here.collector.is_due()
        checkpointer.renew()
    assert here.names() == [ORIGIN, "alpha.invalid", "beta.invalid"]
    assert here.collector.standing["alpha"].trouble == ""


def test_a_false_cosignature_or_one_of_another_checkpoint_counts_for_nothing(tmp_path: Path) -> None:
    key, private = witness("alpha")
    other = f"{ORIGIN}\n9\n{b64encode(bytes(32)).decode()}\n"
    line = cosign(text=other, at=NOW, key=key, sign=private.sign)
    body = format_note(Note(other, (line,))).partition(b"\n\n")[2]
    alpha = Scripted(says=[WitnessAnswer(200, "text/plain", body)])
    here = house(tmp_path, alpha)
    here.grow(9)
    with here.checkpointer() as checkpointer:
        checkpointer.step()
    assert here.names() == [ORIGIN]
    assert here.collector.standing["alpha"].trouble == "witness-answer"


def test_a_slow_witness_holds_up_nobody_and_its_cosignature_is_added_when_it_comes(tmp_path: Path) -> None:
    beta, go, went = Scripted("beta"), threading.Event(), threading.Event()

    def slow(body: bytes) -> WitnessAnswer:
        go.wait(timeout=20)
        answer = Scripted("alpha")(body)
        went.set()
        return answer

    here = House(tmp_path, asked={Scripted("alpha").named: slow, beta.named: beta})
    here.grow(3)
    data = format_note(Note(*_signed(here)))
    assert [line.name for line in parse_note(here.collector.cosigned(data, wait_s=0.3)).signatures][1:] == [
        "beta.invalid"
    ]
    assert not here.collector.is_due()
    go.set()
    assert went.wait(timeout=20)
    while not here.collector.is_due():
        threading.Event().wait(0.01)
    names = [line.name for line in parse_note(here.collector.cosigned(data, wait_s=0.3)).signatures]
    assert names == [ORIGIN, "alpha.invalid", "beta.invalid"]
    assert len(beta.asked) == 1


def _signed(here: House) -> tuple[str, tuple[NoteSignature, ...]]:
    """Text and own signature of the checkpoint over what the log holds, with its tiles on the disk."""
    plain = House(here.place, asked={})
    plain.log = here.log
    with plain.checkpointer() as checkpointer:
        checkpointer.step()
    note = plain.published()
    return note.text, note.signatures


def test_an_idle_log_is_cosigned_anew_every_hour_and_keeps_what_it_has_meanwhile(tmp_path: Path) -> None:
    alpha, beta = Scripted("alpha"), Scripted("beta")
    here = house(tmp_path, alpha, beta)
    here.grow(3)
    with here.checkpointer() as checkpointer:
        checkpointer.step()
        assert not here.collector.is_due()
        here.clock.now += RENEW_S
        assert here.collector.is_due()
        alpha.at, beta.says = NOW + 3_600, [refused(500)]
        checkpointer.renew()
    assert not here.collector.is_due()
    times = cosigned_at(here.published(), keys=[witness("alpha")[0], witness("beta")[0]])
    assert times == {"alpha.invalid": NOW + 3_600, "beta.invalid": NOW}


def test_what_was_published_is_taken_over_after_a_restart_and_false_lines_are_not(tmp_path: Path) -> None:
    here = house(tmp_path, Scripted("alpha"), Scripted("beta"))
    here.grow(3)
    with here.checkpointer() as checkpointer:
        checkpointer.step()
    note = here.published()
    own, alpha, beta = note.signatures
    silent = [Unavailable("witness-unreachable", "Silence.")]
    again = house(tmp_path, Scripted("alpha", says=[*silent]), Scripted("beta", says=[*silent]))
    again.collector.seed(format_note(Note(note.text, (own, alpha, type(beta)(beta.name, beta.key_id, bytes(72))))))
    assert again.collector.cosigners == ["alpha"]
    cosigned = again.collector.cosigned(format_note(Note(note.text, (own,))))
    assert [line.name for line in parse_note(cosigned).signatures] == [ORIGIN, "alpha.invalid"]


def test_the_service_publishes_cosigned_and_says_by_how_many(tmp_path: Path) -> None:
    play, alpha, beta = Play("AYT"), Scripted("alpha"), Scripted("beta", says=[refused(404)])
    log, stream = MemoryLog(), StringIO()
    play.act(policy_set(("alpha", "beta", "gamma")), by=("cec-1", "cec-2"))
    log.append(play.log)

    @contextmanager
    def opened() -> Iterator[MemoryLog]:
        yield log

    origin, public = play.ledger.state.origin, public_bytes(LOG_PRIVATE).hex()
    parts = CheckpointerParts(
        log=opened,
        genesis=lambda _: CheckpointFacts(play.ledger.election, origin, public),
        key=LOG_PRIVATE,
        tiles=tmp_path / "public",
        state=tmp_path / "private" / "signed",
        witnesses={alpha.named: alpha, beta.named: beta},
    )
    work = CheckpointerWork(parts, desk=ServiceStatus("checkpointer", journal("checkpointer", stream=stream)))
    work.turn()
    work.close()
    signed, cosigned = [json.loads(line) for line in stream.getvalue().splitlines()]
    assert (signed["event"], cosigned["event"]) == ("signed", "cosigned")
    assert (cosigned["by"], cosigned["of"]) == (1, 2)
    assert cosigned["trouble"] == {"beta": "witness-knows-no-log"}
    note = parse_note(TileFolder(parts.tiles).read_checkpoint())
    assert [line.name for line in note.signatures] == [origin, "alpha.invalid"]


LINE = f"witness alpha {format_witness_key(witness('alpha')[0])} https://alpha.invalid/prefix\n"


@pytest.mark.parametrize(
    "text",
    ["", "# nobody\n", LINE.replace("witness", "log"), LINE.rsplit(" ", 1)[0] + "\n", LINE + LINE, "witness a b c\n"],
)
def test_a_file_of_witnesses_that_is_not_in_its_form_is_refused(text: str) -> None:
    with pytest.raises(Refused) as caught:
        parse_witnesses(text)
    assert caught.value.code == "witnesses-file"


def test_a_witness_that_no_policy_on_the_log_names_is_not_asked() -> None:
    play, (alpha,) = Play("AYT"), parse_witnesses(f"# ours\n\n{LINE}")
    with pytest.raises(Misused) as caught:
        check_named([alpha], entries=play.log)
    assert caught.value.code == "witness-not-named"
    play.act(policy_set(("alpha", "beta", "gamma")), by=("cec-1", "cec-2"))
    check_named([alpha], entries=play.log)
