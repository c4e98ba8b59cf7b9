"""The languages of the pages: which one a reader asks for, and the words around a finding.

The address decides (``/ru/stations/AAA``). One without a language leads to the one that Accept-Language likes best (RFC
9110, 12.5.4), else to the first language of the election.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from types import MappingProxyType
from typing import Annotated, Final

from fastapi import Depends, Request

from custody.core.state.registers import duration
from custody.core.wording.message_format import LANGUAGES, Language
from custody.core.wording.messages import Message, message, render
from custody.core.wording.party_words import speaking
from custody.serving.languages import preferred
from projections.place_names import city_in
from schemas.election_names import NO_NAMES, ElectionNames

NAMES: Final[Mapping[Language, str]] = MappingProxyType({"en": "English", "ru": "Русский", "kk": "Қазақша"})
"""Language -> its own name for itself."""
_LABELS: Final[Mapping[str, Message]] = MappingProxyType(
    {
        "about": message("label.about"),
        "evidence": message("label.evidence"),
        "acknowledged": message("status", status="acknowledged"),
        "adjudicated": message("status", status="adjudicated"),
        "all": message("label.all"),
        "count": message("label.count"),
        "decisions": message("label.decisions"),
        "finding": message("label.finding"),
        "findings": message("label.findings"),
        "lead": message("label.lead"),
        "no findings": message("label.no-findings"),
        "open": message("status", status="open"),
        "serious": message("severity", severity="serious"),
        "settled": message("status", status="settled"),
        "no unit": message("label.no-unit"),
        "raised": message("label.raised"),
        "same cause": message("label.same-cause"),
        "uncertain": message("label.uncertain"),
        "would settle": message("label.would-settle"),
    }
)


_SPOKEN: Final = "custody.language"
"""Where the scope of a request keeps the language of its address (``serving.addresses``)."""


@dataclass(frozen=True, slots=True)
class Tongue:
    """The language of a page."""

    language: Language
    offered: Mapping[Language, str] = field(default_factory=lambda: NAMES)
    """the languages that this election's pages offer, with their own names for themselves"""
    names: ElectionNames = NO_NAMES
    """what election, stations and parties are called by language"""

    @property
    def kept(self) -> Mapping[str, str]:
        """What a page's own links keep of it in their queries: nothing, for it stands in their paths."""
        return {}

    def station(self, code: str, *, city: str) -> str:
        """What a station is called in this language: by its election, else as its city is; ``city`` is its name on the log."""
        return self.names.station(code, language=self.language, city=city_in(city, language=self.language))

    @property
    def withheld(self) -> str:
        """That figures from inside the boxes are not shown yet."""
        return render(message("withheld"), language=self.language)

    @property
    def label(self) -> Callable[[str], str]:
        """The words around a finding, by name."""
        return partial(_label, language=self.language)

    @property
    def duration(self) -> Callable[[int], str]:
        """A number of minutes in words."""
        return partial(_duration, language=self.language)

    @property
    def total(self) -> Callable[[int], str]:
        """How many there are in all."""
        return partial(_total, language=self.language)

    @property
    def event(self) -> Callable[[str], str]:
        """An event by the first digits of its id, in words."""
        return partial(_event, language=self.language)

    @property
    def place(self) -> Callable[[int], str]:
        """A position of the log in words."""
        return partial(_place, language=self.language)


def asked_for(request: Request) -> Tongue:
    """The language of a request's address; where it names none, the one that it prefers."""
    named: Language | None = request.scope.get(_SPOKEN)
    offered: Mapping[Language, str] = request.app.state.languages
    names: ElectionNames = request.app.state.names
    language = named or preferred_by(request)
    return Tongue(speaking(language, parties=names.parties_in(language)), offered=offered, names=names)


Spoken = Annotated[Tongue, Depends(asked_for)]


def spoken_in(names: ElectionNames) -> tuple[Language, ...]:
    """The languages of the catalogue, with what an election calls its parties in each."""
    return tuple(speaking(language, parties=names.parties_in(language)) for language in LANGUAGES)


def preferred_by(request: Request) -> Language:
    """The language of this election's that a request's header likes best, else the election's first."""
    offered: Mapping[Language, str] = request.app.state.languages
    first: Language = request.app.state.first_language
    return preferred(request.headers.get("accept-language", ""), offered=tuple(offered), first=first)


def offered_of(languages: Sequence[str]) -> Mapping[Language, str]:
    """The languages of an election that the catalogue speaks, English always among them; all of them where none is named."""
    named = {"en", *languages}
    return {code: name for code, name in NAMES.items() if code in named} if languages else NAMES


def first_of(languages: Sequence[str]) -> Language:
    """The first language of an election that the catalogue speaks; English where it speaks none of them."""
    return next((known for named in languages for known in LANGUAGES if known == named), "en")


def _label(name: str, *, language: Language) -> str:
    return render(_LABELS[name], language=language)


def _duration(minutes: int, *, language: Language) -> str:
    return render(duration(minutes), language=language)


def _total(number: int, *, language: Language) -> str:
    return render(message("label.total", total=number), language=language)


def _event(event: str, *, language: Language) -> str:
    return render(message("label.event", event=event[:16]), language=language)


def _place(position: int, *, language: Language) -> str:
    return render(message("label.position", position=position, entries=position + 1), language=language)
