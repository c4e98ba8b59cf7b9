"""Prints one line ``ratio <name> <x.xx>`` for each benchmark.  ``python -m bench [name ...]``.

The bigger the better, but for ``hostile-<kind>``: the cost of a hostile entry in honest ones, 2 at most.  Where an earlier
figure of the same measurement is known it follows, with its commit, and how many times as much there is now.

To add a benchmark: write its module with ``run()``, and name it in :data:`MODULES`.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from importlib import import_module
from typing import Final, Protocol, cast

from bench.earlier import EARLIER

MODULES: Final = (
    *(
        "audit",
        "ledger",
        "tree",
        "flat",
        "memory",
        "hostile",
        "views",
        "postgres",
        "admission",
        "flood",
        "pages",
        "observers",
    ),
)
"""Modules of this folder, in the order in which they run."""


class Benchmark(Protocol):
    """A module of this folder."""

    def run(self) -> Iterable[tuple[str, float]]:
        """Measure; (name, ratio of this program's speed to that of the bare tool) for each thing measured."""


def main(names: Sequence[str]) -> int:
    """Run the benchmarks named, or all; the exit code: 64 for a name that there is not."""
    unknown = set(names) - set(MODULES)
    if unknown:
        print(f"There is no benchmark {', '.join(sorted(unknown))}; there are {', '.join(MODULES)}.", file=sys.stderr)
        return 64
    for name in names or MODULES:
        for measured, ratio in cast(Benchmark, import_module(f"bench.{name}")).run():
            print(f"ratio {measured} {ratio:.2f}", flush=True)
            _compare(measured, ratio=ratio)
    return 0


def _compare(measured: str, *, ratio: float) -> None:
    for commit, before in EARLIER.get(measured, ()):
        print(f"  earlier {measured} {before:.2f} at {commit}; now {ratio / before:.2f} times as much", flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
