"""The one-time codes that a registrar issued: a file of the registrar's machine, which no gateway reads.

It holds the codes themselves, because tags are checked with them, and is for its owner's eyes: 0600, replaced whole. Two
commands never change it at once.

Unavailable: codes-unreadable, file-not-written, runner-active. Refused: codes-format. Misused: codes-many.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, replace
from pathlib import Path
from typing import Annotated, Final, Literal

from pydantic import Field, ValidationError

from custody.adapters.durable import make_folder, read_file, write_private
from custody.adapters.lock import held
from custody.core.authority.coded_requests import IssuedCode
from schemas.base import Strict
from schemas.errors import Misused, Refused, Unavailable
from schemas.identifiers import Digest, Timestamp
from schemas.strict_json import canonical, parse

FILE_BYTES_MAX: Final = 4_000_000
ISSUED_MAX: Final = 4_000
_WAIT_MS: Final = 2_000


class _IssuedRow(Strict):
    code: Annotated[str, Field(pattern=r"^[A-Z2-7]{16}$")]
    election: Digest
    badge: str
    role: str
    office: str
    person: Digest
    issued: Timestamp
    expires: Timestamp
    used: Digest | None


class _IssuedRows(Strict):
    format: Literal["custody/enrolment-codes/v1"]
    codes: Annotated[tuple[_IssuedRow, ...], Field(max_length=ISSUED_MAX)]


class CodeFile:
    """The codes of one file; one that is not there holds none."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def codes(self) -> tuple[IssuedCode, ...]:
        """All that were issued, oldest first."""
        try:
            data = read_file(self._path, bytes_max=FILE_BYTES_MAX)
        except FileNotFoundError:
            return ()
        except OSError as error:
            raise Unavailable("codes-unreadable", "The file of one-time codes cannot be read.") from error
        try:
            parse(data, bytes_max=FILE_BYTES_MAX)
            rows = _IssuedRows.model_validate_json(data).codes
        except (Refused, ValidationError) as error:
            raise Refused("codes-format", "The file of one-time codes is damaged.") from error
        return tuple(IssuedCode(**row.model_dump()) for row in rows)

    def add(self, made: IssuedCode) -> None:
        """Keep a new code; an unused one of the same person is withdrawn by it. Misused("codes-many")."""
        with self._alone():
            kept = [one for one in self.codes() if one.badge != made.badge or one.used is not None]
            if len(kept) >= ISSUED_MAX:
                raise Misused("codes-many", f"A file holds at most {ISSUED_MAX} codes.")
            self._write((*kept, made))

    def use(self, code: str, *, digest: str) -> None:
        """Write down which keys a code brought; from then on it brings no others."""
        with self._alone():
            rows = self.codes()
            self._write(tuple(replace(one, used=digest) if one.code == code else one for one in rows))

    @contextmanager
    def _alone(self) -> Iterator[None]:
        make_folder(self._path.parent)
        with held(self._path.with_name(f"{self._path.name}.lock"), wait_ms_max=_WAIT_MS):
            yield

    def _write(self, codes: tuple[IssuedCode, ...]) -> None:
        rows = [asdict(one) for one in codes]
        write_private(self._path, canonical({"format": "custody/enrolment-codes/v1", "codes": rows}))
