"""Changes of hands of one consignment, kept matched to the planned legs as they come.

The theory. Legs are walked in the order of claimed times (legs). What comes later than all others is matched to what is still
open. What comes between takes its leg from nobody but those after it that walked a planned one, and there are few of those: each
unit walks a leg once. Only where a leg becomes free again (something is taken back in the middle, or what walked several legs at
once walks fewer) may others move up, and all are matched anew then. Those on no planned leg change nothing for any other: they
are counted, and the newest are told.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right, insort
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import cast

from custody.core.state.finding_index import KEPT
from custody.core.state.legs import Groups, Leg, LegTransfer, Transfer, Walked, placed
from custody.core.state.registers import Consignment
from custody.core.undo import Undoable
from schemas.base import PartyKind
from schemas.identifiers import epoch_seconds
from schemas.outcomes import LegJson
from schemas.strict_json import proven

Key = tuple[int, str]
"""Claimed time of a transfer, epoch seconds, and its event."""


def key_of(transfer: Transfer) -> Key:
    """Where a transfer stands among the others."""
    return epoch_seconds(transfer.at), transfer.event


@dataclass(slots=True)
class LegTransfers(Undoable):
    """The transfers of one consignment that stand, and how they are matched to its manifest."""

    rows: dict[str, Transfer] = field(default_factory=dict)
    groups: dict[str, Groups] = field(default_factory=dict)
    """transfer -> its units by the planned legs that they walked with it"""
    planned: list[Key] = field(default_factory=list)
    """transfers on planned legs"""
    unplanned: list[Key] = field(default_factory=list)
    """transfers on none"""
    manifest: str = ""
    """the manifest to which they are matched"""
    persons: dict[str, int] = field(default_factory=dict)
    """person who gave or took -> in how many transfers"""
    given: dict[tuple[str, str], list[Key]] = field(default_factory=dict)
    """(person who gave, office that took) -> transfers"""
    taken: dict[tuple[str, PartyKind], list[Key]] = field(default_factory=dict)
    """(package, kind of the party that took) -> transfers"""
    told: tuple[tuple[str, LegJson], ...] = ()
    """the newest transfers on no planned leg, each as it was told"""

    def put(self, transfer: Transfer, *, known: Consignment | None) -> None:
        """A transfer stands, or is said otherwise than before."""
        if self.rows.get(transfer.event) == transfer:
            return
        self.take(transfer.event, known=known)
        self.rows[transfer.event] = transfer
        for row in self._indexes(transfer):
            insort(row, key_of(transfer))
        for person in (transfer.releasing.person, transfer.receiving.person):
            self.persons[person] = self.persons.get(person, 0) + 1
        if self._is_matched(known):
            later = self.planned[bisect_right(self.planned, key_of(transfer)) :]
            if self._match((key_of(transfer), *later), known=known):
                self.manifest = ""
                self._is_matched(known)

    def take(self, event: str, *, known: Consignment | None) -> None:
        """A transfer does not stand any more."""
        transfer = self.rows.pop(event, None)
        if transfer is None:
            return
        key = key_of(transfer)
        for row in self._indexes(transfer):
            row.pop(bisect_left(row, key))
        for person in (transfer.releasing.person, transfer.receiving.person):
            self.persons[person] -= 1
        was_planned = self._forget(key)
        is_last = all(not row or row[-1] < key for row in (self.planned, self.unplanned))
        if was_planned and not is_last:
            self.manifest = ""
        self._is_matched(known)

    def follow(self, known: Consignment | None) -> None:
        """Another manifest is in force, or none."""
        self._is_matched(known)

    def legs(self, consignment: Consignment) -> tuple[Leg, ...]:
        """The planned legs with what walked them, then the newest transfers on none, by claimed time."""
        rows = self._walked(consignment, before=None)
        legs = tuple(row.leg(consignment) for row in rows)
        return (*legs, *(Leg(None, (self._walk(key),), ()) for key in self.unplanned[-KEPT:]))

    def docs(self, consignment: Consignment) -> list[LegJson]:
        """The same as JSON: of transfers on no planned leg only what is new is said anew."""
        legs = [row.leg(consignment).doc() for row in self._walked(consignment, before=None)]
        known = dict(self.told)
        newest = tuple((key[1], known.get(key[1]) or self._told(key)) for key in self.unplanned[-KEPT:])
        if newest != self.told:
            self.told = newest
        return [*legs, *(doc for _, doc in newest)]

    def _told(self, key: Key) -> LegJson:
        return cast("LegJson", proven(Leg(None, (self._walk(key),), ()).doc()))

    def first_given(self, person: str, *, office: str) -> Transfer | None:
        """The first time that a person gave something to an office."""
        row = self.given.get((person, office))
        return self.rows[row[0][1]] if row else None

    def first_taken(self, package: str, *, but: Iterable[PartyKind]) -> Transfer | None:
        """The first time that a party of none of these kinds took something of a package."""
        kept = tuple(but)
        rows = (row[0] for (name, kind), row in self.taken.items() if row and name == package and kind not in kept)
        first = min(rows, default=None)
        return None if first is None else self.rows[first[1]]

    def _indexes(self, transfer: Transfer) -> Iterator[list[Key]]:
        yield self.given.setdefault((transfer.releasing.person, transfer.receiving.office), [])
        for package in dict.fromkeys(item.package for item in transfer.units):
            yield self.taken.setdefault((package, transfer.receiving.kind), [])

    def _is_matched(self, known: Consignment | None) -> bool:
        """Whether all is matched to this manifest; matched anew where it was to another one."""
        if known is None:
            self.manifest = ""
        elif self.manifest != known.act:
            self.manifest = known.act
            self.groups.clear()
            self.planned.clear()
            self.unplanned.clear()
            self._match(sorted(map(key_of, self.rows.values())), known=known)
            return False
        return known is not None

    def _match(self, keys: Iterable[Key], *, known: Consignment | None) -> bool:
        """These, all that come after the first of them on planned legs, one after the other; whether one of them freed a leg."""
        queue = tuple(keys)
        if known is None or not queue:
            return False
        before = {key: self.groups.get(key[1], ()) for key in queue}
        for key in queue:
            self._forget(key)
        rows = self._walked(known, before=queue[0])
        is_free = False
        for key in queue:
            transfer = self.rows[key[1]]
            self.groups[transfer.event] = groups = placed(transfer, rows=rows)
            if any(places for places, _ in groups):
                insort(self.planned, key)
            # Who collects what he gave to the carrier himself has walked no leg.
            if any(not places for places, _ in groups) and transfer.releasing != transfer.receiving:
                insort(self.unplanned, key)
            is_free = is_free or any(
                not rows[place].was_walked(units) for places, units in before[key] for place in places
            )
        return is_free

    def _walked(self, consignment: Consignment, *, before: Key | None) -> list[Walked]:
        """The planned legs as those before a transfer left them."""
        sizes = dict(zip(consignment.units, consignment.sizes, strict=True))
        rows = [Walked(leg, sizes) for leg in consignment.legs]
        for key in self.planned if before is None else self.planned[: bisect_left(self.planned, before)]:
            for places, units in self.groups[key[1]]:
                for place in places:
                    rows[place].walks.append(LegTransfer(self.rows[key[1]], units))
        return rows

    def _walk(self, key: Key) -> LegTransfer:
        """The units of a transfer that walked no planned leg."""
        units = next(units for places, units in self.groups[key[1]] if not places)
        return LegTransfer(self.rows[key[1]], units)

    def _forget(self, key: Key) -> bool:
        """How a transfer was matched is to be found anew; whether it walked a planned leg."""
        self.groups.pop(key[1], None)
        self.told = tuple(row for row in self.told if row[0] != key[1])
        _take_out(self.unplanned, key)
        return _take_out(self.planned, key)


def _take_out(row: list[Key], key: Key) -> bool:
    place = bisect_left(row, key)
    is_there = place < len(row) and row[place] == key
    if is_there:
        row.pop(place)
    return is_there
