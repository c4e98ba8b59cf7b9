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
from custody.core.force import enter, keep_out, leave
from custody.core.saying import Said, say
from custody.core.state import CONFLICT, Conflict, Record, Ref, State


def claim(state: State, record: Record) -> None:
    """An act judged good takes its place in the trees of its units."""
    for ref in record.refs:
        state.claims.setdefault(ref, []).append(record.event_id)


def is_outdated(state: State, record: Record) -> str | None:
    """The unit on which an act follows an older act although its author knew a newer one; None where there is none."""
    for ref in record.refs:
        if any(_is_ancestor(state, record, act=other) for other in state.claims.get(ref, ())):
            return ref[0]
    return None


def resettle(state: State, seeds: Iterable[str], *, by: Record) -> None:
    """Bring into force what belongs there, and take out what does not, among these events and all that hang on them."""
    region = _region(state, seeds)
    wanted: dict[str, bool] = {}
    for record in region:
        record.aside = _is_aside(state, record)
        wanted[record.event_id] = _belongs(state, record, wanted=wanted)
    for record in reversed(region):
        if record.in_force and not wanted[record.event_id]:
            leave(state, record)
    for record in region:
        if wanted[record.event_id] and not record.in_force:
            enter(state, record)
        elif not record.in_force and record.status != "disputed":
            keep_out(state, record)
    _refresh_conflicts(state, [ref for record in region if record.changes for ref in record.refs], by=by)


def rivals(state: State, record: Record) -> tuple[str, ...]:
    """The other acts that claim a place of this one."""
    others = (act for ref in record.refs for act in state.claims.get(ref, ()) if act != record.event_id)
    return tuple(dict.fromkeys(others))


def choose(state: State, finding: str, *, act: str, by: Record) -> bool:
    """Adjudication picks a branch: its act takes effect; the other branches stay visible and out of force."""
    conflict = state.conflicts.get(finding)
    if conflict is None or act not in conflict.acts:
        return False
    for ref in conflict.places:
        # rules.md 18
        state.winners[ref] = act
    resettle(state, [other for name in conflict.acts for other in (name, *rivals(state, state.records[name]))], by=by)
    return True


def is_disputed(state: State, unit: str) -> bool:
    """Whether acts claim to follow a unit's head that are not in force."""
    head = state.paths.head(unit)
    row = state.claims.get((unit, None if head is None else head.act), ())
    return any(not state.records[act].aside for act in row)


def _region(state: State, seeds: Iterable[str]) -> list[Record]:
    """These judged events and all that hang on them, in order of judgement, so that each comes after those it names.

    An act set aside by a decision frees the places it claimed elsewhere: whoever claims them belongs to the region too.
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
        if record.changes:
            queue += [act for unit, _ in record.refs for act in state.claims.get((unit, name), ())]
            queue += rivals(state, record)
    return sorted(found.values(), key=lambda record: record.order)


def _is_aside(state: State, record: Record) -> bool:
    """Whether a decision chose against the act, or against one that it names."""
    if record.changes and any(state.winners.get(ref, record.event_id) != record.event_id for ref in record.refs):
        return True
    return any(state.records[name].aside for name in record.named())


def _belongs(state: State, record: Record, *, wanted: dict[str, bool]) -> bool:
    if record.aside or not all(wanted.get(name, state.records[name].in_force) for name in record.named()):
        return False
    return not record.changes or not any(_is_contested(state, ref, act=record.event_id) for ref in record.refs)


def _is_contested(state: State, ref: Ref, *, act: str) -> bool:
    if state.winners.get(ref) == act:
        return False
    # rules.md 17
    return any(other != act and not state.records[other].aside for other in state.claims[ref])


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
    touched = set(refs)
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
    """The rivals at a place: those aside because of this very place's decision still count as such."""
    row = state.claims.get(ref, ())
    return tuple(sorted(act for act in row if not state.records[act].aside or _lost_here(state, act, ref=ref)))


def _lost_here(state: State, act: str, *, ref: Ref) -> bool:
    record = state.records[act]
    elsewhere = any(
        state.winners.get(other, act) != act
        for other in record.refs
        if other != ref and not _same_row(state, other, ref=ref)
    )
    return (
        state.winners.get(ref, act) != act
        and not elsewhere
        and not any(state.records[name].aside for name in record.named())
    )


def _same_row(state: State, other: Ref, *, ref: Ref) -> bool:
    return set(state.claims.get(other, ())) == set(state.claims.get(ref, ()))


def _identity(acts: Sequence[str], *, places: Sequence[Ref]) -> str:
    return finding_id(code=CONFLICT, subject=min(unit for unit, _ in places), evidence=acts)


def _raise_conflict(state: State, identity: str, *, conflict: Conflict, by: Record) -> None:
    units = tuple(sorted({unit for unit, _ in conflict.places}))
    head = state.paths.head(units[0])
    rivals = tuple(sorted(_said(state.records[act]) for act in conflict.acts))
    sentence = say("conflict", acts=len(conflict.acts), units=units, rivals=rivals)
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
