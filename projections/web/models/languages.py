"""The languages of findings on the pages: which one a reader asks for, and the words around a finding.

``?lang=`` decides, else the Accept-Language header (RFC 9110, 12.5.4), else English. What is not about findings is in English.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from types import MappingProxyType
from typing import Annotated, Final

from fastapi import Depends, Header, Query, Request

from custody.core.state.registers import duration
from custody.core.wording.message_format import LANGUAGES, Language
from custody.core.wording.messages import Message, message, render
from custody.serving.languages import preferred

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


@dataclass(frozen=True, slots=True)
class Tongue:
    """The language of a page's findings; ``chosen`` where the address asks for it, and its own links keep it."""

    language: Language
    chosen: bool
    offered: Mapping[Language, str] = field(default_factory=lambda: NAMES)
    """the languages that this election's pages offer, with their own names for themselves"""

    @property
    def kept(self) -> Mapping[str, str]:
        """What the page's own links keep of it."""
        return {"lang": self.language} if self.chosen else {}

    def address(self, path: str) -> str:
        """A path of a page, without a query of its own, in the language that the reader chose."""
        page, mark, place = path.partition("#")
        return f"{page}?lang={self.language}{mark}{place}" if self.chosen else path

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


def tongue(
    request: Request,
    *,
    lang: Annotated[Language | None, Query(description="Findings in English, Russian or Kazakh.")] = None,
    accept_language: Annotated[str, Header(description="Languages in which findings are read.")] = "",
) -> Tongue:
    """The language that a request asks for."""
    return _of(request, lang=lang, accept_language=accept_language)


Spoken = Annotated[Tongue, Depends(tongue)]


def asked_for(request: Request) -> Tongue:
    """The same of a request that may be wrong in this too: what cannot be the language counts as not asked for."""
    named = next((language for language in LANGUAGES if language == request.query_params.get("lang", "")), None)
    return _of(request, lang=named, accept_language=request.headers.get("accept-language", ""))


def _of(request: Request, *, lang: Language | None, accept_language: str) -> Tongue:
    offered: Mapping[Language, str] = request.app.state.languages
    liked = preferred(accept_language, offered=tuple(offered))
    return Tongue(liked, chosen=False, offered=offered) if lang is None else Tongue(lang, chosen=True, offered=offered)


def offered_of(languages: Sequence[str]) -> Mapping[Language, str]:
    """The languages of an election that the catalogue speaks, English always among them; all of them where none is named."""
    named = {"en", *languages}
    return {code: name for code, name in NAMES.items() if code in named} if languages else NAMES


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
