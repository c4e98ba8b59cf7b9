"""Opening an election between five keystores in five folders: each step a file, resumed at will; nobody needs another's key."""

from __future__ import annotations

import json
import shutil
from dataclasses import dataclass
from pathlib import Path

import pytest

from custody.cli.commands.ceremony import WAITING
from custody.core.tlog.checkpoint import check_second, second_of
from custody.core.tlog.notes import parse_note
from custody.election.ceremony import derive, genesis_words
from custody.election.reading import read_election
from custody.election.table import CeremonyTable
from custody.embedded.directory import Directory
from custody.embedded.folding import folded
from custody.sandbox.create import make
from schemas.election_names import digest_of
from schemas.envelope import parse_envelope
from schemas.strict_json import canonical
from tests.election.conftest import Command, Ended

OFFICERS = ("cec-1", "cec-2", "cec-3", "cec-4")
HOLDERS = (*OFFICERS, "log")
THRESHOLD = 3


@dataclass(frozen=True)
class Room:
    """A ceremony: the table, and each holder's own folder with a copy of the election's."""

    custody: Command
    folder: Path
    path: Path

    def own(self, badge: str) -> Path:
        return self.path / f"own-{badge}"

    def key(self, badge: str, *, own: str = "", more: tuple[str, ...] = ()) -> Ended:
        return self._run("key", badge=badge, own=own, more=more)

    def sign(self, badge: str, *, own: str = "", words: str = "") -> Ended:
        return self._run("sign", badge=badge, own=own, more=("--words", words or self.words()))

    def open(self, directory: str = "D") -> Ended:
        at = ("--at", "2027-04-19T10:00:00+03:00")
        return self.custody("election", "open", str(self.folder), "--ceremony", "table", "--dir", directory, *at)

    def words(self) -> str:
        """As the other machine reads them aloud."""
        return " ".join(genesis_words((self.path / "table/genesis.json").read_bytes()))

    def _run(self, step: str, *, badge: str, own: str, more: tuple[str, ...]) -> Ended:
        copy = self.path / f"copy-{badge}"
        if not copy.exists():
            shutil.copytree(self.folder, copy)
        place = str(self.own(own or badge))
        return self.custody(
            *("election", step, str(copy), "--ceremony", "table", "--keystore", place, "--as", badge), *more
        )


@pytest.fixture
def room(custody: Command, folder: Path, tmp_path: Path) -> Room:
    people, toml = folder / "people.csv", folder / "election.toml"
    row = "cec-3,cec-officer,CEC,cec-device\n"
    people.write_text(people.read_text().replace(row, row + row.replace("cec-3", "cec-4")))
    text = toml.read_text().replace('"cec-3"]', '"cec-3", "cec-4"]').replace("threshold = 2", "threshold = 3")
    toml.write_text(text)
    return Room(custody, folder, tmp_path)


def drawn(room: Room) -> Room:
    """Everybody's key is on the table, and genesis is derived."""
    for badge in HOLDERS:
        assert room.key(badge).code == 0
    assert room.open().code == WAITING
    return room


def test_each_step_waits_for_the_next_person_and_can_be_done_again(room: Room) -> None:
    for number, badge in enumerate(HOLDERS):
        waiting = room.open()
        assert waiting.code == WAITING
        assert f"{number} of 5 keys are here; awaited: {', '.join(HOLDERS[number:])}." in waiting.out
        first, again = room.key(badge), room.key(badge)
        assert (first.code, first.out) == (again.code, again.out) == (0, first.out)
    for number, badge in enumerate(("cec-4", "cec-1", "cec-3")):
        waiting = room.open()
        assert (waiting.code, f"{number} of 3 signatures" in waiting.out) == (WAITING, True)
        assert [room.sign(badge).code, room.sign(badge).code] == [0, 0]
    opened, again = room.open(), room.open()
    assert (opened.code, again.out) == (0, opened.out)
    root = json.loads((room.path / "table/opened.json").read_text())["election"]
    assert f"OPENED by cec-1, cec-3, cec-4. The root to pin: {root}" in opened.out
    with Directory(room.path / "D").open_log() as log:
        ledger = folded(log)
        assert (ledger.election, list(ledger.state.findings), log.end()) == (root, [], 1)
        stated = ledger.state.opening().names
    names = [(room.path / place / "names.json").read_bytes() for place in ("D", "table")]
    assert [digest_of(data) for data in names] == [stated, stated]


