"""A commitment is a hash over tag, field, salt and content, as docs/spec/events.md shows it."""

from __future__ import annotations

import hashlib
from pathlib import Path

from custody.core.entries.commitments import commitment

PAGE = Path(__file__).parents[3] / "docs" / "spec" / "events.md"
SALT = "5a" * 32


def test_the_example_of_the_specification_is_what_the_program_computes() -> None:
    shown = commitment(field="flight", salt=SALT, content="XY 100")
    assert f"\n    {shown}\n" in PAGE.read_text(encoding="utf-8")
    plain = b"custody/commitment/v1\nflight\n" + SALT.encode() + b"\nXY 100"
    assert hashlib.sha256(plain).hexdigest() == shown


def test_field_salt_and_content_all_count() -> None:
    first = commitment(field="flight", salt=SALT, content="XY 100")
    others = (("stop", SALT, "XY 100"), ("flight", "5b" * 32, "XY 100"), ("flight", SALT, "XY 101"))
    assert first not in {commitment(field=field, salt=salt, content=content) for field, salt, content in others}
