"""The closed, versioned union of events: which types a fold version knows, and the only way from payload bytes to an event.

A type stands in ``EVENTS`` of the module of its family, beside its model. How to add one: docs/architecture.md.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError

from schemas import authority, everybody, production, services, station, strict_json, transfer
from schemas.base import Common
from schemas.envelope import PAYLOAD_BYTES_MAX
from schemas.errors import Refused
from schemas.faults import meant, words_of
from schemas.quick_json import quick_object

FOLD_1: tuple[type[Common], ...] = (
    *authority.EVENTS,
    *production.EVENTS,
    *transfer.EVENTS,
    *station.EVENTS,
    *everybody.EVENTS,
    *services.EVENTS,
)
"""Every event type of fold version 1, family by family."""

TYPES_BY_FOLD: Mapping[int, Mapping[str, type[Common]]] = {1: {model.__name__: model for model in FOLD_1}}
"""Fold version -> type name -> model. A released fold version never changes; a new type comes with a new version."""

PLANNED: Mapping[str, tuple[str, ...]] = {}
"""Types of the rulebook that fold version 1 does not judge: a payload of one is refused as of an unknown type."""


def parse_event(payload: bytes, *, fold_version: int = 1) -> Common:
    """Return the event that canonical payload bytes say, under the closed set of ``fold_version``.

    Raises ``Refused``: any ``json-`` or ``text-`` code of the front door, ``event-type`` (not in the set), ``event-field``
    (a field missing or unknown) or ``event-value`` (a field's value out of form).
    """
    event = quick_event(payload, fold_version=fold_version)
    return define_event(payload, fold_version=fold_version) if event is None else event


def quick_event(payload: bytes, *, fold_version: int = 1) -> Common | None:
    """The event, where the quick way has no doubt; None where :func:`define_event` has to say what there is."""
    value = quick_object(payload, bytes_max=PAYLOAD_BYTES_MAX)
    return None if value is None else _taken(payload, type_name=value.get("type"), fold_version=fold_version)


def define_event(payload: bytes, *, fold_version: int = 1) -> Common:
    """Return or refuse what ``parse_event`` does: its definition, step by step, and the only place that names a code."""
    value = strict_json.parse_canonical(payload, bytes_max=PAYLOAD_BYTES_MAX)
    if not isinstance(value, dict):
        raise Refused("event-type", "The payload is not a JSON object.")
    return _validate(payload, type_name=value.get("type"), fold_version=fold_version)


def reread_event(payload: bytes, *, type_name: str, fold_version: int = 1) -> Common:
    """Return the event of payload bytes that were found canonical, by the quick way or by definition, in another process.

    Refuses as ``parse_event`` does, also what the quick way leaves to the models.
    """
    event = _taken(payload, type_name=type_name, fold_version=fold_version)
    return define_event(payload, fold_version=fold_version) if event is None else event


def _taken(payload: bytes, *, type_name: Any, fold_version: int) -> Common | None:
    """The event, where the model of this type takes the bytes."""
    model = TYPES_BY_FOLD[fold_version].get(type_name) if isinstance(type_name, str) else None
    try:
        return None if model is None else model.model_validate_json(payload)
    except (ValidationError, Refused):  # the latter of an identifier's own check
        return None


def _validate(payload: bytes, *, type_name: Any, fold_version: int) -> Common:
    model = TYPES_BY_FOLD[fold_version].get(type_name) if isinstance(type_name, str) else None
    if model is None:
        raise Refused("event-type", f"The payload's type is not one that fold version {fold_version} knows.")
    try:
        return model.model_validate_json(payload)
    except ValidationError as error:
        raise _refusal(error, model=model) from None


def _refusal(error: ValidationError, *, model: type[Common]) -> Refused:
    errors = error.errors(include_url=False, include_input=False)
    first = errors[0]
    missing = [str(one["loc"][0]) for one in errors if one["type"] == "missing" and len(one["loc"]) == 1]
    if len(missing) > 1 and first["type"] == "missing":
        return Refused("event-field", f"{model.__name__}: These fields are missing: state {', '.join(missing)}.")
    where = ".".join(str(step) for step in first["loc"]) or "payload"
    code = "event-field" if first["type"] in ("missing", "extra_forbidden") else "event-value"
    is_own = first["type"] == "extra_forbidden" and len(first["loc"]) == 1
    near = meant(first["loc"][0], known=model.model_fields) if is_own else ""
    return Refused(code, f"{model.__name__}: {where}: {words_of(first)}{near}.")
