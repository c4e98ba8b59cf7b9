"""Publishes the models as JSON Schemas (draft 2020-12): one for each event type, envelope, receipts, scenarios, tables, an index.

    python -m schemas.publish           writes schemas/published/
    python -m schemas.publish --check   exits 1, and names what differs, if a file is missing, stale or extra

The files are made from the models and never edited.  They are for those who write another program: a schema says names,
types, bounds and meanings.  It cannot say everything that the front door demands; ``$comment`` names what is left to code
(canonical form, repertoire of text, check characters, days that exist).  Not here: any judgement of a model, and I/O
anywhere else in ``schemas``.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from pydantic import BaseModel
from pydantic.json_schema import GenerateJsonSchema

from schemas.base import Common, Strict
from schemas.election_folder import TABLES, ElectionTable
from schemas.envelope import ENTRY_BYTES_MAX, PAYLOAD_BYTES_MAX, PAYLOAD_TYPE, SIGNATURES_MAX
from schemas.receipts import RECEIPT_TYPE, REFUSAL_TYPE, Receipt, Refusal
from schemas.scenario import Scenario
from schemas.union import TYPES_BY_FOLD

DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"
FOLD_VERSION: Final = 1
FOLDER: Final = Path(__file__).parent / "published"
ENVELOPE: Final = "Envelope.v1.json"
INDEX: Final = "index.json"

_COMMENT: Final = (
    "Beyond this schema: the payload is canonical JSON (RFC 8785) without floats, of at most "
    f"{PAYLOAD_BYTES_MAX} bytes; text keeps to schemas/repertoire.json; identifiers end in their ISO/IEC 7064 MOD 37,36 "
    "check character; days exist in the calendar; no key is listed twice among the signers; "
    "a range of serial numbers holds at most 100000000 papers; items that are numbered are as many as their numbers, and those "
    "of one kind stand in one line; a paper names a signature of each side; a corrective event is another than that in error; "
    "a break in custody does not end before it begins; each day of voting closes before the next one opens, the first opens and "
    "the last closes with the vote; each style has one row and one book, the first of which is the stock."
)
_TYPE: Final = "name of the event type; a type outside the closed set is refused"


class _Names(GenerateJsonSchema):
    """Leaves out titles that only repeat a field's name."""

    def field_title_should_be_set(self, schema: Any) -> bool:
        """Never: the name is beside it."""
        del schema
        return False


def file_name(type_name: str) -> str:
    """The file of an event type or statement, which is also its ``$id``: a name relative to the index."""
    return f"{type_name}.v1.json"


def event_schema(model: type[Common]) -> dict[str, Any]:
    """The JSON Schema of one event type, with ``x-custody-kind``: act, report or decision."""
    schema = _schema_of(model)
    schema["properties"]["type"]["description"] = _TYPE
    return {**schema, "$comment": _COMMENT, "x-custody-kind": model.KIND}


def statement_schema(model: type[Strict], *, payload_type: str) -> dict[str, Any]:
    """The JSON Schema of a gateway's statement, with the payload type that its signature covers."""
    return {**_schema_of(model), "x-custody-payload-type": payload_type}


def envelope_schema() -> dict[str, Any]:
    """The JSON Schema of the envelope; DSSE 1.0.2 in one canonical form."""
    text, signatures = {"type": "string"}, {"type": "array", "minItems": 1, "maxItems": SIGNATURES_MAX}
    keyid = {**text, "pattern": "^[0-9a-f]{64}$", "description": "hex SHA-256 of the raw Ed25519 public key"}
    sig = {**text, "pattern": "^[A-Za-z0-9+/]{86}==$", "description": "64 bytes of Ed25519 in padded standard base64"}
    payload = {**text, "contentEncoding": "base64", "contentMediaType": PAYLOAD_TYPE}
    return {
        "$schema": DIALECT,
        "$id": ENVELOPE,
        "title": "Envelope",
        "description": "A signed event as it stands on the log.",
        "$comment": f"Beyond this schema: canonical JSON (RFC 8785), at most {ENTRY_BYTES_MAX} bytes, signatures in strict "
        "order of keyid, base64 without stray bits.",
        **_closed(
            {
                "payload": {**payload, "description": "the event's canonical payload bytes; what the signatures cover"},
                "payloadType": {"const": PAYLOAD_TYPE, "description": "what the payload is; covered by the signatures"},
                "signatures": {
                    **signatures,
                    "description": "one signature for each key, in order of keyid",
                    "items": _closed({"keyid": keyid, "sig": sig}),
                },
            }
        ),
    }


