"""Why the system refused a file, as a saying: the system's own words are English, its codes are not."""

from __future__ import annotations

from errno import errorcode

from custody.core.wording.messages import Message, message


def system_reason(error: OSError) -> Message:
    """The reason in English as the system gives it, in the other languages by its code."""
    code = errorcode.get(error.errno or 0, type(error).__name__)
    return message("system.reason", code=code, text=error.strerror or code)
