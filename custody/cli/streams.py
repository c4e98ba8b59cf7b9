"""Standard output and error of a command whose reader may have gone (``| head -1``), and of a disk that is full.

A reader that goes away changes neither the work nor its exit code: an append goes on, and a verdict stays what it is.
"""

from __future__ import annotations

import io
import os
import sys
from typing import TextIO

from custody.cli.exits import UNAVAILABLE


def outlive_readers() -> None:
    """From now on what nobody reads is dropped."""
    sys.stdout, sys.stderr = _unread(sys.stdout), _unread(sys.stderr)


def finish(code: int) -> int:
    """The exit code after the last byte of output has been written: another one if that failed."""
    try:
        if sys.stdout is not None:
            sys.stdout.flush()
    except OSError as error:
        sys.stdout = None  # as Python itself does where there is none
        print(f"custody: The output cannot be written: {error.strerror}.", file=sys.stderr)
        return UNAVAILABLE
    return code


class _Unread(io.FileIO):
    def write(self, data: object, /) -> int:
        """As a file does; a broken pipe takes everything."""
        view = memoryview(data)  # type: ignore[arg-type]
        try:
            return super().write(view)
        except BrokenPipeError:
            return view.nbytes


def _unread(stream: TextIO) -> TextIO:
    """The same stream, but for broken pipes; what is no file of the system stays as it is."""
    try:
        number = stream.fileno()
    except (AttributeError, OSError):
        return stream
    stream.flush()
    raw = _Unread(os.dup(number), "w")
    is_shown = stream.isatty()
    return io.TextIOWrapper(
        io.BufferedWriter(raw), encoding=stream.encoding, errors=stream.errors, line_buffering=is_shown or number == 2
    )
