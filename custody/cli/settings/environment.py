"""Reading a CUSTODY_* setting of the environment, and a secret, which may lie in a file of its own.

Not here: what the settings say (``names``), where log and books are (``kafka``, ``books``).
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

from schemas.errors import Misused, Unavailable

_SECRET_BYTES_MAX: Final = 4_096


def setting(name: str) -> str | None:
    """The setting, or None if it is missing or empty."""
    return os.environ.get(name) or None


def secret(name: str) -> str | None:
    """The setting, or the one line in the file that ``<name>_FILE`` names; None if there is neither.

    Misused for both at once, Unavailable for a file that cannot be read.
    """
    given, path = setting(name), setting(f"{name}_FILE")
    if path is None:
        return given
    if given is not None:
        raise Misused("setting-twice", f"Set {name} or {name}_FILE, not both.")
    try:
        with Path(path).open(encoding="utf-8") as file:
            return file.read(_SECRET_BYTES_MAX).strip() or None
    except (OSError, UnicodeDecodeError) as error:
        raise Unavailable("secret-unreadable", f"The file that {name}_FILE names cannot be read.") from error
