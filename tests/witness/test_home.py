"""Keys and state of a witness belong together; what is missing, foreign or set back signs nothing."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from custody.adapters.witness_state import WitnessState
from custody.cli.commands.witness import _read_logs
from custody.core.tlog.notes import parse_note
from custody.witness.home import STATE, make_home, open_home
from custody.witness.keys import WitnessKeys
from custody.witness.logs import parse_logs
from custody.witness.witness import SLEW_S, OtherTree, Witness
from schemas.errors import CustodyError, Refused, Unavailable
from tests.witness.running import NAME, PIN, TestLog

LOG = TestLog("log.invalid/one")
NOW = 1_700_000_000


def refusal(block: Callable[[], object]) -> CustodyError:
    with pytest.raises(CustodyError) as caught:
        block()
    return caught.value


def witness_at(folder: Path, *, times: list[int]) -> tuple[Witness, WitnessState]:
    keys, state = open_home(folder, pin=PIN)
    return Witness(keys, logs=parse_logs(LOG.line), state=state, clock=lambda: times[0]), state


def test_the_keys_are_the_same_whenever_they_are_opened(tmp_path: Path) -> None:
    made = make_home(tmp_path / "w", name=NAME, pin=PIN)
    keys, state = open_home(tmp_path / "w", pin=PIN)
    state.close()
    assert keys.vkeys == made.vkeys
    assert keys.ml_dsa_44.private_bytes_raw() == made.ml_dsa_44.private_bytes_raw()


def test_another_name_has_another_ml_dsa_key(tmp_path: Path) -> None:
    keys = make_home(tmp_path / "w", name=NAME, pin=PIN)
    other = WitnessKeys.of(keys.ed25519, name="witness.invalid/w2")
    assert other.ml_dsa_44.private_bytes_raw() != keys.ml_dsa_44.private_bytes_raw()


def test_nobody_else_may_read_the_folder(tmp_path: Path) -> None:
    make_home(tmp_path / "w", name=NAME, pin=PIN)
    assert {oct(path.stat().st_mode & 0o777) for path in (tmp_path / "w").iterdir()} == {"0o600"}
    assert oct((tmp_path / "w").stat().st_mode & 0o777) == "0o700"


def test_keys_are_made_once(tmp_path: Path) -> None:
    make_home(tmp_path / "w", name=NAME, pin=PIN)
    assert refusal(lambda: make_home(tmp_path / "w", name=NAME, pin=PIN)).code == "witness-exists"


@pytest.mark.parametrize(
    "name", ["", "w1", "Witness.example", "witness.example/", "https://w.example", "a.b/" + "c" * 255]
)
def test_a_name_that_is_no_address_without_a_scheme_is_refused(tmp_path: Path, name: str) -> None:
    assert refusal(lambda: make_home(tmp_path / "w", name=name, pin=PIN)).code == "witness-name"


def test_keys_whose_state_is_missing_sign_nothing_more(tmp_path: Path) -> None:
    make_home(tmp_path / "w", name=NAME, pin=PIN)
    (tmp_path / "w" / STATE).unlink()
    assert refusal(lambda: open_home(tmp_path / "w", pin=PIN)).code == "witness-state-missing"
    assert not (tmp_path / "w" / STATE).exists()


def test_the_state_of_other_keys_is_not_taken(tmp_path: Path) -> None:
    for name in ("one", "two"):
        make_home(tmp_path / name, name=NAME, pin=PIN)
    (tmp_path / "one" / STATE).replace(tmp_path / "two" / STATE)
    assert refusal(lambda: open_home(tmp_path / "two", pin=PIN)).code == "witness-state-foreign"


def test_another_program_s_database_is_not_written_to(tmp_path: Path) -> None:
    make_home(tmp_path / "w", name=NAME, pin=PIN)
    (tmp_path / "w" / STATE).unlink()
    with sqlite3.connect(tmp_path / "w" / STATE) as other:
        other.execute("CREATE TABLE witness (name TEXT, keys TEXT)")
    other.close()
    assert refusal(lambda: open_home(tmp_path / "w", pin=PIN)).code == "witness-state-foreign"


def test_a_clock_that_is_behind_what_was_signed_last_signs_nothing(tmp_path: Path) -> None:
    make_home(tmp_path / "w", name=NAME, pin=PIN)
    times = [NOW]
    witness, state = witness_at(tmp_path / "w", times=times)
    with state:
        witness.add(LOG.submission(0, new=3))
        times[0] = NOW - SLEW_S - 1
        assert refusal(lambda: witness.add(LOG.submission(3, new=4))).code == "witness-clock"
        times[0] = NOW - SLEW_S
        assert witness.add(LOG.submission(3, new=4)) != OtherTree(3)
        assert [(row.size, row.at) for row in state.last(LOG.origin, limit=9)] == [(4, NOW), (3, NOW)]
        for moment in (0, -1, 2**40):
            times[0] = moment
            assert refusal(lambda: witness.add(LOG.submission(4, new=5))).code == "witness-clock"


def test_a_renewed_cosignature_keeps_when_the_tree_was_cosigned_first(tmp_path: Path) -> None:
    make_home(tmp_path / "w", name=NAME, pin=PIN)
    times = [NOW]
    witness, state = witness_at(tmp_path / "w", times=times)
    with state:
        witness.add(LOG.submission(0, new=3))
        times[0] = NOW + 3_600
        witness.add(LOG.submission(3, new=3))
        (row,) = state.last(LOG.origin, limit=9)
        assert (row.first_at, row.at) == (NOW, NOW + 3_600)
        latest = witness.latest(LOG.origin)
        assert latest is not None
        assert len(parse_note(latest).signatures) == 3


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        ("DELETE FROM cosigned", "what was cosigned is never removed"),
        ("UPDATE cosigned SET root = zeroblob(32)", "a size keeps its root"),
        ("UPDATE cosigned SET size = 2", "a size keeps its root"),
        ("INSERT INTO cosigned VALUES ('log.invalid/one', 2, zeroblob(32), 1, 1, x'00', NULL)", "a log never shrinks"),
        ("INSERT INTO cosigned VALUES ('log.invalid/one', 3, zeroblob(32), 1, 1, x'00', NULL)", "a log never shrinks"),
    ],
)
def test_the_state_itself_keeps_one_history(tmp_path: Path, statement: str, said: str) -> None:
    make_home(tmp_path / "w", name=NAME, pin=PIN)
    witness, state = witness_at(tmp_path / "w", times=[NOW])
    with state:
        witness.add(LOG.submission(0, new=3))
    database = sqlite3.connect(tmp_path / "w" / STATE)
    with pytest.raises(sqlite3.IntegrityError, match=said):
        database.execute(statement)
    database.close()


def test_a_state_that_cannot_be_written_signs_nothing(tmp_path: Path) -> None:
    make_home(tmp_path / "w", name=NAME, pin=PIN)
    witness, state = witness_at(tmp_path / "w", times=[NOW])
    with state:
        state._connection.execute("PRAGMA query_only = ON")
        assert refusal(lambda: witness.add(LOG.submission(0, new=3))).code == "witness-state"
        state._connection.execute("PRAGMA query_only = OFF")
        assert witness.latest(LOG.origin) is None
        assert witness.add(LOG.submission(0, new=3)) != OtherTree(0)


VKEY = LOG.line.split()[1]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "# nothing\n",
        f"witness {VKEY}\n",
        "log\n",
        f"log {VKEY} url more\n",
        f"origin {VKEY}\n",
        f"log {VKEY[:-4]}\n",
        "log " + VKEY.replace("+", "+0", 1) + "\n",
        f"log x{VKEY}\n",
        f"{LOG.line}{LOG.line}",
        f"{LOG.line}origin {VKEY} {LOG.origin}\n",
    ],
)
def test_a_file_of_logs_that_is_not_in_its_form_is_refused(text: str) -> None:
    with pytest.raises(Refused) as caught:
        parse_logs(text)
    assert caught.value.code == "witness-logs"


def test_two_keys_of_one_log_are_two_lines() -> None:
    other = TestLog("other.invalid/two").line.split()[1]
    found = parse_logs(f"{LOG.line}\n  # the next one\norigin {other} {LOG.origin}\n")
    assert [len(keys) for keys in found.keys.values()] == [2]


def test_a_file_of_logs_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    with pytest.raises(Unavailable):
        _read_logs(tmp_path / "missing")
    (tmp_path / "logs").write_bytes(b"\xff")
    with pytest.raises(Unavailable):
        _read_logs(tmp_path / "logs")


def test_keys_need_a_pin(tmp_path: Path) -> None:
    with pytest.raises(Refused):
        make_home(tmp_path / "w", name=NAME, pin="1")
    make_home(tmp_path / "w", name=NAME, pin=PIN)
    assert refusal(lambda: open_home(tmp_path / "w", pin="654321")).code == "keystore-wrong-pin"
