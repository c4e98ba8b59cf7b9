"""Topics of findings: what a finding is about, so that what settles it finds it again."""

from __future__ import annotations

from typing import Final

RESTATED: Final = "restated/"
"""Topic of what is said of an act that restates another without saying that the other was wrong; both follow it."""
