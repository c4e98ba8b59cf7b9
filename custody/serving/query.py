"""A query's parameter may come once: the one check of every HTTP server here, before any route is asked.

Servers differ in which of two they take, and so do those that stand before them: who
asks for one thing could be answered another.
"""

from __future__ import annotations

from typing import Final
from urllib.parse import parse_qsl

from starlette.types import Scope

STATUS: Final = 400
CODE: Final = "repeated-parameter"
SENTENCE: Final = "A parameter of the query comes twice; each may come once."


def is_repeated(scope: Scope) -> bool:
    """Whether some parameter is there more than once, as names are read after decoding."""
    query: bytes = scope.get("query_string", b"")
    names = [name for name, _ in parse_qsl(query.decode("latin-1"), keep_blank_values=True)]
    return len(set(names)) < len(names)
