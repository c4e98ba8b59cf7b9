"""Writes the parts of the documentation that follow from the code: tables, diagrams and the byte-exact example.

    python docs/generate.py           rewrites what stands between the marks
    python docs/generate.py --check   exits 1, and names the pages, if any of it is stale

A page marks a part with ``<!-- generated: NAME -->`` and ``<!-- end of NAME -->``; everything outside the marks is written by
hand, but for the number of event types that are judged.  Not here: the published JSON Schemas (``schemas.publish``).
"""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from custody.adapters.reference import default_rules
from custody.cli.settings.names import SETTINGS
from custody.core.checks.book_identities import IDENTITIES, Identity
from custody.core.entries.signing import keyid, public_bytes, sign
from custody.core.state.lifecycles import LIFECYCLES, Lifecycle
from custody.core.state.transitions import HANDOVERS, STATE_OF_RECEIVER, TABLE
from custody.core.wording.finding_codes import SEVERITY, settles, title
from custody.core.wording.message_format import LANGUAGES
from custody.core.wording.messages import render
from schemas.election_folder import TABLES, ElectionTable, RehearsalTable
from schemas.envelope import Signature, entry_hash, event_id, format_envelope, make_envelope, pae
from schemas.identifiers import KIND_LETTERS
from schemas.rules import Quorum
from schemas.strict_json import canonical
from schemas.union import FOLD_1, PLANNED

DOCS: Final = Path(__file__).parent
ROOT: Final = DOCS.parent
_JUDGED: Final = re.compile(r"\d+ event types are judged")
_PART: Final = re.compile(r"<!-- generated: ([a-z-]+) -->\n.*?<!-- end of \1 -->", re.DOTALL)


def core_modules() -> str:
    """Each package of ``custody/core`` from the bottom to the top: the first sentence of its head, and its modules."""
    core = ROOT / "custody" / "core"
    order = [name for line in _head(core / "__init__.py").splitlines() if (name := _listed(line))]
    return _table(("package", "what it is", "modules"), (_package(core / name) for name in order))


def _package(path: Path) -> tuple[str, str, str]:
    if not path.is_dir():
        return f"`{path.name}`", _first_sentence(_head(path.with_suffix(".py"))), ""
    modules = sorted(module.stem for module in path.glob("*.py") if module.stem != "__init__")
    return f"`{path.name}/`", _first_sentence(_head(path / "__init__.py")), ", ".join(modules)


def _listed(line: str) -> str:
    """The package or module that a line of the tour lists, empty where it lists none."""
    match = re.match(r"    ([a-z]+)  ", line)
    return "" if match is None else match[1]


def event_types() -> str:
    """Each event type of fold version 1 under its family, its kind and meaning; then those that follow."""
    lines: list[str] = []
    family = ""
    for model in FOLD_1:
        if family != (family := model.__module__.rpartition(".")[2]):
            lines += ["", f"### {family.capitalize()}", ""]
        link = f"[{model.__name__}](../../schemas/published/{model.__name__}.v1.json)"
        lines.append(f"- {link} ({model.KIND}): {_first_sentence(model.__doc__ or '')}")
    later = [f"- {family}: {', '.join(names)}" for family, names in PLANNED.items()]
    follow = ["", "Types of the rulebook that fold version 1 does not judge, and refuses as unknown:", "", *later]
    return "\n".join((*lines[1:], *(follow if later else ())))


def findings() -> str:
    """Each code with its title in each language, its default severity and what settles it."""
    rows = (
        (
            f"`{code}`",
            SEVERITY[code],
            render(settles(code), language="en"),
            *(render(title(code), language=language) for language in LANGUAGES),
        )
        for code in SEVERITY
    )
    return _table(("code", "severity", "settled by", "title", "название", "атауы"), rows)


def identities() -> str:
    """Each identity of a station's book."""
    rows = ((one.number, _sum(one, one.left), _sum(one, one.right), f"`{one.code}`") for one in IDENTITIES)
    return _table(("identity", "left side", "right side", "finding"), rows)


