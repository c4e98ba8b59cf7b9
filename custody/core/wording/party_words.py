"""Names of parties, as an election calls them in a language of the catalogue: the kinds stay codes, their names are data.

A language that ``speaking`` made is the same language with these names: whoever tells a saying in it says them where the
catalogue's own words for a kind of party would stand (``party``, places, offices). Nothing that is judged depends on it.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final, TypeVar, cast

from custody.core.wording.message_format import LANGUAGES, Language

A = TypeVar("A")
_COURIER: Final = "party.courier"
_OF_STATION: Final = "party.of-station"
_KIND_IN: Final[Mapping[str, str]] = MappingProxyType(
    {
        "party": "kind",
        _OF_STATION: "kind",
        "form.party-kind": "kind",
        "form.place": "place",
        "badge": "office",
        "event.on-paper": "office",
        "paper.signer": "office",
        "separation.two-roles": "office",
    }
)
"""Key of the catalogue -> the argument that may be a kind of party."""


class ElectionLanguage(str):
    """A language, and kind of party -> what it is called in it."""

    __slots__ = ("parties",)
    parties: Mapping[str, str]


def speaking(language: Language, *, parties: Mapping[str, str]) -> Language:
    """The language with an election's names of parties in it."""
    if not parties:
        return language
    spoken = ElectionLanguage(language)
    spoken.parties = MappingProxyType(dict(parties))
    return cast("Language", spoken)


def plainly(language: Language) -> Language:
    """The same language with the catalogue's own words alone."""
    return next(known for known in LANGUAGES if known == language)


def names_parties(language: Language) -> bool:
    """Whether an election has names of its own in it."""
    return isinstance(language, ElectionLanguage)


def called(key: str, args: Mapping[str, A], *, language: Language) -> tuple[str, Mapping[str, A | str]]:
    """Key and arguments with the party by its name, where this saying tells of one."""
    if not isinstance(language, ElectionLanguage):
        return key, args
    if key == _COURIER and "courier" in language.parties:
        return _OF_STATION, {"kind": language.parties["courier"], "office": args["badge"]}
    place = _KIND_IN.get(key)
    name = None if place is None else language.parties.get(str(args.get(place)))
    return (key, args) if place is None or name is None else (key, {**args, place: name})
