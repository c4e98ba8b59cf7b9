"""The entries before a position, read again: how a state comes back where nobody wrote down what judging had changed of it.

Whoever folds a log can read it again from its first entry. What comes then must be what came before: the leaves of the entries
that were folded are the proof, and bytes that others took the place of meanwhile are named.

Not here: how a log is read (ports), when it is read again (ledger).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import islice

from custody.core.entries.admission import Checked, KeyLookup, check_entry
from custody.core.entries.signing import verify_bulk
from custody.core.tlog.merkle import Frontier, Tree
from schemas.errors import Contradicted

Earlier = Callable[[int], Iterable[bytes]]
"""How many -> so many entries of the log, from position 0 on, read again. It may raise what a log's reader raises."""


def checked_again(earlier: Earlier, *, tree: Tree, keys: KeyLookup) -> Iterator[Checked]:
    """The entries under ``tree``, each checked when its turn comes: ``keys`` are those of the fold that takes them.

    Contradicted("log-changed"), at the end, where they are not the same bytes any more.
    """
    again, size = Frontier(), tree.size
    for position, entry in enumerate(islice(earlier(size), size)):
        checked = check_entry(entry, position=position, keys=keys, verifier=verify_bulk)
        again.append(bytes.fromhex(checked.entry))
        yield checked
    if (again.size, again.root()) != (size, tree.root(size)):
        raise Contradicted("log-changed", f"The {size} entries that were folded are not on the log any more.")
