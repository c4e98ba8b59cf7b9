"""A folder of a thousand stations is read and has no mistake; what its rehearsal costs is measured with ``many_stations``."""

from __future__ import annotations

from pathlib import Path

from custody.adapters.keystore_file import KEYS_MAX
from custody.election.reading import look
from schemas.election_folder import STATIONS_MAX
from tests.election.many_stations import write


def test_a_thousand_stations_are_a_folder_without_mistakes(tmp_path: Path) -> None:
    write(tmp_path / "many", count=STATIONS_MAX)
    looked = look(tmp_path / "many")
    assert looked.mistakes == ()
    assert looked.election is not None
    assert len(looked.election.stations) == 1_000
    assert len(looked.election.people) <= KEYS_MAX, "a rehearsal keeps all their keys in one keystore"
