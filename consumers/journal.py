"""The log lines of a service: JSON, one to a line, on standard error.

``event`` is one of a small set of names that stay the same across releases (docs/operating.md lists them); beside it
stand codes, positions and counts.  Never payloads, keys, passwords or names.  What the libraries say comes as
``library``, by the pattern of their message only: the values in it might be anything.
"""

from __future__ import annotations

import logging
import sys
from time import monotonic
from typing import Final, TextIO

import structlog
from structlog.typing import FilteringBoundLogger

_PATTERN_CHARACTERS_MAX: Final = 200
_AGAIN_S: Final = 600.0
_PLACES_MAX: Final = 1_000


def journal(service: str, *, stream: TextIO | None = None) -> FilteringBoundLogger:
    """Where a service writes what happens to it."""
    logger: FilteringBoundLogger = structlog.wrap_logger(
        structlog.PrintLogger(stream or sys.stderr),
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True, key="time"),
            structlog.processors.JSONRenderer(sort_keys=True, ensure_ascii=True),
        ],
        service=service,
    )
    return logger


class LibraryLines(logging.Handler):
    """Passes on that a library warned, without the values that it put into its message, and each warning now and then."""

    def __init__(self, log: FilteringBoundLogger) -> None:
        super().__init__(level=logging.WARNING)
        self._log = log
        self._told: dict[tuple[str, int], float] = {}

    def emit(self, record: logging.LogRecord) -> None:
        """See the standard library."""
        now, place = monotonic(), (record.pathname, record.lineno)
        if now < self._told.get(place, 0) or len(self._told) > _PLACES_MAX:
            return
        self._told[place] = now + _AGAIN_S
        pattern = record.msg[:_PATTERN_CHARACTERS_MAX] if isinstance(record.msg, str) and record.args else ""
        where = f"{record.name}:{record.lineno}"
        self._log.warning("library", where=where, pattern=pattern, severity=record.levelname.lower())
