"""The description of the query API as a page, made of the OpenAPI document of this very program; nothing is loaded for it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from fastapi import APIRouter, Request, Response

from projections.web import pages
from projections.web.models.languages import Spoken
from projections.web.serving.parameters import HTML

router: Final = APIRouter(include_in_schema=False)
_KEPT: Final = {"Cache-Control": "no-cache"}


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter of a route."""

    name: str
    where: str
    means: str


@dataclass(frozen=True, slots=True)
class Operation:
    """One route."""

    name: str
    path: str
    means: str
    parameters: tuple[Parameter, ...]
    answer: str
    """The name of the form of its answer; empty where that is no JSON."""


@dataclass(frozen=True, slots=True)
class AnswerForm:
    """One form of an answer or of a part of it: its fields with what each is."""

    name: str
    means: str
    fields: tuple[tuple[str, str, str], ...]


@router.get("/docs")
def docs(request: Request, *, tongue: Spoken) -> Response:
    """The page."""
    document: Mapping[str, Any] = request.app.openapi()
    body = pages.render(
        "docs.html",
        operations=operations_of(document),
        described=document["info"]["description"],
        tongue=tongue,
    )
    return Response(body, media_type=HTML, headers=_KEPT)


@router.get("/docs/forms")
def forms(request: Request, *, tongue: Spoken) -> Response:
    """Every form that answers are made of."""
    body = pages.render("docs_forms.html", forms=forms_of(request.app.openapi()), tongue=tongue)
    return Response(body, media_type=HTML, headers=_KEPT)


def operations_of(document: Mapping[str, Any]) -> list[Operation]:
    """Every route of the document, in its order."""
    found = []
    for path, methods in document["paths"].items():
        told = methods["get"]
        answers = told["responses"]["200"].get("content", {})
        form = answers.get("application/json", {}).get("schema", {}).get("$ref", "")
        parameters = tuple(_parameter(one) for one in told.get("parameters", ()))
        found.append(Operation(told["operationId"], path, told["description"], parameters, form.rpartition("/")[2]))
    return found


def _parameter(one: Mapping[str, Any]) -> Parameter:
    return Parameter(one["name"], one["in"], one.get("description", ""))


def forms_of(document: Mapping[str, Any]) -> list[AnswerForm]:
    """Every form that answers are made of, by name."""
    schemas: Mapping[str, Any] = document["components"]["schemas"]
    return [
        AnswerForm(
            name,
            schema.get("description", ""),
            tuple((key, kind_of(one), one.get("description", "")) for key, one in schema.get("properties", {}).items()),
        )
        for name, schema in sorted(schemas.items())
    ]


def kind_of(schema: Mapping[str, Any]) -> str:
    """What a value is, in a few words."""
    if "$ref" in schema:
        return str(schema["$ref"]).rpartition("/")[2]
    if "anyOf" in schema:
        return " or ".join(kind_of(one) for one in schema["anyOf"])
    if "enum" in schema or "const" in schema:
        return ", ".join(str(one) for one in schema.get("enum", [schema.get("const")]))
    if schema.get("type") == "array":
        return f"list of {kind_of(schema.get('items', {}))}"
    return str(schema.get("type", "anything"))
