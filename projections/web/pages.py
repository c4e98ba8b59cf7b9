"""The pages: the same answers as the API's, set in plain HTML on the server; each also as ``.json`` at the same path.

An address begins with its language (``serving.addresses`` takes that off before a route is asked).

They need no JavaScript, load nothing from elsewhere and say only what the answer says: a template sees the answer and the words
of :mod:`projections.web.models.words`, nothing else.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import asdict
from functools import partial
from hashlib import sha256
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

from fastapi import APIRouter, Response
from jinja2 import Environment, FileSystemLoader, StrictUndefined, pass_context, select_autoescape
from jinja2.runtime import Context
from markupsafe import Markup

from projections import queries
from projections.web.facts.findings import Wanted, found
from projections.web.facts.overview import overview_answer
from projections.web.facts.paging import Paged
from projections.web.facts.standing_bar import standing_bar
from projections.web.facts.stations import station_answer
from projections.web.facts.units import unit_answer
from projections.web.maps import map_of
from projections.web.models import words
from projections.web.models.answers import Answer, FindingsPage
from projections.web.models.languages import Spoken, Tongue
from projections.web.models.page_words import FILTERS
from projections.web.models.problems import Absent
from projections.web.serving.addresses import in_language, twin
from projections.web.serving.parameters import (
    LIMIT_DEFAULT,
    Filter,
    Offset,
    Question,
    StationCode,
    UnitCode,
)
from projections.web.snapshots.snapshot import Snapshot

_FOLDER: Final = Path(__file__).parent
VERIFIER: Final = "custody-verify.mjs"
"""The second verifier, in one file; in a built package it lies among the static files, else in the folder of its sources."""
_MAPS: Final = {path.name: "image/svg+xml" for path in sorted((_FOLDER / "static").glob("map-*.svg"))}
_SCRIPT: Final = "text/javascript"
_STATIC: Final = {
    "style.css": "text/css",
    "icon.svg": "image/svg+xml",
    "signs.svg": "image/svg+xml",
    "live.js": _SCRIPT,
    "verify.mjs": _SCRIPT,
    "compare.mjs": _SCRIPT,
    VERIFIER: _SCRIPT,
    **_MAPS,
}


def static_bytes(name: str) -> bytes:
    """A file that pages load."""
    place = _FOLDER / "static" / name
    return (place if place.exists() else _FOLDER.parents[1] / "verifier" / name).read_bytes()


def _address(name: str) -> str:
    """Where a file is served: its address changes with what is in it, so it may be kept for ever."""
    return f"/static/{sha256(static_bytes(name)).hexdigest()[:16]}-{name}"


_NOTHING: Final[Mapping[str, str | int]] = MappingProxyType({})
_UNIT: Final = re.compile(r"\b[A-Z]{3}-[BKPSUX][0-9]{2,}-[0-9A-Z]\b")

router: Final = APIRouter(include_in_schema=False)


@pass_context
def to(context: Context, path: str) -> str:
    """The address of a page in the language of this page; any other address as it is."""
    return in_language(path, context["tongue"].language)


@pass_context
def fed(context: Context, path: str) -> str:
    """The address of a feed in the language of this page."""
    return f"/{context['tongue'].language}{path}"


@pass_context
def linked(context: Context, text: str, *, own: str = "") -> Markup:
    """A sentence in which the ids of units lead to their pages; ``own`` is the unit whose page it is on."""
    parts: list[str] = []
    end = 0
    for match in _UNIT.finditer(text):
        name = match.group()
        link = name if name == own else Markup('<a href="{}">{}</a>').format(to(context, f"/units/{name}"), name)
        parts += [text[end : match.start()], link]
        end = match.end()
    return Markup("").join((*parts, text[end:]))


def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(_FOLDER / "templates"),
        autoescape=select_autoescape(default=True, default_for_string=True),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {
        "linked": linked,
        "to": to,
        "spoken_in": in_language,
        "twin": twin,
        "fed": fed,
    }
    environment.filters |= FILTERS
    environment.globals |= {
        "style_path": _address("style.css"),
        "icon_path": _address("icon.svg"),
        "live_path": _address("live.js"),
        "verify_path": _address("verify.mjs"),
        "compare_path": _address("compare.mjs"),
        "verifier_path": _address(VERIFIER),
        "signs_path": _address("signs.svg"),
        "map_of": map_of,
        "map_path": lambda slug: _address(f"map-{slug}.svg"),
        "words": words,
    }
    return environment


_TEMPLATES: Final = _environment()


def prepare() -> None:
    """Read and compile the templates, so that no reader waits for that."""
    for name in _TEMPLATES.list_templates():
        _TEMPLATES.get_template(name)


def render(template: str, **values: Any) -> str:
    """One template, filled."""
    return _TEMPLATES.get_template(template).render(**values)


def shown(template: str, reading: Snapshot, **values: Any) -> str:
    """One template about a reading, with what stands on every page: the election, and which moment of the log it is."""
    city_of = partial(_city_of, reading)
    return render(template, bar=standing_bar(reading), election=reading.election, city_of=city_of, **values)


def _city_of(reading: Snapshot, code: str) -> str:
    """The city of a station as the log names it; its code where the log names none."""
    station = queries.station(reading.books, code)
    return code if station is None else station["city"]


def page_of(
    template: str,
    make: Callable[[Snapshot], Answer],
    *,
    path: str,
    tongue: Tongue,
    kept: Mapping[str, str | int] = _NOTHING,
) -> Callable[[Snapshot], str]:
    """How a page is made; ``kept`` is what its address asks for beside ``at`` and the language, and its links must keep."""

    def made(reading: Snapshot) -> str:
        answer = reading.once((template, path, tuple(sorted(kept.items()))), make)
        return shown(template, reading, page=answer, path=path, kept=kept, tongue=tongue)

    return made


@router.get("/index.json")
def board_json(ask: Question) -> Response:
    """The start page, as JSON."""
    return ask.json(overview_answer)


@router.get("/")
def board(ask: Question, tongue: Spoken) -> Response:
    """The start page: papers, custody, findings, and every station."""
    return ask.page(page_of("overview.html", overview_answer, path="/", tongue=tongue), language=tongue.language)


@router.get("/stations/{code}.json")
def station_json(ask: Question, code: StationCode) -> Response:
    """A station, as JSON."""
    return ask.json(lambda reading: station_answer(reading, code))


@router.get("/stations/{code}")
def station(ask: Question, code: StationCode, *, tongue: Spoken) -> Response:
    """A station: findings, account, journeys, units."""
    make = page_of(
        "station.html", lambda reading: station_answer(reading, code), path=f"/stations/{code}", tongue=tongue
    )
    return ask.page(make, language=tongue.language)


@router.get("/units/{unit}.json")
def unit_json(ask: Question, unit: UnitCode, *, offset: Offset | None = None) -> Response:
    """A unit, as JSON."""
    return ask.json(lambda reading: unit_answer(reading, unit, offset=offset))


@router.get("/units/{unit}")
def unit(ask: Question, unit: UnitCode, *, tongue: Spoken, offset: Offset | None = None) -> Response:
    """A unit: who holds it and on what basis, and its story."""
    make = page_of(
        "unit.html",
        lambda reading: unit_answer(reading, unit, offset=offset),
        path=f"/units/{unit}",
        tongue=tongue,
        kept={} if offset is None else {"offset": offset},
    )
    return ask.page(make, language=tongue.language)


@router.get("/findings.json")
def findings_json(ask: Question, wanted: Filter, *, offset: Offset = 0) -> Response:
    """Findings, as JSON."""
    return ask.json(_found(wanted, offset=offset))


@router.get("/findings")
def findings_page(ask: Question, wanted: Filter, *, tongue: Spoken, offset: Offset = 0) -> Response:
    """Findings, each with its evidence and what settles it."""
    kept = {name: value for name, value in asdict(wanted).items() if value is not None}
    if offset:
        kept["offset"] = offset
    make = page_of("findings.html", _found(wanted, offset=offset), path="/findings", tongue=tongue, kept=kept)
    return ask.page(make, language=tongue.language)


def _found(wanted: Wanted, *, offset: int) -> Paged:
    return Paged(FindingsPage, lambda reading: found(reading, wanted), offset=offset, limit=LIMIT_DEFAULT)


@router.get("/static/{name}")
def static(name: str) -> Response:
    """The stylesheet and the icon."""
    own = next((own for own in _STATIC if _address(own) == f"/static/{name}"), None)
    if own is None:
        raise Absent("unknown-path", "There is nothing at this address.")
    body = static_bytes(own)
    return Response(body, media_type=_STATIC[own], headers={"Cache-Control": "public, max-age=31536000, immutable"})
