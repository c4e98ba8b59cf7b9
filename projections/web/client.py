"""A small client of the query API, typed by the models that the API answers with; for notebooks, scripts and tests.

    with QueryClient("http://127.0.0.1:8080") as api:
        figures = api.figures()
        accounts = list(api.table("accounts"))          # rows of plain cells, as pandas.DataFrame takes them
        then = api.station("AAA", at="2027-05-16T10:00:00+02:00")

Every answer names the log position that it is of. What is refused is a :class:`QueryProblem` with its code and sentence.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, Self, TypeVar

import httpx
from pydantic import BaseModel

from projections.web.models.answers import (
    AccountAnswer,
    BoardAnswer,
    FindingAnswer,
    HandoverAnswer,
    StandingAnswer,
    StationAnswer,
    UnitAnswer,
)
from projections.web.models.figures import FiguresAnswer, SampleAnswer
from projections.web.models.recent import RecentAnswer
from projections.web.models.search import SearchAnswer
from projections.web.models.tables import DictionaryAnswer, Row, TableAnswer

A = TypeVar("A", bound=BaseModel)
Moment = int | str | None
"""A log position, a time (RFC 3339), or now."""
_BASE: Final = "/api/v1"
_LIMIT: Final = 200
_TIMEOUT_S: Final = 30.0


class QueryProblem(Exception):
    """The API gives no answer (RFC 9457)."""

    def __init__(self, status: int, *, code: str, sentence: str) -> None:
        super().__init__(f"{status} {code}: {sentence}")
        self.status, self.code, self.sentence = status, code, sentence


class QueryClient:
    """One server's query API, read."""

    def __init__(self, url: str, *, token: str | None = None) -> None:
        """``url`` without a path; ``token`` opens what is withheld."""
        headers = {} if token is None else {"Authorization": f"Bearer {token}"}
        self._http = httpx.Client(base_url=url, headers=headers, timeout=_TIMEOUT_S, trust_env=False)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Give the connections back."""
        self._http.close()

    def standing(self) -> StandingAnswer:
        """How far the books have come."""
        return self._get("/standing", form=StandingAnswer)

    def board(self, *, at: Moment = None) -> BoardAnswer:
        """The whole election."""
        return self._get("/board", form=BoardAnswer, at=at)

    def station(self, code: str, *, at: Moment = None) -> StationAnswer:
        """One station with everything about it."""
        return self._get(f"/stations/{code}", form=StationAnswer, at=at)

    def account(self, code: str, *, at: Moment = None) -> AccountAnswer:
        """The ballot account of a station."""
        return self._get(f"/stations/{code}/account", form=AccountAnswer, at=at)

    def unit(self, name: str, *, at: Moment = None) -> UnitAnswer:
        """A unit, who holds it, and its story."""
        return self._get(f"/units/{name}", form=UnitAnswer, at=at)

    def handover(self, offer: str, *, at: Moment = None) -> HandoverAnswer:
        """One handover by the event id of its offer."""
        return self._get(f"/handovers/{offer}", form=HandoverAnswer, at=at)

    def finding(self, identity: str, *, at: Moment = None) -> FindingAnswer:
        """One finding."""
        return self._get(f"/findings/{identity}", form=FindingAnswer, at=at)

    def figures(self, *, at: Moment = None) -> FiguresAnswer:
        """Figures to quote, with their denominators."""
        return self._get("/figures", form=FiguresAnswer, at=at)

    def recent(self, *, at: Moment = None) -> RecentAnswer:
        """The entries recorded last."""
        return self._get("/recent", form=RecentAnswer, at=at)

    def dictionary(self) -> DictionaryAnswer:
        """What the columns of the tables mean."""
        return self._get("/dictionary", form=DictionaryAnswer)

    def sample(self, seed: str, *, size: int = 10) -> SampleAnswer:
        """Stations drawn by a seed."""
        return self._get("/sample", form=SampleAnswer, seed=seed, size=size)

    def search(self, typed: str) -> SearchAnswer:
        """What is meant by what somebody typed."""
        return self._get("/search", form=SearchAnswer, q=typed)

    def table(self, name: str, *, at: Moment = None, sort: str | None = None, **equal: str) -> Iterator[Row]:
        """All rows of a table, in the order of a column, those whose columns equal what is given."""
        offset: int | None = 0
        while offset is not None:
            asked = {"at": at, "sort": sort, "limit": _LIMIT, "offset": offset, **equal}
            page = self._get(f"/tables/{name}", form=TableAnswer, **asked)
            yield from page.items
            offset = page.next_offset

    def _get(self, path: str, *, form: type[A], **asked: int | str | None) -> A:
        answer = self._http.get(_BASE + path, params={name: said for name, said in asked.items() if said is not None})
        if answer.status_code != 200:
            told = answer.json()
            raise QueryProblem(answer.status_code, code=told["code"], sentence=told["sentence"])
        return form.model_validate_json(answer.content)
