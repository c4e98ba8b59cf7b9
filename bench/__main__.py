"""Prints one line ``ratio <name> <x.xx>`` for each benchmark.  ``python -m bench [name ...]``.

The bigger the better, but for ``hostile-<kind>``: the cost of a hostile entry in honest ones, 2 at most.

To add a benchmark: write its module with ``run()``, and name it in :data:`MODULES`.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from importlib import import_module
from typing import Final, Protocol, cast

MODULES: Final = ("audit", "ledger", "tree", "flat", "hostile", "views", "postgres", "admission", "flood", "pages")
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
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
