"""Findings of conflicting acts: one for each set of rival acts, whatever number of units they share (disputes).

A finding names the rivals whose ids come first, sixteen at most, and counts all; which these are follows from the set of rivals,
not from their order of arrival. A wider set replaces a narrower one. Once officers have decided, a person who had claimed the
place before contests nothing new by claiming it again: the decided finding counts the act, and no other is raised.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from custody.core.fold.branch_claims import contenders, persons_of, stand_as_one, stands
from custody.core.fold.same_act import is_same_act, one_act, without_duplicates
from custody.core.state.conflict import Conflict, Ref
from custody.core.state.finding_store import KEPT, Draft, finding_id
from custody.core.state.state import CONFLICT, RecordedEvent, State
from custody.core.wording.messages import Message, message

_SAID: Final = 8
"""How many rivals the sentence says by whom and when, where there are more than the finding names."""


def refresh_conflicts(state: State, refs: Sequence[Ref], *, by: RecordedEvent) -> None:
    """One finding for each set of rival acts at these places; a wider set replaces a narrower one."""
    touched = {state.place(ref) for ref in refs}
    touched |= {place for ref in sorted(touched, key=str) for place in _places_of_few(state, ref)}
    held = {identity for place in touched for identity in state.conflicts_at.get(place, ())}
    for identity in held:
        touched.update(state.conflicts[identity].places)
    groups: dict[tuple[str, ...], list[Ref]] = {}
    for ref in sorted(touched, key=str):
        acts = _claimants(state, ref)
        if len(acts) > 1:
            groups.setdefault(acts, []).append(ref)
    rows = {identity_of(acts[:KEPT], places=places): (acts, tuple(places)) for acts, places in groups.items()}
    decided = [identity for identity in sorted(held) if is_decided(state, identity)]
    for identity, (acts, places) in sorted(rows.items()):
        known = next((name for name in decided if adds_nobody(state, name, places=places)), identity)
        if known != identity and identity not in state.conflicts:
            del rows[identity]
            _widen(state, known, acts=acts)
    for identity in sorted(held - set(rows)):
        _dissolve(state, identity)
    for identity, (acts, places) in sorted(rows.items()):
        if identity not in state.conflicts:
            persons = frozenset(person for place in places for person in contenders(state, place))
            _raise(state, Conflict(places, acts[:KEPT], persons), acts=acts, known={}, by=by)
            state.dirty_units.update(dict.fromkeys(unit for unit, _ in places))
        else:
            _widen(state, identity, acts=acts)


def _places_of_few(state: State, ref: Ref) -> Iterator[Ref]:
    """Everywhere else that the rivals at a place claim, where few do: they may be rivals there too."""
    if len(state.claims.get(state.place(ref), ())) > KEPT:
        return
    for act in _claimants(state, ref):
        places = (state.place(other) for other in state.records[act].refs)
        yield from (place for place in places if len(state.claims[place]) <= KEPT)


def add_rival(state: State, record: RecordedEvent) -> None:
    """One more act at places that others contest already: the finding about them counts it."""
    claimed = dict.fromkeys(state.place(ref) for ref in record.refs)
    places = tuple(place for place in claimed if len(state.claims[place]) > 1)
    names = [_counting(state, place) for place in places]
    if None in names or any(not set(state.conflicts[name].places) <= set(places) for name in names if name):
        refresh_conflicts(state, record.refs, by=record)
        return
    for name in dict.fromkeys(name for name in names if name is not None):
        if is_decided(state, name) or record.event_id > state.conflicts[name].acts[-1]:
            _widen(state, name, acts=(record.event_id,))
        else:
            _rename(state, name, act=record)


def _counting(state: State, place: Ref) -> str | None:
    """The finding that counts one more rival at a place without a look at the others; None where there is none."""
    known = list(state.conflicts_at.get(place, ()))
    for name in known:
        if is_decided(state, name) and adds_nobody(state, name, places=(place,)):
            return name
    open_ones = [name for name in known if not is_decided(state, name)]
    full = [name for name in open_ones if len(state.conflicts[name].acts) == KEPT]
    return full[0] if len(open_ones) == 1 and full else None


def is_decided(state: State, identity: str) -> bool:
    """Whether officers have decided about a conflict."""
    finding = state.findings.get(identity)
    return finding is not None and finding.status == "adjudicated"


def adds_nobody(state: State, identity: str, *, places: Iterable[Ref]) -> bool:
    """Whether nobody claims these places but those who did when the finding about them was raised."""
    conflict = state.conflicts[identity]
    known = set(conflict.places)
    return all(place in known and contenders(state, place) <= conflict.persons for place in places)


def identity_of(acts: Sequence[str], *, places: Sequence[Ref]) -> str:
    """The id of the finding about these rivals."""
    return finding_id(code=CONFLICT, subject=min(unit for unit, _ in places), evidence=acts)


def _claimants(state: State, ref: Ref) -> tuple[str, ...]:
    """The rivals at a place, one record for each act; none where many are one act.

    Those aside because of this very place's decision still count as such.
    """
    place = state.place(ref)
    claims = state.claims.get(place, ())
    if len(claims) > KEPT and place not in state.winners and stand_as_one(state, place):
        return ()
    counted = _counted_claimants(state, place) if len(claims) > KEPT else ()
    if counted:
        return counted
    rivals = [act for act in claims if is_claimant(state, act, ref=ref)]
    if one_act(state, rivals):
        return tuple(rivals[:1])
    return without_duplicates(state, rivals)


def _counted_claimants(state: State, place: Ref) -> tuple[str, ...]:
    """The same without a look at each, where nothing was decided and all who stand there were typed in or declared; else none."""
    standing, apart = state.standing.get(place), state.apart.get(place)
    if place in state.winners or apart or standing is None or standing.many is None or standing.many.silent:
        return ()
    sayers = standing.many.sayers.values()
    if len(sayers) < 2 or any(row.made for row in sayers):
        return ()
    return tuple(sorted(row.repeated[0] for row in sayers))


def is_claimant(state: State, act: str, *, ref: Ref) -> bool:
    """Whether a finding about a place that an act claims counts it: not void, and aside at most by its decision."""
    record = state.records[act]
    return stands(state, record) and (not record.is_not_chosen or _lost_here(state, act, ref=ref))


def _lost_here(state: State, act: str, *, ref: Ref) -> bool:
    record = state.records[act]
    others = (other for other in record.refs if other != ref and is_lost(state, other, act=act))
    elsewhere = any(not _same_row(state, other, ref=ref) for other in others)
    here = is_lost(state, ref, act=act) and not elsewhere
    return here and not any(state.records[name].is_not_chosen for name in record.dependencies())


def is_lost(state: State, ref: Ref, *, act: str) -> bool:
    """Whether a decision chose another act at a place."""
    winner = state.winners.get(state.place(ref))
    return winner is not None and not is_same_act(state, act, other=winner)


def _same_row(state: State, other: Ref, *, ref: Ref) -> bool:
    # Acts claim all their places at once, so that the same acts stand in the same order everywhere.
    return state.claims.get(state.place(other)) == state.claims.get(state.place(ref))


def _raise(state: State, conflict: Conflict, *, acts: Sequence[str], known: dict[str, None], by: RecordedEvent) -> None:
    """A finding about these rivals; ``known`` are those of them that a finding has counted already."""
    identity = identity_of(conflict.acts, places=conflict.places)
    units = tuple(sorted({unit for unit, _ in conflict.places}))
    head = state.paths.head(units[0])
    count = len(acts) + len(known)
    draft = Draft(
        code=CONFLICT,
        subject=units[0],
        evidence=conflict.acts,
        sentence=_sentence(state, conflict, count=count),
        station="" if head is None else head.station,
        units=units,
        count=count,
    )
    severity = by.rules.severity(CONFLICT)
    state.findings.raise_(draft, position=state.position, by=by.event_id, severity=severity)
    state.conflicts[identity] = conflict
    for place in conflict.places:
        state.conflicts_at.setdefault(place, {})[identity] = None
    state.rivals_of[identity] = known
    _widen(state, identity, acts=acts)


def _widen(state: State, identity: str, *, acts: Iterable[str]) -> None:
    """These acts are among the rivals, whether or not the finding names them."""
    known = state.rivals_of[identity]
    new = [act for act in acts if act not in known]
    for act in new:
        known[act] = None
        state.records[act].conflicts += 1
        state.dirty_records[act] = None
    finding = state.findings.get(identity)
    if new and finding is not None and finding.count < len(known):
        sentence = _sentence(state, state.conflicts[identity], count=len(known))
        state.findings.recount(identity, count=len(known), sentence=sentence)


def _rename(state: State, identity: str, *, act: RecordedEvent) -> None:
    """The finding names another one of its rivals: the one whose id comes before."""
    before = state.conflicts[identity]
    state.findings.supersede(identity)
    named = tuple(sorted((*before.acts, act.event_id)))[:KEPT]
    conflict = Conflict(before.places, named, before.persons | set(persons_of(act)))
    _raise(state, conflict, acts=(act.event_id,), known=_forget(state, identity), by=act)


def _sentence(state: State, conflict: Conflict, *, count: int) -> Message:
    units = tuple(sorted({unit for unit, _ in conflict.places}))
    named = conflict.acts if count == len(conflict.acts) else conflict.acts[:_SAID]
    rivals = tuple(sorted(_said(state.records[act]) for act in named))
    declaration = next((act for act in conflict.acts if state.records[act].declares is not None), None)
    if declaration is not None:
        return _declared(state, conflict, declaration=state.records[declaration])
    if named == conflict.acts:
        return message("conflict", acts=count, units=units, rivals=rivals)
    return message("conflict.many", acts=count, units=units, rivals=rivals)


def _declared(state: State, conflict: Conflict, *, declaration: RecordedEvent) -> Message:
    """An entry declared in error on which others had acted."""
    others = tuple(sorted(_said(state.records[act]) for act in conflict.acts if act != declaration.event_id))
    entry = _said(state.records[declaration.declares or ""])
    return message("declared.contested", entry=entry, declaration=_said(declaration), acts=others)


def _said(record: RecordedEvent) -> Message:
    """An act in the words of the log: what, by whom, and when they say that it was."""
    badges = {key.badge for part, keys in record.signed.items() if part != "device" for key in keys}
    return message("act.by", type=record.type, badges=tuple(sorted(badges)), at=record.at)


def _dissolve(state: State, identity: str) -> None:
    """A narrower conflict gives way to a wider one, or its rivals are aside; what was decided stays on the record."""
    if is_decided(state, identity):
        return
    state.findings.supersede(identity)
    places = state.conflicts[identity].places
    for act in _forget(state, identity):
        state.records[act].conflicts -= 1
        state.dirty_records[act] = None
    for unit, _ in places:
        state.dirty_units[unit] = None


def _forget(state: State, identity: str) -> dict[str, None]:
    """The finding is gone; who its rivals were."""
    for place in state.conflicts.pop(identity).places:
        state.conflicts_at[place].pop(identity, None)
    return state.rivals_of.pop(identity)
