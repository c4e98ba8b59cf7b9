"""Atom feeds: the log, findings, a station, a unit; each in the language of its address."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from fastapi import APIRouter, Response

from projections.web.facts import feeds
from projections.web.models.languages import Spoken, Tongue
from projections.web.serving.parameters import Question, StationCode, UnitCode
from projections.web.snapshots.snapshot import Snapshot

ATOM: Final = "application/atom+xml; charset=utf-8"
router: Final = APIRouter(include_in_schema=False)


def _fed(ask: Question, tongue: Tongue, *, make: Callable[..., str]) -> Response:
    language = tongue.language

    def made(reading: Snapshot) -> str:
        return make(reading, language=language)

    return ask.text(made, media=ATOM, language=language)


@router.get("/feed.atom")
def log_feed(ask: Question, *, tongue: Spoken) -> Response:
    """What was recorded last."""
    return _fed(ask, tongue, make=feeds.log_feed)


@router.get("/findings.atom")
def findings_feed(ask: Question, *, tongue: Spoken) -> Response:
    """The findings that changed last."""
    return _fed(ask, tongue, make=feeds.findings_feed)


@router.get("/stations/{code}.atom")
def station_feed(ask: Question, code: StationCode, *, tongue: Spoken) -> Response:
    """What happened last at a station."""
    return _fed(ask, tongue, make=lambda reading, language: feeds.station_feed(reading, code, language=language))


@router.get("/units/{unit}.atom")
def unit_feed(ask: Question, unit: UnitCode, *, tongue: Spoken) -> Response:
    """What happened last to a unit."""
    return _fed(ask, tongue, make=lambda reading, language: feeds.unit_feed(reading, unit, language=language))
