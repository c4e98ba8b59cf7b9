"""For journalists and auditors: figures with denominators, two charts with their data, downloads, and a sample by a seed."""

from __future__ import annotations

from typing import Annotated, Any, Final

from fastapi import APIRouter, Query, Response
from pydantic import Field

from projections.web import pages
from projections.web.api import COMMON
from projections.web.facts.figures import figures_answer, sample_answer
from projections.web.facts.tables import TABLES
from projections.web.models.figures import FiguresAnswer, SampleAnswer
from projections.web.models.languages import Spoken
from projections.web.serving.parameters import Question, decimal_number
from projections.web.snapshots.snapshot import Snapshot

SAMPLE_DEFAULT: Final = 10
Seed = Annotated[
    str, Query(pattern=r"^[A-Za-z0-9 ._-]{1,64}$", description="What the draw depends on.", examples=["16 May 2027"])
]
Size = Annotated[
    int, Field(ge=1, le=200), decimal_number, Query(description="How many stations to draw.", examples=[SAMPLE_DEFAULT])
]
api: Final = APIRouter(prefix="/api/v1", responses=COMMON)
router: Final = APIRouter(include_in_schema=False)


@api.get("/figures", response_model=FiguresAnswer)
def figures(ask: Question) -> Response:
    """Figures to quote, each with its denominator, and the data of the charts."""
    return ask.json(figures_answer)


@api.get("/sample", response_model=SampleAnswer)
def sample(ask: Question, *, seed: Seed = "1", size: Size = SAMPLE_DEFAULT) -> Response:
    """Stations drawn by a seed that anybody can repeat: by SHA-256 of the seed, a colon and the code."""
    return ask.json(lambda reading: sample_answer(reading, seed=seed, size=size))


@router.get("/journalists.json")
def journalists_json(ask: Question) -> Response:
    """The figures, as JSON."""
    return ask.json(figures_answer)


@router.get("/journalists")
def journalists(ask: Question, *, tongue: Spoken) -> Response:
    """Figures to quote."""
    values: dict[str, Any] = {"path": "/journalists", "kept": {}, "tongue": tongue, "tables": tuple(TABLES)}

    def made(reading: Snapshot) -> str:
        return pages.shown("journalists.html", reading, page=figures_answer(reading), **values)

    return ask.page(made, language=tongue.language)


@router.get("/sample.json")
def sample_json(ask: Question, *, seed: Seed = "1", size: Size = SAMPLE_DEFAULT) -> Response:
    """The sample, as JSON."""
    return ask.json(lambda reading: sample_answer(reading, seed=seed, size=size))


@router.get("/sample")
def sample_page(ask: Question, *, tongue: Spoken, seed: Seed = "1", size: Size = SAMPLE_DEFAULT) -> Response:
    """A sample of stations."""
    values: dict[str, Any] = {"path": "/sample", "kept": {"seed": seed, "size": size}, "tongue": tongue, "size": size}

    def made(reading: Snapshot) -> str:
        page = sample_answer(reading, seed=seed, size=size)
        return pages.shown("sample.html", reading, page=page, **values)

    return ask.page(made, language=tongue.language)
