"""Disputes: two acts that follow the same one on a unit. Both stay visible, neither is in force, adjudication picks the branch.

The theory. The acts judged good make a tree for each unit: each hangs on the act that it follows. An act *claims* its place on
each of its units, once and for good. A place that several acts claim is *contested* until an adjudication chooses one of them.
An act is in force iff all that it names is in force and none of its places is contested, or those that are were decided for it.
That is a property of the set of acts, not of their order of arrival: an act that comes late suspends what had been applied before
it, with everything that followed, and the last undisputed custodian stands. Claims are never taken back by a suspension, so what
is in force is found in one pass over the tree, and there is nothing to go round in circles.

A branch that adjudication did not choose is *aside*: it stays visible and contests nothing elsewhere.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from custody.core.findings import Draft, finding_id
from custody.core.force import annul, enter, keep_out, leave
from custody.core.precedence import beaten_by
from custody.core.saying import Said, say
from custody.core.state import CONFLICT, Conflict, Record, Ref, State
from custody.core.twins import are_one, echoes, one_act, preferred, recognise
from custody.core.voids import voided_by


def claim(state: State, record: Record) -> None:
    """An act judged good takes its place in the trees of its units."""
    recognise(state, record)
    for ref in record.refs:
        state.claims.setdefault(state.place(ref), []).append(record.event_id)


def is_outdated(state: State, record: Record) -> str | None:
    """The unit on which an act follows an older act although its author knew a newer one; None where there is none."""
    for ref in record.refs:
        if any(_is_ancestor(state, record, act=other) for other in state.claims.get(state.place(ref), ())):
            return ref[0]
    return None


def resettle(state: State, seeds: Iterable[str], *, by: Record) -> None:
    """Bring into force what belongs there, and take out what does not, among these events and all that hang on them."""
    region = _region(state, seeds)
    if not region:
        return
    for record in region:
        record.aside = _is_aside(state, record)
    voids: dict[str, str | None] = {}
    for record in reversed(region):
        voids[record.event_id], record.void = record.void, voided_by(state, record)
    for record in region:
        record.void = record.void or beaten_by(state, record)
    wanted: dict[str, bool] = {}
    for record in region:
        wanted[record.event_id] = _belongs(state, record, wanted=wanted)
    _seat(state, region, wanted=wanted, voids=voids)
    _refresh_conflicts(state, [ref for record in region if record.changes for ref in record.refs], by=by)


def _seat(state: State, region: Sequence[Record], *, wanted: dict[str, bool], voids: dict[str, str | None]) -> None:
    """Take out and bring in, each unit's path from its end and from its beginning."""
    seated = sorted(region, key=lambda record: (state.records[state.paths.root(record.event_id)].order, record.order))
    echo = {record.event_id: echoes(state, record, wanted=wanted) for record in region}
    # Which record of an act moves its units has changed: everything after it makes room for the other one.
    again = any(record.in_force and record.echo != echo[record.event_id] for record in region)
    for record in reversed(seated):
        if record.in_force and (again or not wanted[record.event_id]):
            leave(state, record)
    for record in region:
        if record.void != voids[record.event_id]:
            annul(state, record)
        record.echo = echo[record.event_id]
    for record in seated:
        if wanted[record.event_id] and not record.in_force:
            enter(state, record)
        elif not record.in_force:
            keep_out(state, record)


def rivals(state: State, record: Record) -> tuple[str, ...]:
    """The other acts that claim a place of this one."""
    places = (state.place(ref) for ref in record.refs)
    others = (act for place in places for act in state.claims.get(place, ()) if act != record.event_id)
    return tuple(dict.fromkeys(others))


def choose(state: State, finding: str, *, act: str, by: Record) -> bool:
    """Adjudication picks a branch: its act takes effect; the other branches stay visible and out of force."""
    conflict = state.conflicts.get(finding)
    if conflict is None or act not in state.records or not any(are_one(state, act, other=row) for row in conflict.acts):
        return False
    for ref in conflict.places:
        # rules.md 18
        state.winners[ref] = act
    resettle(state, [other for name in conflict.acts for other in (name, *rivals(state, state.records[name]))], by=by)
    return True


