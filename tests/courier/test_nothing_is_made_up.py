"""What a device signs was said by its signers or follows from what it knows: every field that is filled in is in a list."""

from __future__ import annotations

import ast
from pathlib import Path
from types import NoneType
from typing import Any, Final, get_args

import pytest

from custody.courier.unsaid import COMMON, FILLED, SAID, check_filled
from schemas.envelope import parse_envelope
from schemas.errors import Misused
from schemas.union import TYPES_BY_FOLD, parse_event
from tests.courier.two_stations import PACK, POUCH, SEAL, Election

MODELS = TYPES_BY_FOLD[1]
ROOT = Path(__file__).parents[2]
DRAFTING = (
    *(ROOT / "custody/courier" / f"{name}.py" for name in ("answering", "completion", "paperwork", "seen")),
    *(ROOT / "custody/sandbox" / f"{name}.py" for name in ("computed_keys", "shorthand")),
)
OF_ROWS: Final = {"number": "of a leg: its place in the list", "salt": "of a commitment: the device's key or the seed"}
"""Fields of the rows of a stated list that are filled in."""
STATION = {"station": "AYT"}
UNSAID: list[tuple[dict[str, Any], str]] = [
    ({"type": "ConsignmentOpened", "unit": POUCH, "seals": "intact"}, "as-manifest"),
    ({"type": "UnitUnpacked", "unit": POUCH, "seals": "intact"}, "as-manifest"),
    ({"type": "BallotsCounted", "counts": [{"unit": POUCH, "papers": 441}]}, "[] where none was read"),
    ({"type": "BallotsCounted", "counts": [{"unit": "AYT-K77-5", "papers": 4}], "seals": []}, "1 for the first"),
    ({"type": "StoreOpened", **STATION, "seals": "intact"}, "or [] if there is none"),
    ({"type": "LossDeclared", "units": [POUCH]}, "or null: unknown"),
    ({"type": "BallotsPrinted", "batch": "CEC-B02-E", "printed": 1, "good": 1, "waste": 0}, "not numbered"),
    ({"type": "VoterListStated", **STATION, "stage": "closing", "voters": 436}, "signatures counted"),
    ({"type": "ErrorDeclared", "event": "0" * 64}, '"reason": "did not occur"'),
    ({"type": "UnitPacked", "unit": "AYT-K02-U", "papers": 5}, "the units put inside"),
    ({"type": "CollectedFromCarrier", "units": [POUCH], "found": {"seals": "intact"}}, "found.packages"),
    (
        {"type": "ActTranscribed", "units": [POUCH], "stands_for": {"act": "ConsignmentOpened", "unit": POUCH}},
        "as-manifest",
    ),
]


def test_every_field_that_may_be_empty_is_known_to_say_nothing_or_has_to_be_said() -> None:
    for kind, model in MODELS.items():
        for name, info in model.model_fields.items():
            if name not in COMMON and NoneType in get_args(info.annotation):
                assert name in FILLED.get(kind, {}) or name in SAID.get(kind, {}), f"{kind}.{name}"


def test_the_lists_name_fields_that_exist_and_no_field_twice() -> None:
    for listed in (FILLED, SAID):
        for kind, fields in listed.items():
            assert set(fields) <= set(MODELS[kind].model_fields), kind
    assert not [kind for kind in FILLED if set(FILLED[kind]) & set(SAID.get(kind, {}))]


def test_whatever_drafting_fills_in_stands_in_the_lists() -> None:
    listed = COMMON | {name for fields in (*FILLED.values(), *SAID.values()) for name in fields} | set(OF_ROWS)
    for path in DRAFTING:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call) or getattr(node.func, "attr", "") != "setdefault":
                continue
            if isinstance(node.args[0], ast.Constant):
                assert str(node.args[0].value) in listed, (path.name, node.lineno)


@pytest.fixture
def election(tmp_path: Path) -> Election:
    made = Election(tmp_path)
    made.packed()
    return made


def test_what_nobody_said_is_asked_for_and_nothing_is_signed(election: Election) -> None:
    kept = len(election.box("cec-device").kept())
    for said, told in UNSAID:
        with pytest.raises(Misused) as raised:
            election.act(said, "cec-1", "cec-2")
        assert told in raised.value.sentence, said
    assert len(election.box("cec-device").kept()) == kept


def test_a_field_of_no_list_is_not_signed() -> None:
    event = parse_event(parse_envelope(next(iter(_signed()))).payload)
    stated = set(type(event).model_fields)
    check_filled(event, stated=stated)
    with pytest.raises(Misused, match="nobody said keys"):
        check_filled(event, stated=stated - {"keys"})


def _signed() -> list[bytes]:
    from tests.worlds import DEVICE, OBSERVER, World  # noqa: PLC0415 - only here

    return [World().enrolment(DEVICE, OBSERVER)]


def test_what_is_said_in_one_word_is_signed_as_it_is_known(election: Election) -> None:
    """The honest twin: contents as packed, packages as named, a count of what has no seal."""
    opened = {"type": "ConsignmentOpened", "unit": POUCH, "contents": "as-manifest", "seals": "intact"}
    event: Any = parse_event(parse_envelope(election.act(opened, "cec-1", "cec-2").entry).payload)
    assert (event.contents, [item.seal for item in event.seals]) == ((PACK,), [SEAL])
    counted = {"type": "BallotsCounted", "counts": [{"unit": PACK, "papers": 441}]}
    event = parse_event(parse_envelope(election.act(counted, "cec-1", "cec-2").entry).payload)
    assert (event.seals, event.number, event.occasion) == ((), 1, "receipt")
    collected = {"type": "CollectedFromCarrier", "units": [PACK], "found": {"packages": "all", "seals": []}}
    event = parse_event(parse_envelope(election.act(collected, "cec-1").entry).payload)
    assert (event.found.packages, event.found.seals) == (1, ())
