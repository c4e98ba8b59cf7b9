"""Disputes: two acts that follow the same one on a unit. Both stay visible, neither is in force, adjudication picks the branch.

The theory. An act is *in force* iff each act it names is, and on each of its units no other act judged good follows the same
one, unless adjudication chose between them. That is a property of the set of acts, not of their order of arrival: an act that
comes late suspends what had been applied before it, with everything that followed, and the last undisputed custodian stands.
"""

from __future__ import annotations


from custody.core.findings import Draft, finding_id
from custody.core.handovers import redo_answer, undo_answer
from custody.core.scene import Verdict
from custody.core.state import Record, Ref, State
from custody.core.units import Unit


def rivals(state: State, record: Record) -> dict[Ref, list[str]]:
    """For each contested place of an act, the other acts judged good that follow the same act there."""
    found: dict[Ref, list[str]] = {}
    for ref in record.refs:
        if state.winners.get(ref) == record.event_id:
            continue
        others = list(state.branches.get(ref, ()))
        in_force = state.paths.after(*ref)
        if in_force is not None and in_force not in others:
            others.append(in_force)
        others = [act for act in others if act != record.event_id]
        if others:
            found[ref] = others
    return found


def knew_of(state: State, record: Record, *, act: str) -> bool:
    """Whether ``act`` is an ancestor of the record: then its author knew it, and naming an older act is no rival branch."""
    horizon = state.records[act].position if act in state.records else 0
    seen: set[str] = set()
    queue = [previous for _, previous in record.refs if previous is not None]
    while queue:
        current = queue.pop()
        if current == act:
            return True
        known = state.records.get(current)
        if current in seen or known is None or (known.reached < horizon and known.position < horizon):
            continue
        seen.add(current)
        queue += [previous for _, previous in known.refs if previous is not None]
    return False


def contest(state: State, record: Record, *, places: dict[Ref, list[str]]) -> None:
    """The act joins its rivals: what was in force at the contested places is suspended, and a finding names all branches."""
    decided = {ref: state.winners[ref] for ref in places if ref in state.winners}
    for ref in record.refs:
        _branch(state, ref, act=record.event_id)
    for ref, others in places.items():
        for other in others:
            _branch(state, ref, act=other)
            if ref not in decided:
                suspend(state, other)
    state.mark(record, "disputed")
    _mark_waiters(state, record.event_id)
    for ref in record.refs:
        state.dirty_units[ref[0]] = None
    _raise_conflicts(state, record, places=places)


def _mark_waiters(state: State, event_id: str) -> None:
    """What waits for a disputed act is disputed too, whether it came before the dispute or after."""
    queue = [event_id]
    while queue:
        for name in state.waiters.get(queue.pop(), ()):
            record = state.records[name]
            if record.status == "waiting":
                state.waiting.pop(name, None)
                state.mark(record, "disputed")
                queue.append(name)


def suspend(state: State, act: str) -> None:
    """Take an act out of force, and everything that followed it on any unit."""
    record = state.records[act]
    if record.status != "applied":
        return
    snapshots: list[Unit] = []
    for unit, previous in record.refs:
        while (later := state.paths.after(unit, act)) is not None:
            suspend(state, later)
        place = state.paths.place(unit, act)
        if place is not None:
            snapshots.append(state.paths.pop(unit))
        state.dirty_units[unit] = None
        _branch(state, (unit, previous), act=act)
    seals = tuple(seal.number for unit in snapshots for seal in unit.seals if state.registers.seals.get(seal.number, ("", ""))[1] == act)
    record.verdict = Verdict(units=tuple(snapshots), seals=seals)
    record.withdrawn = state.findings.withdraw_of(act)
    for seal in seals:
        del state.registers.seals[seal]
    if record.consignment is not None:
        state.registers.consignments.pop(record.consignment.consignment, None)
    undo_answer(state, record)
    state.mark(record, "disputed")