def is_disputed(state: State, unit: str) -> bool:
    """Whether acts claim to follow a unit's head that are not in force; a declaration of an error takes no unit anywhere."""
    head = state.paths.head(unit)
    row = (state.records[act] for act in state.claims.get(state.place((unit, None if head is None else head.act)), ()))
    return any(not act.aside and act.declares is None and _stands(state, act) for act in row)


def _region(state: State, seeds: Iterable[str]) -> list[Record]:
    """These judged events and all that hang on them, in order of judgement, so that each comes after those it names.

    An act set aside by a decision frees the places it claimed elsewhere: whoever claims them belongs to the region too. So does
    an entry declared in error before what follows it, which decides whether the declaration takes effect.
    """
    found: dict[str, Record] = {}
    queue = list(seeds)
    while queue:
        name = queue.pop()
        record = state.records[name]
        if name in found or not record.order:
            continue
        found[name] = record
        queue += state.dependents.get(name, ())
        if (offer := state.registers.offers.get(name)) is not None:
            queue += [item.event for item in offer.replies]
        queue += [act for act in record.named() if act in state.errors]
        if record.changes:
            places = (state.place((unit, name)) for unit, _ in record.refs)
            queue += [act for place in places for act in state.claims.get(place, ())]
            queue += rivals(state, record)
    return sorted(found.values(), key=lambda record: record.order)


def _is_aside(state: State, record: Record) -> bool:
    """Whether a decision chose against the act or holds it back, or did so with one that it names."""
    if record.event_id in state.held_back:
        return True
    if record.changes and any(_is_lost(state, ref, act=record.event_id) for ref in record.refs):
        return True
    return any(state.records[name].aside for name in record.named())


def _is_lost(state: State, ref: Ref, *, act: str) -> bool:
    """Whether a decision chose another act at a place."""
    winner = state.winners.get(state.place(ref))
    return winner is not None and not are_one(state, act, other=winner)


def _belongs(state: State, record: Record, *, wanted: dict[str, bool]) -> bool:
    def stands(names: Iterable[str]) -> bool:
        return all(wanted.get(name, state.records[name].in_force) for name in names)

    if record.aside or record.void is not None:
        return False
    if record.declares is not None:
        entry = state.records[record.declares]
        return entry.void is not None and are_one(state, entry.void, other=record.event_id) and stands(entry.named())
    if not stands(record.named()):
        return False
    return not record.changes or not any(_is_contested(state, ref, act=record.event_id) for ref in record.refs)


def _is_contested(state: State, ref: Ref, *, act: str) -> bool:
    """Whether others claim a place for another act; a declaration of an error contests none, it yields to what was done."""
    place = state.place(ref)
    winner = state.winners.get(place)
    if winner is not None and are_one(state, act, other=winner):
        return False
    rows = (state.records[other] for other in state.claims[place])
    # rules.md 17
    return not one_act(
        state, [row.event_id for row in rows if not row.aside and row.declares is None and _stands(state, row)]
    )


def _stands(state: State, record: Record) -> bool:
    """Whether an act has a claim to its places: it is not void, nor a correction of an entry that is not void either."""
    # rules.md 93
    idle = record.corrects is not None and state.records[record.corrects].void is None
    return record.void is None and not idle


def _is_ancestor(state: State, record: Record, *, act: str) -> bool:
    """Whether ``record`` follows ``act``, on whatever unit and over whatever other acts."""
    horizon = state.records[act].order
    seen: set[str] = set()
    queue = list(record.named())
    while queue:
        name = queue.pop()
        if name == act:
            return True
        known = state.records[name]
        if name not in seen and known.order > horizon:
            seen.add(name)
            queue += known.named()
    return False