def index() -> dict[str, Any]:
    """What there is: the envelope, each event type with its kind and file, the statements, scenarios, and the fold version."""
    events = [
        {"type": name, "kind": model.KIND, "family": model.__module__.rpartition(".")[2], "schema": file_name(name)}
        for name, model in sorted(_models().items())
    ]
    statements = [{"type": name, "schema": file_name(name)} for name in (Receipt.__name__, Refusal.__name__)]
    folder = {"election": file_name(ElectionTable.__name__)}
    folder |= {name: file_name(model.__name__) for name, model in TABLES.items()}
    told = {"statements": statements, "scenario": file_name(Scenario.__name__), "election_folder": folder}
    return {"fold_version": FOLD_VERSION, "envelope": ENVELOPE, "events": events, **told}


def published() -> dict[str, bytes]:
    """Every file by name, in its one byte form: keys sorted, two spaces of indent, UTF-8, a newline at the end."""
    schemas: dict[str, dict[str, Any]] = {INDEX: index(), ENVELOPE: envelope_schema()}
    schemas |= {file_name(name): event_schema(model) for name, model in _models().items()}
    schemas[file_name(Receipt.__name__)] = statement_schema(Receipt, payload_type=RECEIPT_TYPE)
    schemas[file_name(Scenario.__name__)] = _schema_of(Scenario)
    folder: tuple[type[Strict], ...] = (ElectionTable, *TABLES.values())
    schemas |= {file_name(model.__name__): _schema_of(model) for model in folder}
    schemas[file_name(Refusal.__name__)] = statement_schema(Refusal, payload_type=REFUSAL_TYPE)
    return {name: _bytes(schema) for name, schema in sorted(schemas.items())}


def stale(folder: Path) -> list[str]:
    """The names of files in ``folder`` that are missing, differ from the models, or are not published at all."""
    wanted = published()
    found = {path.name: path.read_bytes() for path in folder.iterdir()} if folder.is_dir() else {}
    return sorted(name for name in wanted.keys() | found.keys() if wanted.get(name) != found.get(name))


def write(folder: Path) -> list[str]:
    """Make ``folder`` what :func:`published` says; returns the names of what changed."""
    folder.mkdir(exist_ok=True)
    changed, wanted = stale(folder), published()
    for name in changed:
        if name in wanted:
            (folder / name).write_bytes(wanted[name])
        else:
            (folder / name).unlink()
    return changed


def main(arguments: Sequence[str], *, folder: Path = FOLDER) -> int:
    """Write or check; returns the exit code."""
    if arguments == ["--check"]:
        differing = stale(folder)
        for name in differing:
            print(f"{folder.name}/{name} is not what the models say: run python -m schemas.publish", file=sys.stderr)
        return 1 if differing else 0
    if arguments:
        print("usage: python -m schemas.publish [--check]", file=sys.stderr)
        return 64
    for name in write(folder):
        print(f"wrote {folder.name}/{name}")
    return 0


def _models() -> Mapping[str, type[Common]]:
    return TYPES_BY_FOLD[FOLD_VERSION]


def _schema_of(model: type[BaseModel]) -> dict[str, Any]:
    schema = model.model_json_schema(schema_generator=_Names)
    return {name: _plain(value, key=name) for name, value in schema.items()} | {
        "$schema": DIALECT,
        "$id": file_name(model.__name__),
    }


def _plain(value: Any, *, key: str = "") -> Any:
    """Docstrings as a schema's reader wants them: one line, without the marks of reStructuredText."""
    if isinstance(value, dict):
        return {name: _plain(item, key=name) for name, item in value.items()}
    if isinstance(value, list):
        return [_plain(item) for item in value]
    return " ".join(value.replace("``", "").split()) if key == "description" and isinstance(value, str) else value


def _closed(properties: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": dict(properties),
        "required": list(properties),
        "additionalProperties": False,
    }


def _bytes(schema: Mapping[str, Any]) -> bytes:
    return (json.dumps(schema, ensure_ascii=False, indent=2, sort_keys=True) + "\n").encode("utf-8")


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