def signatures() -> str:
    """Who must sign what, by the default rules: event types with the same quorums stand in one row."""
    signed: dict[str, list[str]] = {}
    for rule in default_rules().signatures:
        part = "" if rule.part == "acting" else f" ({rule.part})"
        signed.setdefault("; or ".join(_quorum(quorum) for quorum in rule.quorums), []).append(f"{rule.type}{part}")
    return _table(("who must sign", "event types"), ((who, ", ".join(types)) for who, types in signed.items()))


def unit_states() -> str:
    """A state diagram of each kind of unit, and the acts that leave its state as it is."""
    return "\n\n".join(_unit_states(kind) for kind in KIND_LETTERS)


def lifecycles() -> str:
    """A state diagram of each lifecycle of what is no unit."""
    return "\n\n".join(f"### {name.capitalize()}\n\n{_lifecycle(table)}" for name, table in LIFECYCLES.items())


def handover_parties() -> str:
    """Who may hand over to whom, and the state that follows."""
    node = {kind: f'{kind}["{kind}: {STATE_OF_RECEIVER[kind]}"]' for kind in HANDOVERS}
    arrows = [f"    {giver} --> {taker}" for giver, takers in HANDOVERS.items() for taker in node if taker in takers]
    return _fenced("mermaid", ("flowchart LR", *(f"    {text}" for text in node.values()), *arrows))


def event_example() -> str:
    """One real event from its payload to its entry hash, with keys that anybody can make."""
    person, device = (Ed25519PrivateKey.from_private_bytes(bytes(range(start, start + 32))) for start in (0, 32))
    person_key, device_key = keyid(public_bytes(person)), keyid(public_bytes(device))
    payload = canonical(_acknowledgement(person_key=person_key, device_key=device_key))
    signed = [Signature(key, sign(by, pae(payload))) for key, by in ((person_key, person), (device_key, device))]
    entry = format_envelope(make_envelope(payload=payload, signatures=signed))
    lines: list[str] = ["Public keys, the person's and the device's, in hexadecimal:"]
    lines.append(_fenced("keys", (public_bytes(person).hex(), public_bytes(device).hex())))
    lines += ["The payload, one line without a line end:", _fenced("payload", (payload.decode(),))]
    head = pae(payload)[: -len(payload)].decode()
    lines += ["What is signed: this, a space, and then the payload:"]
    lines += [_fenced("head", (head.rstrip(" "),)), "Event id:", _fenced("event-id", (event_id(payload),))]
    lines += ["The entry, one line without a line end:", _fenced("entry", (entry.decode(),))]
    return "\n".join(
        (*lines, "Entry hash, which is the leaf of the tree:", _fenced("entry-hash", (entry_hash(entry),)))
    )


def settings() -> str:
    """Every CUSTODY_* setting."""
    return _table(("setting", "what it says"), ((f"`{name}`", text) for name, text in SETTINGS.items()))


def election_folder() -> str:
    """The files of an election's folder with their columns or keys, from the models that read them."""
    models = {"election.toml": ElectionTable, "election.toml, [rehearsal]": RehearsalTable}
    models |= {f"{name}.csv": model for name, model in TABLES.items()}
    rows = [
        (f"`{file}`" if place == 0 else "", f"`{info.alias or name}`", info.description or "")
        for file, model in models.items()
        for place, (name, info) in enumerate(model.model_fields.items())
    ]
    return _table(("file", "column or key", "what it says"), rows)


PARTS: Final[Mapping[str, Callable[[], str]]] = {
    "core-modules": core_modules,
    "event-types": event_types,
    "event-example": event_example,
    "findings": findings,
    "identities": identities,
    "signatures": signatures,
    "unit-states": unit_states,
    "handover-parties": handover_parties,
    "lifecycles": lifecycles,
    "settings": settings,
    "election-folder": election_folder,
}


def renewed(page: str) -> str:
    """The page with every generated part made anew, and the number of event types where it stands in a sentence."""
    parts = _PART.sub(
        lambda found: f"<!-- generated: {found[1]} -->\n{PARTS[found[1]]()}\n<!-- end of {found[1]} -->", page
    )
    return _JUDGED.sub(f"{len(FOLD_1)} event types are judged", parts)


