"""All that may be tried between two scenes of a journey: cheats and slips, by name."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from custody.sim.cheats import CHEATS, Cheat
from custody.sim.slips import SLIPS

TROUBLES: Final[Mapping[str, Cheat]] = MappingProxyType({**CHEATS, **SLIPS})
"""Name -> the cheat or slip."""