def test_the_log_may_have_a_second_key_by_which_its_checkpointer_signs_too(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "Only the log has a second key" in room.key("cec-1", more=("--ml-dsa-44",)).err
    assert room.key("log", more=("--ml-dsa-44",)).code == 0
    altered = room.path / "table/requests/log.json"
    said = json.loads(altered.read_text())
    proof = said["second_proof"]
    altered.write_bytes(canonical({**said, "second_proof": f"{proof[:-1]}{'0' if proof[-1] != '0' else '1'}"}))
    assert "was altered" in room.open().err
    altered.write_bytes(canonical(said) + b"\n")
    drawn(room)
    for badge in OFFICERS[:3]:
        assert room.sign(badge).code == 0
    assert "ML-DSA-44" in room.open().out
    monkeypatch.setenv("CUSTODY_KEYSTORE", str(room.own("log") / "keystore.json"))
    monkeypatch.setenv("CUSTODY_BADGE", "log")
    assert room.custody("checkpointer", "--once", "--dir", "D").code == 0
    place = Directory(room.path / "D")
    with place.open_log() as log:
        state = folded(log).state
        second = second_of(genesis=state.opening(), election=state.election)
    note = parse_note((place.tiles / "checkpoint").read_bytes())
    assert second is not None
    assert (len(note.signatures), second.public.hex()) == (2, said["second"])
    check_second(note=note, key=second)


def test_a_signature_that_comes_after_the_opening_changes_nothing(room: Room) -> None:
    drawn(room)
    for badge in OFFICERS[:3]:
        room.sign(badge)
    opened = room.open()
    assert room.sign("cec-4").code == 0
    assert room.open().code == 0
    assert opened.code == 0


def test_what_each_signs_is_derived_from_a_folder_of_their_own(room: Room) -> None:
    drawn(room)
    plan = room.path / "copy-cec-1" / "rules.json"
    plan.write_text(plan.read_text().replace('"waiting_hours": 72', '"waiting_hours": 24'))
    told = room.sign("cec-1")
    assert told.code == 1
    assert "This folder does not give the genesis that is on the table." in told.err
    assert "rules.waiting_hours: here 24, on the table 72." in told.err
    assert not (room.path / "table/signatures/cec-1.event").exists()


def test_a_folder_that_changes_after_genesis_was_derived_opens_nothing(room: Room) -> None:
    drawn(room)
    toml = room.folder / "election.toml"
    toml.write_text(toml.read_text().replace("threshold = 3", "threshold = 4"))
    told = room.open()
    assert (told.code, "root.threshold: here 4, on the table 3." in told.err) == (1, True)


def test_other_words_sign_nothing(room: Room) -> None:
    drawn(room)
    told = room.sign("cec-1", words="apple pear plum")
    assert (told.code, "The words are not the same" in told.err) == (1, True)
    assert not (room.path / "table/signatures/cec-1.event").exists()


def test_an_officer_with_anothers_keystore_signs_nothing(room: Room) -> None:
    drawn(room)
    told = room.sign("cec-2", own="cec-1")
    assert (told.code, "does not hold the key that cec-2 brought" in told.err) == (64, True)


def test_somebody_who_is_not_in_the_root_brings_no_key_and_signs_nothing(room: Room) -> None:
    for told in (room.key("mfa-1"), drawn(room).sign("mfa-1")):
        assert (told.code, "the root" in told.err) == (64, True)


def test_a_second_key_under_one_badge_is_refused(room: Room) -> None:
    assert room.key("cec-1").code == 0
    told = room.key("cec-1", own="elsewhere")
    assert (told.code, "cec-1 brought a key already" in told.err) == (64, True)


def test_one_person_under_two_badges_is_refused(room: Room) -> None:
    tag = ("--person", "ab" * 32)
    for badge in HOLDERS:
        room.key(badge, more=tag if badge in ("cec-1", "cec-2") else ())
    told = room.open()
    assert (told.code, "cec-2 and cec-1 are the same person by their tags." in told.err) == (65, True)


def test_an_altered_request_is_refused(room: Room) -> None:
    for badge in HOLDERS:
        room.key(badge)
    path = room.path / "table/requests/cec-2.json"
    path.write_text(path.read_text().replace('"person":"', '"person":"0')[:-2].replace("00", "0", 1))
    told = room.open()
    assert (told.code, "cec-2.json" in told.err) == (65, True)


def test_a_signature_over_another_genesis_is_refused(room: Room) -> None:
    drawn(room)
    room.sign("cec-1")
    kept = (room.path / "table/signatures/cec-1.event").read_bytes()
    (room.path / "table/genesis.json").unlink()
    (room.path / "table/signatures/cec-1.event").unlink()
    room.custody(
        *("election", "open", str(room.folder), "--ceremony", "table", "--dir", "D"),
        "--at",
        "2027-04-20T10:00:00+03:00",
    )
    (room.path / "table/signatures/cec-1.event").write_bytes(kept)
    told = room.open()
    assert (told.code, "signs another genesis than the one on this table" in told.err) == (65, True)


def test_a_log_that_begins_with_another_election_is_left_alone(room: Room) -> None:
    drawn(room)
    for badge in OFFICERS[:3]:
        room.sign(badge)
    make(Directory(room.path / "other"), scenario="empty", seed=1, progress=lambda done, of: None, only=("AYT",))
    told = room.open("other")
    assert (told.code, "The log begins with something else; nothing was written to it." in told.err) == (1, True)


def test_the_genesis_of_the_demonstration_follows_from_its_folder(room: Room) -> None:
    """The same bytes by another way: what the ceremony derives is what a rehearsal signs, but for who is listed."""
    drawn(room)
    election = read_election(room.folder)
    payload = (room.path / "table/genesis.json").read_bytes()
    requests = CeremonyTable(room.path / "table").requests(election)
    assert derive(election, requests=requests, at="2027-04-19T10:00:00+03:00") == payload
    made = make(Directory(room.path / "r"), scenario="empty", seed=1, progress=lambda done, of: None, election=election)
    rehearsed = json.loads(parse_envelope(made.stage.entries()[0]).payload)
    stated = json.loads(payload)
    for name in ("root", "log_key", "signers"):
        del rehearsed[name], stated[name]
    assert stated == rehearsed
