"""A receipt becomes a proof: fetched, verified, kept; and what was promised and not given is told and kept as evidence."""

from __future__ import annotations

from pathlib import Path

import pytest

from custody.adapters.memory import MemoryLog
from custody.core.tlog.merkle import Tree
from custody.core.tlog.notes import Note, format_note, parse_note
from custody.courier.client import knowledge_of
from custody.courier.proving import no_proofs, verify
from custody.courier.sync import sync
from custody.gateway.front_door import PROMISED_S
from custody.sandbox.play_witnesses import ComputedWitnesses
from schemas.envelope import parse_envelope
from schemas.errors import LogUnavailable, Refused
from schemas.union import parse_event
from tests.courier.two_stations import NOW, Election
from tests.courier.witnessed import AT, Witnessed

IN_TIME = "2026-11-23T15:00:00+00:00"
TOO_LATE = "2026-11-23T15:00:01+00:00"


@pytest.fixture
def election(tmp_path: Path) -> Witnessed:
    return Witnessed(tmp_path)


def test_an_act_is_proven_once_a_cosigned_checkpoint_covers_it(election: Witnessed) -> None:
    election.packed()
    election.checkpoint()
    first = election.proven("cec-device")
    assert election.statuses("cec-device") == ["recorded"] * 4
    assert str(first.proofs) == "0 proven, 4 recorded and not proven yet"
    election.checkpoint()
    again = election.proven("cec-device")
    assert election.statuses("cec-device") == ["proven"] * 4
    assert (str(again.proofs), again.late, again.differs) == ("4 proven, 0 recorded and not proven yet", [], [])


def test_the_proof_is_kept_and_proves_it_to_whoever_knows_the_log(election: Witnessed) -> None:
    election.packed()
    election.proven("cec-device")
    election.checkpoint()
    election.proven("cec-device")
    box = election.box("cec-device")
    for item in box.kept():
        data = box.proof_of(item.entry_hash)
        assert data is not None
        assert verify(data, entry=item.entry, knowledge=knowledge_of(box)).index == item.position


def test_too_few_cosignatures_prove_nothing_and_blame_nobody(election: Witnessed) -> None:
    def one_only(note: bytes) -> bytes:
        opened = parse_note(ComputedWitnesses(1).cosign(note, tree=Tree(), at=AT))
        return format_note(Note(opened.text, opened.signatures[:2]))

    election.cosigning = one_only
    election.packed()
    election.proven("cec-device")
    election.checkpoint()
    report = election.proven("cec-device")
    assert election.statuses("cec-device") == ["recorded"] * 4
    assert (report.late, report.differs) == ([], [])


def test_a_promise_that_was_not_kept_is_told_and_its_receipt_is_evidence(election: Witnessed) -> None:
    election.packed()
    election.proven("cec-device")
    assert election.proven("cec-device", at=IN_TIME).late == []
    report = election.proven("cec-device", at=TOO_LATE)
    assert len(report.late) == 4
    assert "a proof was promised by 2026-11-23T15:00:00+00:00, and there is none" in report.late[0]
    assert {item.statement for item in election.box("cec-device").evidence()} == {
        item.statement for item in election.box("cec-device").kept()
    }
    assert PROMISED_S == 6 * 3_600
    election.checkpoint()
    assert election.proven("cec-device", at=TOO_LATE).late == []
    assert len(election.box("cec-device").evidence()) == 4


def test_a_proof_of_another_entry_is_told_and_counts_for_nothing(election: Witnessed) -> None:
    election.packed()
    election.proven("cec-device")
    election.checkpoint()
    wrong = election.proof(election.box("cec-device").kept()[0].entry_hash)
    report = sync(election.box("cec-device"), submitter=election.door(), at=NOW, proofs=lambda _: wrong)
    assert election.statuses("cec-device") == ["proven", "recorded", "recorded", "recorded"]
    assert len([line for line in report.differs if "its proof does not count" in line]) == 3


def test_a_proof_over_another_history_than_the_device_learned_is_told(election: Witnessed, tmp_path: Path) -> None:
    election.packed()
    election.proven("cec-device")
    other = Witnessed(tmp_path / "other", log=MemoryLog())
    entries = [record.entry for record in election.log.read(start=0, limit=10_000)]
    other.log = MemoryLog()
    other.log.append([*entries[:-5], b"another entry", *entries[-4:]])
    other.checkpoint()
    report = sync(election.box("cec-device"), submitter=election.door(), at=NOW, proofs=other.proof)
    assert "another history than this device learned" in report.differs[0]
    assert election.statuses("cec-device") == ["recorded"] * 4


def test_who_cannot_be_reached_changes_nothing(election: Witnessed) -> None:
    def silent(_: str) -> bytes | None:
        raise LogUnavailable("gateway-unreachable", "Nobody answers.")

    election.packed()
    report = sync(election.box("cec-device"), submitter=election.door(), at=NOW, proofs=silent)
    assert (report.recorded, report.differs) == (4, [])
    assert no_proofs("any") is None


def test_where_the_log_asks_nobody_nothing_is_promised_and_nothing_proven(tmp_path: Path) -> None:
    plain = Election(tmp_path)
    plain.packed()
    report = plain.sync("cec-device")
    assert str(report.proofs) == "nothing proven: this log asks no log witnesses"
    assert sync(plain.box("cec-device"), submitter=plain.door(), at="2027-01-01T00:00:00+00:00").late == []


def test_what_a_device_does_states_the_newest_note_it_learned(election: Witnessed) -> None:
    election.packed()
    election.proven("cec-device")
    state = knowledge_of(election.box("cec-device")).state
    digest, note = list(state.notes.items())[-1]
    for item in election.box("cec-device").kept():
        seen = parse_event(parse_envelope(item.entry).payload).seen
        assert seen is not None
        assert (seen.size, seen.note) == (note.cosigned.size, digest)
    assert [finding.code for finding in state.findings] == []


def test_a_proof_that_is_no_proof_is_refused(election: Witnessed) -> None:
    election.packed()
    with pytest.raises(Refused):
        verify(b"no proof", entry=b"x", knowledge=knowledge_of(election.box("cec-device")))
