"""The whole state as rows in key order: what the state digest is computed over, and nothing that depends on a machine.

Equality of two ledgers is equality of these rows. Sequence numbers of outcomes and anything derived for display are left out.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict

from custody.core.fold import outcome_docs
from custody.core.fold.disputes import is_disputed
from custody.core.fold.same_act import as_shown
from custody.core.journeys.tours import is_tour, tour_of
from custody.core.state.book_accounts import in_store, unaccounted
from custody.core.state.state import State

Row = tuple[str, str, Mapping[str, object]]


def rows(state: State) -> Iterator[Row]:
    """(table, key, row), tables by name, keys ascending."""
    yield from _acts(state)
    for event, bracket in state.bounds.rows():
        yield "bounds", event, {"not_before": bracket.not_before, "not_after": bracket.not_after}
    yield from _seals("carried", state.registers.carried)
    yield from _consignments(state)
    for device, length, ahead, forked in state.devices.rows():
        yield "devices", device, {"length": length, "ahead": ahead, "forked": forked}
    for finding in sorted(state.findings, key=lambda finding: finding.id):
        yield "findings", finding.id, {**finding.doc(), "topic": finding.topic}
    yield from _mandates(state)
    for name, offer in sorted(state.registers.offers.items()):
        yield "offers", name, outcome_docs.offer_doc(offer)
    for key in state.roster:
        revoked = None if key.revoked is None else asdict(key.revoked)
        row = {"role": key.role, "person": key.person, "badge": key.badge, "office": key.office, "revoked": revoked}
        yield "roster", key.keyid, {**row, "enrolled": key.enrolled}
    for position, rules in state.rules:
        yield "rules", f"{position:012d}", {"event": rules.event, "rules": rules.rules.model_dump(mode="json")}
    yield from _root(state)
    for seal, applied in sorted(state.registers.seals.items()):
        yield "seals", seal, {"units": sorted(set(applied.values())), "acts": sorted(applied)}
    yield from _seals("signed-out", state.registers.signed_out)
    for name, mandate in sorted(state.registers.mandates.items()):
        if is_tour(mandate):
            yield "tours", name, tour_of(state, mandate).doc()
    yield from _units(state)


def _seals(table: str, seals: Mapping[str, Mapping[str, str]]) -> Iterator[Row]:
    """Seals that are at a station by an act, before anything there is closed with them."""
    for seal, acts in sorted(seals.items()):
        yield table, seal, {"stations": sorted(set(acts.values())), "acts": sorted(acts)}


def _root(state: State) -> Iterator[Row]:
    """Who stands behind the log: root, log witnesses, cosigned notes, and whether it was closed."""
    for position, root in state.roots:
        yield "roots", f"{position:012d}", {"event": root.event, "threshold": root.threshold, "keys": sorted(root.keys)}
    for position, policy in state.policies:
        yield (
            "policies",
            f"{position:012d}",
            {"event": policy.event, "quorum": policy.quorum, "keys": sorted(policy.keys)},
        )
    for digest, note in sorted(state.notes.items()):
        yield "notes", digest, {"event": note.event, "size": note.cosigned.size, "times": dict(note.cosigned.times)}
    if state.closed is not None:
        yield "log", "closed", {"position": state.closed[0], "event": state.closed[1], "successor": state.succeeded}


def _acts(state: State) -> Iterator[Row]:
    for event, record in sorted(state.records.items()):
        row = {"type": record.type, "status": record.status, "codes": sorted(record.codes)}
        yield "acts", event, {**row, "signatures": sorted(record.signatures)}


def _consignments(state: State) -> Iterator[Row]:
    for name in sorted(state.registers.consignments):
        yield "consignments", name, outcome_docs.consignment_doc(state, name) or {}


def _mandates(state: State) -> Iterator[Row]:
    for name, mandate in sorted(state.registers.mandates.items()):
        yield "mandates", name, {**asdict(mandate), "consignments": list(mandate.consignments)}


def _units(state: State) -> Iterator[Row]:
    for unit in state.paths.units():
        head = state.paths.head(unit)
        if head is None:
            continue
        row: dict[str, object] = {
            **as_shown(state, head).doc(version=0, disputed=is_disputed(state, unit)),
            "package": head.package,
            "pending": sorted(head.pending),
            "tallies": [list(tally) for tally in head.tallies],
        }
        if head.style or head.mix:
            row |= {"style": head.style, "mix": [list(part) for part in head.mix]}
        if head.book is not None:
            figures = {name: [figure.value, figure.event] for name, figure in sorted(head.book.figures.items())}
            row["book"] = {
                "figures": figures,
                "store": in_store(head.book),
                "issuers": [list(pair) for pair in head.book.issuers],
                "unaccounted": unaccounted(head.book),
            }
            if head.book.shut:
                row["shut"] = head.book.shut
        if head.run is not None:
            row["run"] = asdict(head.run)
        yield "units", unit, row
