"""Looks that somebody must have had: packages shown, seals as read. It is stated, in full or by one word, and never made up.

One word (``"intact"``, ``"broken"``, ``"missing"``, ``"altered"``) says that everything was there and all visible seals were so.
It takes a device that knows the units: of a unit that it never heard of it would say "no package" and "no seal", which nobody
said. Then packages and seals are stated one by one.

Not here: what may be filled in (``completion``), and whether the reading agrees with anything (core).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from custody.core.checks.seals import on
from custody.core.evidence.standpoint import Standpoint
from custody.core.state.units import Unit
from schemas.errors import Misused

ALL: Final = "all"
"""In place of a number of packages: as many were shown as are named."""
CONDITIONS: Final = ("intact", "broken", "missing", "altered")
"""What a seal may be found to be; one of these words in place of a list says so of all seals that are visible."""
_SEEN: Final = (("packages", "how many packages were shown"), ("seals", "each seal as read, or []: none was read"))
_MISSING: Final = 'State what was found: "found": "intact" says all packages, all visible seals intact.'


def found(said: Mapping[str, Any], *, names: Sequence[Any], seen: Standpoint) -> dict[str, Any]:
    """What was found of these units, in full: of one word about everything, or of packages and seals as stated."""
    if "found" not in said:
        raise Misused("draft-found", _MISSING)
    stated = said["found"]
    if stated in CONDITIONS:
        stated = {"seals": stated}
    if not isinstance(stated, Mapping):
        raise Misused(
            "draft-found", f"What was found is one of {', '.join(CONDITIONS)}, or packages, seals and papers."
        )
    full = {"packages": ALL, "seals": [], "papers": None, **stated}
    if full["seals"] in CONDITIONS:
        units = all_known(names, seen=seen, what="seals as read")
        full["seals"] = all_found(units, condition=full["seals"])
    return {**full, "packages": len(names) if full["packages"] == ALL else full["packages"]}


def check_stated(said: Mapping[str, Any]) -> None:
    """Misused("draft-found") where packages or seals of a handover are not stated: a device never says them for anybody."""
    inner = said.get("stands_for")
    for one in (said, inner if isinstance(inner, Mapping) else {}):
        stated = one.get("found")
        if not isinstance(stated, Mapping):
            continue
        for name, told in _SEEN:
            if name not in stated:
                raise Misused("draft-found", f"State what was found: {told} (found.{name}).")


def declared(said: Mapping[str, Any], *, seen: Standpoint) -> dict[str, Any]:
    """What is handed over: as stated, and the rest out of what the device knows of the units."""
    stated = said.get("declared", {})
    if not isinstance(stated, Mapping):
        raise Misused("draft-declared", "What is declared is packages, papers and seals.")
    if {"packages", "papers", "seals"} <= set(stated):
        return dict(stated)
    units = all_known(said.get("units", ()), seen=seen, what="declared.packages, declared.papers and declared.seals")
    seals = sorted(seal.number for unit in units for seal in on(unit))
    return {
        "packages": len(units),
        "papers": sum(unit.papers or 0 for unit in units),
        "seals": seals,
        **stated,
    }


def all_known(names: Sequence[Any], *, seen: Standpoint, what: str) -> list[Unit]:
    """The units as this device knows them; Misused("unit-unknown") where it knows one of them not, with what to state then."""
    told: list[Unit] = []
    for item in names:
        name = item["unit"] if isinstance(item, Mapping) else item
        head = seen.unit(name)
        if head is None:
            raise Misused("unit-unknown", f"{name} is not known here, so nothing is filled in for it: state {what}.")
        told.append(head)
    return told


def known(names: Sequence[Any], *, seen: Standpoint) -> list[Unit]:
    """Those of the units that this device knows."""
    found_here = [seen.unit(name if isinstance(name, str) else name["unit"]) for name in names]
    return [head for head in found_here if head is not None]


def all_found(units: Sequence[Unit], *, condition: str) -> list[dict[str, str]]:
    """All seals on these units, found so; none where none is known: see :func:`check_words`."""
    return [{"unit": unit.unit, "seal": seal.number, "condition": condition} for unit in units for seal in on(unit)]


def check_words(said: Mapping[str, Any], *, event: Any, has_none: bool) -> None:
    """Misused("seals-none-known") where one word about all seals came to none: it would be signed as "none read".

    ``has_none``: the other side of a handover says that there is no seal.
    """
    inner = said.get("stands_for")
    pairs = [(said, event), (inner if isinstance(inner, Mapping) else {}, getattr(event, "stands_for", None))]
    for one, made in pairs:
        found_as, found_there = one.get("found"), getattr(made, "found", None)
        word = found_as.get("seals") if isinstance(found_as, Mapping) else found_as
        for stated, signed in ((one.get("seals"), made), (word, None if has_none else found_there)):
            if isinstance(stated, str) and stated in CONDITIONS and signed is not None and not signed.seals:
                raise none_known(stated)


def none_known(word: str) -> Misused:
    """One word about all seals comes to none: it would be signed as "none read"."""
    told = f'No seal is known here on these units, so "{word}" would say that none was read.'
    return Misused("seals-none-known", f"{told} State each seal as read, with its unit; or [] if there is none.")
