"""The command line: the composition root, imported by nobody.  The commands are named in ``program``."""

from __future__ import annotations

import sys
from collections.abc import Sequence


def main(arguments: Sequence[str] | None = None) -> None:
    """Run one command; ends the process with one of the exit codes of ``custody.cli.exits``."""
    try:
        # Here and not above: importing takes its time too, and whoever presses Ctrl-C meanwhile gets no traceback.
        from custody.cli import streams  # noqa: PLC0415
        from custody.cli.exits import run  # noqa: PLC0415
        from custody.cli.heap import expect_growth  # noqa: PLC0415
        from custody.cli.program import make_app  # noqa: PLC0415

        expect_growth()
        words = sys.argv[1:] if arguments is None else arguments
        app = make_app(words)
    except KeyboardInterrupt:
        print("custody: Interrupted.", file=sys.stderr)
        sys.exit(130)
    streams.outlive_readers()
    code = run(app, arguments=words)
    sys.exit(streams.finish(code))
