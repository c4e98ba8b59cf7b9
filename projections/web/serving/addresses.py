"""The addresses of pages: the language as the first part of a path, and which form of an answer a reader asks for.

    /ru/stations/AAA           a page, in Russian
    /stations/AAA              leads to the page in the language that the reader's browser asks for
    /stations/AAA.json .csv    the same answer for programs, in no language; the prefix of one is allowed and changes nothing
    /board?lang=ru             an address of old: leads to /ru/

A page asked for with ``Accept: application/json`` (RFC 9110, 12.5.1) is answered by its twin at the same address. Not here: which
language a header names (``models.languages``).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final
from urllib.parse import parse_qsl, urlencode

from custody.core.wording.message_format import LANGUAGES, Language
from custody.serving.languages import weight_of

SPOKEN_KEY: Final = "custody.language"
"""Where the scope of a request keeps the language of its address."""
START: Final = "/"
TWINS: Final[Mapping[str, str]] = MappingProxyType(
    {"application/json": ".json", "text/csv": ".csv", "application/atom+xml": ".atom"}
)
"""Media type -> how the address of that form of a page ends."""
_OLD: Final[Mapping[str, str]] = MappingProxyType(
    {"/board": START, "/board.json": "/index.json", "/.json": "/index.json", "/overview": START}
)
"""Addresses of old -> where the same is now."""
_MACHINES: Final = ("/api/", "/openapi.json", "/healthz", "/readyz", "/metrics", "/static/", "/logs/", "/record")
_TYPES_CHARACTERS_MAX: Final = 500


@dataclass(frozen=True, slots=True)
class PagePlace:
    """A path without its language, and the language; None where it names none."""

    path: str
    language: Language | None
    spelled: str
    """The path as it was asked for."""


def place_of(path: str) -> PagePlace:
    """A path as it was asked for, read."""
    first, slash, rest = path[1:].partition("/")
    language = next((known for known in LANGUAGES if known == first), None)
    if language is None:
        return PagePlace(path, None, spelled=path)
    return PagePlace(f"/{rest}" if slash else START, language, spelled=path)


def is_page(path: str) -> bool:
    """Whether a path, without its language, is that of a page for people."""
    return not path.startswith(_MACHINES) and not path.endswith(tuple(TWINS.values()))


def twin(path: str, ending: str) -> str:
    """The address of another form of a page: ``/stations/AAA`` as ``.json``."""
    return f"/index{ending}" if path == START else f"{path}{ending}"


def in_language(path: str, language: Language) -> str:
    """The address of a page in a language; any other path stays as it is."""
    if not path.startswith("/") or not is_page(path.partition("#")[0].partition("?")[0]):
        return path
    return path if place_of(path).language is not None else f"/{language}{path}"


def moved(place: PagePlace, *, query: str, prefers: Callable[[], Language]) -> str | None:
    """Where a request for a page is led to; None where it is answered here."""
    path = _OLD.get(place.path, place.path)
    asked = parse_qsl(query, keep_blank_values=True)
    named = next((known for known in LANGUAGES if ("lang", known) in asked), None)
    if not is_page(path):
        return path + _kept(query) if path != place.path else None
    language = named or place.language or prefers()
    kept = [(name, value) for name, value in asked if name != "lang"] if named else None
    told = _kept(query if kept is None else urlencode(kept))
    wanted = f"/{language}{path}"
    return None if wanted == place.spelled and kept is None else wanted + told


def _kept(query: str) -> str:
    return f"?{query}" if query else ""


def form_of(accept: str) -> str:
    """The ending of the form that an Accept header likes better than a page; empty where it likes none better."""
    liked = {}
    for part in accept[:_TYPES_CHARACTERS_MAX].split(","):
        name, _, rest = part.strip().lower().partition(";")
        weights = [item.strip() for item in rest.split(";") if item.strip().startswith("q=")]
        liked[name.strip()] = weight_of(weights[0] if weights else "")
    page = max((liked.get(name, 0.0) for name in ("text/html", "application/xhtml+xml", "text/*", "*/*")), default=0.0)
    best = max(TWINS, key=lambda name: liked.get(name, 0.0))
    return TWINS[best] if liked.get(best, 0.0) > page else ""


def takes_gzip(accepted: str) -> bool:
    """Whether an Accept-Encoding header admits gzip."""
    for part in accepted[:_TYPES_CHARACTERS_MAX].split(","):
        name, _, rest = part.strip().lower().partition(";")
        if name in {"gzip", "*"}:
            return weight_of(rest.strip()) > 0
    return False
