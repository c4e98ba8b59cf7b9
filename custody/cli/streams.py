"""Standard output and error of a command whose reader may have gone (``| head -1``), or whose disk may be full.

A reader that goes away changes neither the work nor its exit code: an append goes on, and a verdict stays what it is.
What a disk could not take is told once, when the work is done.
"""

from __future__ import annotations

import io
import os
import sys
from typing import TextIO

from custody.cli.exits import UNAVAILABLE


def outlive_readers() -> None:
    """From now on what cannot be written is dropped."""
    sys.stdout, sys.stderr = _dropping(sys.stdout), _dropping(sys.stderr)


def finish(code: int) -> int:
    """The exit code after the last byte of output: another one if the disk did not take it all."""
    if sys.stdout is None:
        return code
    sys.stdout.flush()
    raw = getattr(getattr(sys.stdout, "buffer", None), "raw", None)
    if not isinstance(raw, _Dropping) or raw.failed is None:
        return code
    print(f"custody: The output cannot be written: {raw.failed.strerror}.", file=sys.stderr)
    return UNAVAILABLE


class _Dropping(io.FileIO):
    failed: OSError | None = None
    """why something was dropped, unless it was that nobody reads"""

    def write(self, data: object, /) -> int:
        """As a file does; what cannot be written is dropped."""
        view = memoryview(data)  # type: ignore[arg-type]
        try:
            return super().write(view)
        except BrokenPipeError:
            return view.nbytes
        except OSError as error:
            self.failed = error
            return view.nbytes


def _dropping(stream: TextIO) -> TextIO:
    """The same stream, but dropping; what is no file of the system stays as it is."""
    try:
        number = stream.fileno()
    except (AttributeError, OSError):
        return stream
    stream.flush()
    raw = _Dropping(os.dup(number), "w")
    is_shown = stream.isatty() or stream is sys.stderr
    return io.TextIOWrapper(
        io.BufferedWriter(raw), encoding=stream.encoding, errors=stream.errors, line_buffering=is_shown
    )