def _refresh_conflicts(state: State, refs: Sequence[Ref], *, by: Record) -> None:
    """One finding for each set of rival acts, whatever number of units they share; a wider set replaces a narrower one."""
    touched = {state.place(ref) for ref in refs}
    held = {identity for identity, conflict in state.conflicts.items() if not touched.isdisjoint(conflict.places)}
    for identity in held:
        touched.update(state.conflicts[identity].places)
    groups: dict[tuple[str, ...], list[Ref]] = {}
    for ref in sorted(touched, key=str):
        acts = _claimants(state, ref)
        if len(acts) > 1:
            groups.setdefault(acts, []).append(ref)
    wanted = {_identity(acts, places=places): Conflict(tuple(places), acts) for acts, places in groups.items()}
    for identity in sorted(held - set(wanted)):
        _dissolve(state, identity)
    for identity, conflict in sorted(wanted.items()):
        if identity not in state.conflicts:
            _raise_conflict(state, identity, conflict=conflict, by=by)


def _claimants(state: State, ref: Ref) -> tuple[str, ...]:
    """The rivals at a place, one record for each act: those aside because of this very place's decision still count as such."""
    row = state.claims.get(state.place(ref), ())
    rivals = [act for act in row if _stands(state, state.records[act])]
    rivals = [act for act in rivals if not state.records[act].aside or _lost_here(state, act, ref=ref)]
    if one_act(state, rivals):
        return tuple(rivals[:1])
    rows = ([act for act in rivals if are_one(state, act, other=name)] for name in rivals)
    return tuple(sorted({preferred(state, row) for row in rows}))


def _lost_here(state: State, act: str, *, ref: Ref) -> bool:
    record = state.records[act]
    elsewhere = any(
        _is_lost(state, other, act=act)
        for other in record.refs
        if other != ref and not _same_row(state, other, ref=ref)
    )
    return (
        _is_lost(state, ref, act=act)
        and not elsewhere
        and not any(state.records[name].aside for name in record.named())
    )


def _same_row(state: State, other: Ref, *, ref: Ref) -> bool:
    return set(state.claims.get(state.place(other), ())) == set(state.claims.get(state.place(ref), ()))


def _identity(acts: Sequence[str], *, places: Sequence[Ref]) -> str:
    return finding_id(code=CONFLICT, subject=min(unit for unit, _ in places), evidence=acts)


def _raise_conflict(state: State, identity: str, *, conflict: Conflict, by: Record) -> None:
    units = tuple(sorted({unit for unit, _ in conflict.places}))
    head = state.paths.head(units[0])
    declaration = next((act for act in conflict.acts if state.records[act].declares is not None), None)
    rivals = tuple(sorted(_said(state.records[act]) for act in conflict.acts))
    sentence = say("conflict", acts=len(conflict.acts), units=units, rivals=rivals)
    if declaration is not None:
        sentence = _declared(state, conflict, declaration=state.records[declaration])
    draft = Draft(
        code=CONFLICT,
        subject=units[0],
        evidence=conflict.acts,
        sentence=sentence,
        station="" if head is None else head.station,
        units=units,
    )
    severity = by.rules.severity(CONFLICT)
    state.findings.raise_(draft, position=state.position, by=by.event_id, severity=severity)
    state.conflicts[identity] = conflict
    _count(state, conflict, step=1)


def _declared(state: State, conflict: Conflict, *, declaration: Record) -> Said:
    """An entry declared in error on which others had acted."""
    others = tuple(sorted(_said(state.records[act]) for act in conflict.acts if act != declaration.event_id))
    entry = _said(state.records[declaration.declares or ""])
    return say("declared.contested", entry=entry, declaration=_said(declaration), acts=others)


def _said(record: Record) -> Said:
    """An act in the words of the log: what, by whom, and when they say that it was."""
    badges = {key.badge for part, keys in record.signed.items() if part != "device" for key in keys}
    return say("act.by", type=record.type, badges=tuple(sorted(badges)), at=record.at)


def _dissolve(state: State, identity: str) -> None:
    """A narrower conflict gives way to a wider one, or its rivals are aside; what was decided stays on the record."""
    finding = state.findings.get(identity)
    if finding is not None and finding.status == "adjudicated":
        return
    state.findings.supersede(identity)
    _count(state, state.conflicts.pop(identity), step=-1)


def _count(state: State, conflict: Conflict, *, step: int) -> None:
    for act in conflict.acts:
        state.records[act].conflicts += step
        state.dirty_records[act] = None
    for unit, _ in conflict.places:
        state.dirty_units[unit] = None
