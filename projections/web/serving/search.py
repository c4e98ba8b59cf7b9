"""The search box: what was typed into it, found: stations by any name, codes as people write them, positions, ids, badges.

Not here: how the command line reads a name (``projections.subjects``), whose sentences are given where nothing is found.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from projections import queries, signers
from projections.place_names import NO_NAMES, Names, Places
from projections.stores.books import Books
from projections.subjects import HOW, kind_of, subject, units_with_seal
from projections.web.models.search import Hit, Kind
from projections.web.snapshots.log_index import LogPositions
from schemas.errors import Misused, Refused
from schemas.identifiers import check_character
from schemas.names import near_names

CODE: Final = "unknown-name"
HITS_MAX: Final = 20
TYPED_MAX: Final = 100
_CYRILLIC: Final = "\u0410\u0412\u0415\u041a\u041c\u041d\u041e\u0420\u0421\u0422\u0423\u0425\u0406"
_HYPHENS: Final = "\u2010\u2011\u2013\u2014\u2212_./"
_LOOK_ALIKE: Final = str.maketrans(_CYRILLIC + _CYRILLIC.lower() + _HYPHENS, "ABEKMHOPCTYXI" * 2 + "-" * len(_HYPHENS))
"""Cyrillic letters that look as Latin ones, and what people type for a hyphen."""
_POSITION: Final = re.compile(
    r"(?:(?:log position|log|position|entry|entries|позиция|запись|орын|жазба)\s*|[#№]\s*)?([0-9]{1,15})"
)
_HEX: Final = re.compile(r"[0-9a-f]{8,64}")
_IDENTIFIER: Final = re.compile(
    r"([A-Z]{3})-?([BCKPSUX])-?([0-9]{2,4})-?([0-9A-Z])?|([A-Z]{3})-?([0-9]{1,6})(?:-?([0-9A-Z]))?"
)
_KINDS: Final = frozenset(
    {
        *("unit", "pouch", "package", "pack", "stock", "consignment", "seal", "courier", "badge"),
        *("единица", "место", "вализа", "пачка", "отправление", "пломба", "курьер", "бейдж"),
        *("бірлік", "орын", "бума", "топтама", "жөнелтілім", "төсбелгі"),
    }
)
"""Words before a code that say what it is the code of."""
_BADGE: Final = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")


@dataclass(frozen=True, slots=True)
class Searched:
    """What a search came to: hits, or what may have been meant with a sentence that says what is not there."""

    hits: tuple[Hit, ...]
    meant: tuple[Hit, ...] = ()
    sentence: str = ""


@dataclass(frozen=True, slots=True)
class Search:
    """A search over the books that are there now."""

    books: Books
    found: LogPositions
    names: Names = field(default_factory=lambda: NO_NAMES)

    def of(self, typed: str) -> Searched:
        """What is meant by what was typed."""
        text = " ".join(typed[:TYPED_MAX].split())
        hits = {hit.path: hit for hit in self._hits(text)} if text else {}
        if hits:
            return Searched(tuple(hits.values())[:HITS_MAX])
        return self._absent(typed, text=text)

    def _hits(self, text: str) -> Iterator[Hit]:
        places = self._places()
        yield from (_station(code, city=places.cities[code]) for code in places.named(text))
        bare = " ".join(word for word in text.split() if word.casefold() not in _KINDS)
        yield from self._coded(bare)
        yield from self._numbered(text)
        yield from self._badges(text)
        if bare != text:
            yield from self._badges(f"courier-{bare}")

    def _places(self) -> Places:
        cities = {row["station"]: str(row["city"]) for row in queries.all_stations(self.books)}
        return Places(cities, self.names)

    def _coded(self, text: str) -> Iterator[Hit]:
        for name in readings(text):
            kind = kind_of(name)
            if kind == "unit" and queries.unit(self.books, name):
                yield _hit("unit", name)
            elif kind == "consignment" and queries.consignment(self.books, name):
                yield _hit("consignment", name)
            elif kind == "seal" and units_with_seal(self.books, name):
                yield _hit("seal", name)

    def _numbered(self, text: str) -> Iterator[Hit]:
        found = _POSITION.fullmatch(text.casefold().replace("\u00a0", " "))
        if found is None:
            found = _POSITION.fullmatch(re.sub(r"(?<=[0-9])[ ,\u00a0\u202f](?=[0-9]{3}\b)", "", text.casefold()))
        if found is not None and int(found[1]) < self.books.ledger.head().position:
            yield _hit("entry", str(int(found[1])))
        digits = re.sub(r"[\s.…]", "", text.casefold())
        if _HEX.fullmatch(digits):
            yield from self._ids(digits)

    def _ids(self, beginning: str) -> Iterator[Hit]:
        for brief in queries.findings(self.books):
            if brief["id"].startswith(beginning):
                yield Hit(kind="finding", name=brief["id"], path=f"/findings/{brief['id']}")
        for one in signers.keys_beginning(self.books, beginning):
            yield Hit(kind="key", name=one["key"], path=f"/keys/{one['key']}")
        for event, position in self.found.events_beginning(beginning).items():
            kind: Kind = "handover" if queries.handover(self.books, event) else "event"
            yield Hit(kind=kind, name=event, path=f"/handovers/{event}" if kind == "handover" else f"/log/{position}")

    def _badges(self, text: str) -> Iterator[Hit]:
        badge = re.sub(r"[\s_]+", "-", text.casefold())
        for name in (badge, badge.removeprefix("badge-"), badge.removeprefix("courier-courier-")):
            if _BADGE.fullmatch(name) and name in self.found.signed:
                yield Hit(kind="badge", name=name, path=f"/badges/{name}")

    def _absent(self, typed: str, *, text: str) -> Searched:
        """What the command line says of it, and what may have been meant."""
        places = self._places()
        meant = [_station(code, city=places.cities[code]) for code in places.near(text)] if text else []
        if _BADGE.fullmatch(text.casefold()):
            near = near_names(text.casefold(), known=list(self.found.signed))
            meant += [Hit(kind="badge", name=name, path=f"/badges/{name}") for name in near]
        meant += self._near_codes(text)
        try:
            asked = subject(self.books, typed)
        except (Misused, Refused) as error:
            return Searched((), tuple(meant), f"{error.sentence} Here can be typed {HOW}.")
        return Searched(
            (), tuple(meant), f"The seal {asked.name} is on no unit: no act that is in force has applied it."
        )

    def _near_codes(self, text: str) -> Iterator[Hit]:
        """Units and consignments whose codes are like what was typed, where that is like a code at all."""
        plain = re.sub(r"\s+", "-", text.translate(_LOOK_ALIKE).upper())
        if any(letter.isdigit() for letter in plain):
            units = [row["unit"] for row in queries.all_units(self.books)]
            consignments = [row["consignment"] for row in queries.all_consignments(self.books)]
            for name in near_names(plain, known=(*units, *consignments)):
                yield _hit("consignment" if kind_of(name) == "consignment" else "unit", name)


def readings(text: str) -> list[str]:
    """The identifiers that a text may be, in full: with and without hyphens, blanks and the check character."""
    plain = re.sub(r"\s*-\s*|\s+", "-", text.translate(_LOOK_ALIKE).upper().strip("- "))
    found: dict[str, None] = {}
    for candidate in (plain, plain.replace("-", "")):
        for name in _cut(candidate):
            found[name] = None
    return list(found)


def _cut(text: str) -> Iterator[str]:
    """A text as an identifier; where the check character could be a digit of the number, both ways."""
    match = _IDENTIFIER.fullmatch(text)
    if match is None:
        return
    office, letter, digits, check, issuer, number, seal_check = match.groups()
    if issuer:
        yield from _checked(f"{issuer}-{number:0>6}", check=seal_check)
        return
    yield from _checked(f"{office}-{letter}{digits}", check=check)
    if check is None and len(digits) > 2:
        yield from _checked(f"{office}-{letter}{digits[:-1]}", check=digits[-1])


def _checked(name: str, *, check: str | None) -> Iterator[str]:
    right = check_character(name.replace("-", ""))
    if check in {None, right}:
        yield f"{name}-{right}"


def _hit(kind: Kind, name: str) -> Hit:
    folder = {"unit": "units", "consignment": "consignments", "seal": "seals", "entry": "log"}[kind]
    return Hit(kind=kind, name=name, path=f"/{folder}/{name}")


def _station(code: str, *, city: str) -> Hit:
    return Hit(kind="station", name=f"{city} ({code})", path=f"/stations/{code}")
