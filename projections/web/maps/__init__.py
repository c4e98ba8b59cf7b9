"""Maps of elections, as ``docs/build_map.py`` drew them: where each station stands, seen from the capital.

The outlines are files beside the stylesheet. An election without a map has none: its tiles say the same.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

_FOLDER: Final = Path(__file__).parent


@lru_cache(maxsize=8)
def map_of(slug: str) -> Mapping[str, Any] | None:
    """The map of the election of this name; None where none was drawn."""
    known = {path.stem: path for path in _FOLDER.glob("*.json")}
    path = known.get(slug)
    return None if path is None else dict(json.loads(path.read_text(encoding="utf-8")))
