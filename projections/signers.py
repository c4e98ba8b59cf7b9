"""Signers, as the books know them: the enrolled keys, and the rules that were in force.

The rest of what can be asked is in ``projections.queries``.
"""

from __future__ import annotations

from typing import cast

from projections.kept_rows import KeptKey, KeptRules
from projections.stores.books import Books
from projections.views import stations


def key(books: Books, keyid: str) -> KeptKey | None:
    """An enrolled key; None if there is none of that id."""
    row = books.views.row(stations.VIEW.name, key=f"key/{keyid}")
    return None if row is None else cast("KeptKey", dict(row.doc))


def keys_beginning(books: Books, beginning: str) -> list[KeptKey]:
    """The enrolled keys whose ids begin so, by id."""
    return [cast("KeptKey", dict(row.doc)) for row in books.views.rows(stations.VIEW.name, prefix=f"key/{beginning}")]


def keys_of(books: Books, badge: str) -> list[KeptKey]:
    """The keys that a badge stands for, those enrolled first before others."""
    rows = books.views.rows(stations.VIEW.name, prefix=f"badge/{badge}/")
    return sorted((cast("KeptKey", dict(row.doc)) for row in rows), key=lambda one: (one["enrolled"], one["key"]))


def rules(books: Books) -> list[KeptRules]:
    """Each set of rules that was in force, in the order of the log; the last one is."""
    return [cast("KeptRules", dict(row.doc)) for row in books.views.rows(stations.VIEW.name, prefix="rules/")]