def resume(state: State, act: str) -> bool:
    """Put a suspended act back into force where it may be; False where something still keeps it out."""
    record = state.records[act]
    if record.status != "disputed" or record.verdict is None or not _is_free(state, record):
        return False
    for snapshot in record.verdict.units:
        state.paths.push(snapshot)
        state.dirty_units[snapshot.unit] = None
        applied = {seal.number for seal in snapshot.seals} & set(record.verdict.seals)
        state.registers.seals.update({number: (snapshot.unit, act) for number in applied})
    if record.consignment is not None:
        state.registers.consignments[record.consignment.consignment] = record.consignment
    if record.withdrawn is not None:
        state.findings.restore(record.withdrawn[0], settled=record.withdrawn[1], by=act)
    for ref in record.refs:
        others = [other for other in state.branches.get(ref, ()) if other != act]
        if others:
            state.branches[ref] = [*others, act]
        else:
            state.branches.pop(ref, None)
    redo_answer(state, record)
    state.mark(record, "applied")
    return True


def choose(state: State, finding: str, *, act: str) -> bool:
    """Adjudication picks a branch: its act takes effect; the other branches stay visible and out of force."""
    places = state.conflicts.get(finding, ())
    if not any(act in state.branches.get(ref, ()) or state.paths.after(*ref) == act for ref in places):
        return False
    for ref in places:
        in_force = state.paths.after(*ref)
        if in_force is not None and in_force != act:
            suspend(state, in_force)
        state.winners[ref] = act
        for loser in [other for other in state.branches.get(ref, ()) if other != act]:
            _set_aside(state, loser, places=places)
    return True


def _set_aside(state: State, act: str, *, places: tuple[Ref, ...]) -> None:
    """A branch that lost contests nothing on the units that only it touched."""
    for unit, previous in state.records[act].refs:
        ref = (unit, previous)
        row = state.branches.get(ref, [])
        if ref not in places and act in row:
            row.remove(act)
            state.dirty_units[unit] = None
            if not row:
                del state.branches[ref]
        for follower in list(state.branches.get((unit, act), ())):
            _set_aside(state, follower, places=places)


def is_disputed(state: State, unit: str) -> bool:
    """Whether a unit stands at a place that several acts contest and nobody has decided."""
    head = state.paths.head(unit)
    ref = (unit, None if head is None else head.act)
    return ref in state.branches and state.winners.get(ref) is None


def _is_free(state: State, record: Record) -> bool:
    for ref in record.refs:
        head = state.paths.head(ref[0])
        if (None if head is None else head.act) != ref[1]:
            return False
        winner = state.winners.get(ref)
        others = [other for other in state.branches.get(ref, ()) if other != record.event_id]
        if winner != record.event_id and (others or winner is not None):
            return False
    return True


def _branch(state: State, ref: Ref, *, act: str) -> None:
    row = state.branches.setdefault(ref, [])
    if act not in row:
        row.append(act)


def _raise_conflicts(state: State, record: Record, *, places: dict[Ref, list[str]]) -> None:
    """One finding for each set of rival acts, whatever number of units they share; a wider set replaces a narrower one."""
    groups: dict[frozenset[str], list[Ref]] = {}
    for ref, others in places.items():
        groups.setdefault(frozenset((*others, record.event_id)), []).append(ref)
    for acts, refs in groups.items():
        units = tuple(sorted({ref[0] for ref in refs}))
        for identity, held in list(state.conflicts.items()):
            if set(held) & set(refs):
                state.findings.supersede(identity)
                del state.conflicts[identity]
        head = state.paths.head(units[0])
        station = "" if head is None else head.station
        sentence = f"{len(acts)} acts follow the same one on {', '.join(units)}: both stand, none is in force until adjudicated."
        evidence = tuple(sorted(acts))
        draft = Draft(
            code="conflicting-acts", subject=units[0], evidence=evidence, sentence=sentence, station=station, units=units
        )
        state.raise_all((draft,), record=record)
        identity = finding_id(code=draft.code, subject=draft.subject, evidence=evidence)
        state.conflicts[identity] = tuple(sorted(refs, key=str))


