"""The outbox file: a number has one event for ever, nothing is removed, and what goes wrong is said plainly."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from custody.adapters.outbox import NewAct, Outbox
from custody.ports import LogRecord
from schemas.envelope import Signature, entry_hash, event_id, format_envelope, make_envelope
from schemas.errors import Unavailable

KEY = "a" * 64


def envelope(text: str, *, signers: int = 1) -> bytes:
    signatures = [Signature(f"{number:064x}", bytes(64)) for number in range(1, signers + 1)]
    return format_envelope(make_envelope(payload=text.encode(), signatures=signatures))


def act(number: int, text: str, **more: object) -> NewAct:
    entry = envelope(text)
    payload = text.encode()
    return NewAct(number=number, event=event_id(payload), payload=payload, entry=entry, **more)  # type: ignore[arg-type]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "phone.sqlite"


def created(path: Path) -> Outbox:
    return Outbox.create(path, badge="phone-1", key=KEY)


def test_what_was_kept_is_there_after_opening_again_in_the_order_in_which_it_came(path: Path) -> None:
    with created(path) as outbox:
        outbox.keep_act(act(1, "one"))
        outbox.keep([envelope("theirs")], source="pair")
        outbox.keep_act(act(2, "two"))
    with Outbox.open(path) as outbox:
        assert outbox.device() == ("phone-1", KEY)
        assert [(item.source, item.status) for item in outbox.kept()] == [
            ("own", "saved"),
            ("pair", "saved"),
            ("own", "saved"),
        ]
        assert outbox.last_number() == (2, event_id(b"two"))


def test_a_number_of_the_chain_cannot_get_a_second_event(path: Path) -> None:
    with created(path) as outbox:
        outbox.keep_act(act(1, "one"))
        with pytest.raises(Unavailable, match="outbox-number-taken"):
            outbox.keep_act(act(1, "another"))
        assert [item.event for item in outbox.kept()] == [event_id(b"one")]


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM acts",
        "UPDATE acts SET number = 7",
        "UPDATE acts SET event = 'x'",
        "DELETE FROM entries",
        "UPDATE entries SET entry = x'00'",
        "UPDATE entries SET event = 'x'",
    ],
)
def test_the_file_itself_refuses_to_forget_or_change_what_was_signed(path: Path, statement: str) -> None:
    with created(path) as outbox:
        outbox.keep_act(act(1, "one"))
    connection = sqlite3.connect(path)
    with pytest.raises(sqlite3.IntegrityError):
        connection.execute(statement)
    connection.close()


def test_the_same_envelope_is_kept_once_and_becomes_ours_when_it_was_only_known(path: Path) -> None:
    with created(path) as outbox:
        outbox.keep([envelope("theirs")], source="known")
        outbox.keep([envelope("theirs")], source="pair")
        outbox.keep([envelope("theirs")], source="known")
        assert [item.source for item in outbox.kept()] == ["pair"]


def test_an_act_names_what_was_countersigned_here_once(path: Path) -> None:
    with created(path) as outbox:
        outbox.keep_cosigned(envelope("theirs", signers=2), is_of_other_device=True)
        outbox.keep_cosigned(envelope("ours", signers=2), is_of_other_device=False)
        assert outbox.countersigned_since() == (event_id(b"theirs"),)
        outbox.keep_act(act(1, "one", countersigned=(event_id(b"theirs"),)))
        assert outbox.countersigned_since() == ()


def test_an_answer_uses_up_the_invitation_in_the_step_that_keeps_it(path: Path) -> None:
    with created(path) as outbox:
        outbox.invite("0" * 32)
        assert outbox.invitation("0" * 32) == (True, None)
        outbox.keep_act(act(1, "one", nonce="0" * 32, offer="f" * 64))
        assert outbox.invitation("0" * 32) == (True, "f" * 64)
        assert outbox.invitation("1" * 32) == (False, None)


def test_marks_keep_what_they_do_not_say(path: Path) -> None:
    with created(path) as outbox:
        outbox.keep_act(act(1, "one"))
        digest = entry_hash(envelope("one"))
        outbox.mark(digest, "sent", position=7, statement=b"receipt")
        outbox.mark(digest, "recorded")
        (kept,) = outbox.kept()
        assert (kept.status, kept.position, kept.statement) == ("recorded", 7, b"receipt")


def test_a_device_remembers_the_log_it_learned(path: Path) -> None:
    with created(path) as outbox:
        assert (outbox.learned_end(), outbox.synced_at()) == (0, None)
        outbox.learn([LogRecord(0, b"a"), LogRecord(1, b"b")], at="2026-11-23T09:00:00+00:00")
        assert outbox.learned_end() == 2
        assert [record.entry for record in outbox.learned()] == [b"a", b"b"]
        assert (outbox.learned_at(1), outbox.learned_at(2)) == (b"b", None)
        assert outbox.synced_at() == "2026-11-23T09:00:00+00:00"


def test_an_outbox_of_another_device_is_not_taken_over(path: Path) -> None:
    created(path).close()
    with pytest.raises(Unavailable, match="outbox-foreign"):
        Outbox.create(path, badge="phone-2", key="b" * 64)


def test_another_programs_database_is_left_alone(path: Path) -> None:
    connection = sqlite3.connect(path)
    connection.execute("CREATE TABLE theirs (x)")
    connection.close()
    before = path.read_bytes()
    with pytest.raises(Unavailable, match="outbox-foreign"):
        created(path)
    assert path.read_bytes() == before


@pytest.mark.parametrize("content", [b"not a database at all" * 100, b"SQLite format 3\x00" + bytes(4_000)])
def test_a_damaged_file_is_said_to_be_damaged(path: Path, content: bytes) -> None:
    path.write_bytes(content)
    with pytest.raises(Unavailable, match=r"outbox-(corrupt|foreign)"):
        created(path)


def test_a_missing_file_and_a_missing_folder_are_said_to_be_missing(path: Path) -> None:
    with pytest.raises(Unavailable, match="outbox-missing"):
        Outbox.open(path)
    with pytest.raises(Unavailable, match="outbox-missing"):
        Outbox.create(path.parent / "nowhere" / "x.sqlite", badge="phone-1", key=KEY)


def test_a_locked_outbox_is_said_to_be_busy_and_nothing_is_kept(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("custody.adapters.outbox.BUSY_MS", 20)
    with created(path) as outbox:
        other = sqlite3.connect(path, isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(Unavailable, match="outbox-busy"):
            outbox.keep_act(act(1, "one"))
        other.execute("ROLLBACK")
        other.close()
        assert outbox.kept() == ()


def test_a_full_disk_is_said_to_be_full_and_nothing_is_kept(path: Path) -> None:
    with created(path) as outbox:
        outbox.keep_act(act(1, "one"))
        (pages,) = outbox._connection.execute("PRAGMA page_count").fetchone()
        outbox._connection.execute(f"PRAGMA max_page_count = {pages}")
        with pytest.raises(Unavailable, match="outbox-disk-full"):
            outbox.keep_act(act(2, "two" * 10_000))
        assert outbox.last_number() == (1, event_id(b"one"))
