"""A plugin for pytest: the module named by CUSTODY_MUTANT is loaded with its one change, in this process only."""

from __future__ import annotations

import os
import sys
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder
from types import ModuleType

from tests.mutation.mutants import mutated, source_of


class _Mutating(MetaPathFinder, Loader):
    """Finds the one module, and runs its changed tree."""

    def __init__(self, module: str, number: int) -> None:
        self._module = module
        path, _ = source_of(module)
        self._code = compile(mutated(module, number=number)[0], str(path), "exec")

    def find_spec(self, fullname: str, path: object = None, target: object = None) -> ModuleSpec | None:
        if fullname != self._module:
            return None
        found = PathFinder.find_spec(fullname, path)  # type: ignore[arg-type] # the protocol says less than the finder
        if found is None:
            return None
        spec = ModuleSpec(fullname, self, origin=found.origin)
        spec.has_location = True
        return spec

    def create_module(self, spec: ModuleSpec) -> ModuleType | None:
        return None

    def exec_module(self, module: ModuleType) -> None:
        exec(self._code, module.__dict__)


def _install(name: str) -> None:
    module, _, number = name.rpartition(":")
    finder = _Mutating(module, int(number))
    if module in sys.modules:
        raise RuntimeError(f"{module} was imported before it could be changed")
    sys.meta_path.insert(0, finder)


if "CUSTODY_MUTANT" in os.environ:
    _install(os.environ["CUSTODY_MUTANT"])
