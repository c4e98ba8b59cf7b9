"""The typed client against the server and against the description that the server gives of itself."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator

import pytest

from projections.web.client import QueryClient, QueryProblem
from tests.web.demo import Web


@pytest.fixture(scope="module")
def api(web: Web) -> Iterator[QueryClient]:
    with QueryClient(web.url) as client:
        yield client


def test_every_call_of_the_client_is_a_route_of_the_description_with_the_form_of_its_answer(web: Web) -> None:
    document = web.json("/openapi.json")
    source = inspect.getsource(QueryClient)
    calls = re.findall(r'_get\(\s*f?"([^"]+)",\s*form=(\w+)', source)
    assert len(calls) == 13
    for path, form in calls:
        named = re.sub(r"\{[a-z]+\}", "{}", f"/api/v1{path}")
        (told,) = [one for known, one in document["paths"].items() if re.sub(r"\{[a-z]+\}", "{}", known) == named]
        schema = told["get"]["responses"]["200"]["content"]["application/json"]["schema"]
        assert schema["$ref"].rpartition("/")[2] == form


def test_what_the_client_gives_is_what_the_api_answers(api: QueryClient, web: Web) -> None:
    assert api.standing().standing.position == web.json("/api/v1/standing")["standing"]["position"]
    assert api.station("AYT").station.city == "Antalya"
    assert api.account("AYT").account.unaccounted == -5
    assert api.unit("DEL-P01-T", at=795).as_of == 795
    assert api.search("Анталья").hits[0].path == "/stations/AYT"
    assert api.sample("1", size=3).of == 65
    assert len(api.figures().indicators) == len(api.figures(at="2015-04-26T10:00:00+05:00").indicators)
    assert len(api.board().stations) == 65
    assert api.recent().items[0].position == api.standing().standing.position - 1
    finding = api.board().findings[0]
    assert api.finding(finding.id).finding == finding


def test_a_table_is_given_whole_however_many_parts_it_has(api: QueryClient) -> None:
    rows = list(api.table("handovers"))
    assert len(rows) == len({row["offer"] for row in rows}) > 200
    (refused,) = api.table("handovers", state="refused")
    assert api.handover(str(refused["offer"])).handover.state == "refused"
    counted = [int(row["counted"] or 0) for row in api.table("accounts", sort="-counted")]
    assert counted == sorted(counted, reverse=True)
    assert api.dictionary().tables[0].columns[0].name == "station"


def test_what_is_refused_is_a_problem_with_its_code(api: QueryClient) -> None:
    with pytest.raises(QueryProblem, match=r"404 unknown-station: There is no station XXX on this log\."):
        api.station("XXX")
    with pytest.raises(QueryProblem, match="unknown-column"):
        list(api.table("seals", country="TR"))