def main(arguments: Sequence[str]) -> int:
    """Write or check all pages; returns the exit code."""
    if arguments not in ([], ["--check"]):
        sys.stderr.write("usage: python docs/generate.py [--check]\n")
        return 64
    pages = (ROOT / "README.md", *sorted(DOCS.rglob("*.md")))
    stale = [page for page in pages if renewed(text := page.read_text(encoding="utf-8")) != text]
    for page in stale:
        name = page.relative_to(ROOT).as_posix()
        if arguments:
            sys.stderr.write(f"{name} is not what the code says: run python docs/generate.py\n")
        else:
            page.write_text(renewed(page.read_text(encoding="utf-8")), encoding="utf-8")
            sys.stdout.write(f"wrote {name}\n")
    return 1 if arguments and stale else 0


def _acknowledgement(*, person_key: str, device_key: str) -> dict[str, object]:
    election, tag = "e1" * 32, "70" * 32
    return {
        "type": "FindingAcknowledged",
        "version": 1,
        "election": election,
        "log": 0,
        "signers": [
            {"key": person_key, "person": tag, "part": "acting"},
            {"key": device_key, "person": None, "part": "device"},
        ],
        "device": {"key": device_key, "number": 1, "previous": None, "countersigned": [], "elapsed_s": 0},
        "seen": None,
        "at": "2015-04-26T12:00:00+06:00",
        "place": "CEC",
        "present": [],
        "codes": [],
        "commitments": {"remark": None, "documents": None, "photographs": None, "contact": None},
        "finding": "f1" * 32,
    }


def _unit_states(kind: str) -> str:
    moves: dict[tuple[str, str], list[str]] = {}
    stays: list[str] = []
    for type_name, row in TABLE.items():
        states = next((states for name, states in row.items() if name == kind), {})
        for before, after in states.items():
            if before != after:
                moves.setdefault((before or "[*]", after), []).append(type_name)
            elif type_name not in stays:
                stays.append(type_name)
    ids = {state: re.sub(r"\W+", "_", state) for pair in moves for state in pair if state != "[*]"}
    named = [f'    state "{state}" as {name}' for state, name in ids.items() if state != name]
    arrows = [
        f"    {ids.get(before, before)} --> {ids.get(after, after)}: {', '.join(types)}"
        for (before, after), types in moves.items()
    ]
    kept = f"\n\nLeave the state as it is: {', '.join(stays)}." if stays else ""
    return f"### {kind.capitalize()}\n\n{_fenced('mermaid', ('stateDiagram-v2', *named, *arrows))}{kept}"


def _lifecycle(table: Lifecycle) -> str:
    moves: dict[tuple[str, str], list[str]] = {("[*]", next(iter(table))): []}
    for before, row in table.items():
        for fact, after in row.items():
            moves.setdefault((before, after), []).append(fact)
    ids = {state: re.sub(r"\W+", "_", state) for state in table}
    named = [f'    state "{state}" as {name}' for state, name in ids.items() if state != name]
    arrows = [
        f"    {ids.get(before, before)} --> {ids[after]}" + (f": {', '.join(facts)}" if facts else "")
        for (before, after), facts in moves.items()
        if before != after
    ]
    return _fenced("mermaid", ("stateDiagram-v2", *named, *arrows))


def _quorum(quorum: Quorum) -> str:
    among = f", at least one of them {' or '.join(quorum.including)}" if quorum.including else ""
    return f"{quorum.persons} of {', '.join(quorum.roles)}{among}"


def _sum(identity: Identity, names: Iterable[str]) -> str:
    return " + ".join(f"({name})" if name in identity.optional else name for name in names).replace("_", " ")


def _head(path: Path) -> str:
    return ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or ""


def _first_sentence(text: str) -> str:
    paragraph = " ".join(text.partition("\n\n")[0].split()).replace("``", "`")
    return re.split(r"(?<=[.?])\s", paragraph)[0]


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in row)} |" for row in lines)


def _fenced(kind: str, lines: Iterable[str]) -> str:
    return "\n".join((f"```{kind}", *lines, "```"))


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
