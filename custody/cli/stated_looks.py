"""Looks stated at a handover, as options of a command: a look is stated, or it is stated that there was none."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from custody.courier.seen import ALL, CONDITIONS
from schemas.errors import Misused
from schemas.names import unit_name, with_check_characters


@dataclass(frozen=True, slots=True, kw_only=True)
class StatedLook:
    """Packages and seals as the options say."""

    intact: bool
    unread: bool
    seals: Sequence[str]
    packages: int | None
    papers: int | None = None

    def found(self) -> dict[str, Any]:
        """What was found; Misused("seals-stated", "packages-stated") where nobody said it."""
        if self.intact + bool(self.seals) + self.unread != 1:
            told = "Say how the seals were: --intact, or each one with --seal; or --unread, if nobody read them."
            raise Misused("seals-stated", told)
        if self.packages is None and not self.intact:
            raise Misused("packages-stated", "Say how many packages were shown: --packages NUMBER.")
        if self.packages is not None and self.packages < 0:
            raise Misused("packages-stated", "Fewer than 0 packages cannot have been shown.")
        seals: Any = "intact" if self.intact else [seal_found(text) for text in self.seals]
        return {"seals": seals, "papers": self.papers, "packages": ALL if self.packages is None else self.packages}


def seal_found(text: str) -> dict[str, str]:
    """``UNIT:SEAL:CONDITION`` as a reading; Misused for anything else."""
    parts = text.split(":")
    if len(parts) != 3:
        raise Misused(
            "seal-form", f"{text} is not a seal as found: UNIT:SEAL:CONDITION, like AAA-P01:CEC-000101:intact."
        )
    unit, seal, condition = parts
    if condition not in CONDITIONS:
        raise Misused("seal-condition", f"{condition!r} is no condition of a seal; there are: {', '.join(CONDITIONS)}.")
    return {"unit": unit_name(unit), "seal": str(with_check_characters(seal.upper())), "condition": condition}
