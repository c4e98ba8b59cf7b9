"""Seals: what was found against what was applied, for every seal visible without opening (domain.md §5, identity 8).

Pure: it compares and drafts findings. One cause, one finding: a strange number in place of an expected seal is one finding,
not two; a seal already known to be broken is listed under its first finding.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from custody.core.checks.case import Case, Stated
from custody.core.checks.finding_causes import INVENTED
from custody.core.checks.open_topics import handed_down, together
from custody.core.state.finding_store import Draft
from custody.core.state.lifecycles import SEAL, goes_on, step
from custody.core.state.registers import SealBreak
from custody.core.state.topics import seal_topic, seal_unchecked_topic
from custody.core.state.units import Seal, Unit, UnitChanges
from custody.core.wording.messages import Message, message
from schemas.base import SealFound, SealOnUnit
from schemas.identifiers import epoch_seconds, parse_unit_id
from schemas.transfer import Found


@dataclass(frozen=True, slots=True)
class SealCheck:
    """Result of reading seals: findings, the seals of each unit as they are now known, units whose seals are not whole."""

    findings: tuple[Draft, ...]
    seals: Mapping[str, tuple[Seal, ...]]
    broken: frozenset[str]
    settles: tuple[str, ...]
    breaks: tuple[SealBreak, ...]


def on(unit: Unit) -> tuple[Seal, ...]:
    """The seals that close a unit now."""
    return tuple(seal for seal in unit.seals if goes_on(SEAL, state=seal.condition))


def read_of(units: Sequence[Unit], *, found: Found) -> tuple[SealFound, ...]:
    """The seals that a receiver can have read: none, where they are said to be on more of the packages than were shown."""
    # rules.md 136
    return () if unseen(units, found=found) else tuple(found.seals)


def unseen(units: Sequence[Unit], *, found: Found) -> int:
    """On how many packages seals are said to have been read, where that is more than were shown; else 0."""
    on_units = {unit.unit for unit in units}.intersection(item.unit for item in found.seals)
    return len(on_units) if len(on_units) > found.packages else 0


def shown_of(units: Sequence[Unit], *, found: Found) -> tuple[Unit, ...]:
    """The packages that a receiver found: all, or those whose seals were read, with those that carry none if they fit."""
    if found.packages >= len(units):
        return tuple(units)
    read = {item.unit for item in found.seals}
    bare = {unit.unit for unit in units if not on(unit)}
    if len([unit for unit in units if unit.unit in read | bare]) == found.packages:
        read |= bare
    return tuple(unit for unit in units if unit.unit in read)


def unread_for(seals: Sequence[Draft], *, units: Sequence[Unit], absent: Sequence[Unit], topic: str) -> list[Draft]:
    """What is said of seals: those of packages that nobody saw were not to be read, so nothing is said of them.

    ``units`` are all packages where nobody knows which were shown: that none of their seals counts as read has that cause.
    """
    unseen_names, names = {(unit.unit,) for unit in absent}, {(unit.unit,) for unit in units}
    told: list[Draft] = []
    for draft in seals:
        if draft.code != "seal-unchecked":
            told.append(draft)
        elif draft.units in names:
            told.append(replace(draft, topic=topic))
        elif draft.units not in unseen_names:
            told.append(draft)
    return told


def check_seals(case: Case[Stated], *, units: Sequence[Unit], found: Iterable[SealFound]) -> SealCheck:
    """Compare the seals found with those on ``units``; evidence names the act that last read a seal and this one."""
    read = list(found)
    numbers = {item.seal for item in read}
    findings: list[Draft] = []
    breaks: list[SealBreak] = []
    seals: dict[str, tuple[Seal, ...]] = {}
    broken: set[str] = set()
    for unit in units:
        check = _check_unit(case, unit=unit, read=[item for item in read if item.unit == unit.unit], numbers=numbers)
        findings += check.findings
        breaks += check.breaks
        seals |= check.seals
        broken |= check.broken
    known = {unit.unit for unit in units}
    findings += [_stranger(case, unit=item.unit, seal=item.seal) for item in read if item.unit not in known]
    settles = tuple(seal_unchecked_topic(item.seal) for item in read)
    return SealCheck(tuple(findings), seals, frozenset(broken), settles, tuple(breaks))


def _check_unit(case: Case[Stated], *, unit: Unit, read: Sequence[SealFound], numbers: set[str]) -> SealCheck:
    conditions = _worst(read)
    expected = {seal.number: seal for seal in on(unit)}
    strangers = [number for number in conditions if number not in expected]
    drafts = [_stranger(case, unit=unit.unit, seal=number, expected=tuple(expected)) for number in strangers]
    whole = not strangers
    breaks: list[SealBreak] = []
    now: list[Seal] = []
    for seal in unit.seals:
        condition = conditions.get(seal.number)
        if seal.number not in expected or condition is None:
            now.append(seal)
            # rules.md 34
            # A strange number stands in the place of this one; a number read on another unit was read all the same.
            if seal.number in expected and not strangers and seal.number not in numbers:
                drafts.append(_unchecked(case, unit=unit, seal=seal))
            continue
        read_now = after(seal, fact=f"read {condition}", act=case.event_id)
        now.append(replace(read_now, at=epoch_seconds(case.event.at)))
        whole = whole and condition == "intact"
        if condition != seal.condition:
            broken, draft = _changed(case, unit=unit.unit, seal=seal, condition=condition)
            drafts.append(draft)
            breaks += broken
    return SealCheck(
        tuple(drafts), {unit.unit: tuple(now)}, frozenset(() if whole else (unit.unit,)), (), tuple(breaks)
    )


def _worst(read: Sequence[SealFound]) -> dict[str, str]:
    """Number -> condition; where one reading says two things of a seal, the one that is not intact."""
    conditions: dict[str, str] = {}
    for item in read:
        if conditions.get(item.seal, "intact") == "intact":
            conditions[item.seal] = item.condition
    return conditions


def _stranger(case: Case[Stated], *, unit: str, seal: str, expected: tuple[str, ...] = ()) -> Draft:
    applied = case.registers.seals.get(seal)
    topic = seal_topic(unit)
    if applied:
        act, where = min(applied.items())
        replaced = case.registers.replaced_by(where)
        # rules.md 62
        if replaced is not None:
            evidence = (replaced, case.event_id)
            told = message("seal.blocked", seal=seal, unit=unit, other=where)
            return case.draft(
                "seal-condition",
                subject=seal,
                sentence=told,
                evidence=evidence,
                topic=topic,
                units=(unit,),
                read_on=unit,
            )
        here = message("seal.read-removed", seal=seal, unit=unit)
        sentence = here if where == unit else message("seal.read-elsewhere", seal=seal, unit=unit, other=where)
        evidence = (act, case.event_id)
        return case.draft(
            "seal-condition",
            subject=seal,
            sentence=sentence,
            evidence=evidence,
            topic=topic,
            units=(unit,),
            read_on=unit,
        )
    due = message("seal.expected", seals=expected) if expected else message("seal.none-expected")
    sentence = (
        message("seal.read-never-applied", seal=seal, unit=unit, due=due)
        if case.rules.was_issued(seal)
        else message("seal.read-never-issued", seal=seal, unit=unit, due=due)
    )
    return case.draft("seal-not-issued", subject=seal, sentence=sentence, topic=topic, units=(unit,), read_on=unit)


def _unchecked(case: Case[Stated], *, unit: Unit, seal: Seal) -> Draft:
    releasing, receiving = unit.custodian, case.party("receiving")
    number, name, act = seal.number, unit.unit, case.type
    sentence = (
        message("seal.unchecked", seal=number, unit=name, type=act)
        if releasing is None or receiving is None
        else message(
            "seal.unchecked-on-leg", seal=number, unit=name, type=act, giver=releasing.said, taker=receiving.said
        )
    )
    topic = seal_unchecked_topic(seal.number)
    return case.draft("seal-unchecked", subject=seal.number, sentence=sentence, topic=topic, units=(unit.unit,))


def _changed(case: Case[Stated], *, unit: str, seal: Seal, condition: str) -> tuple[tuple[SealBreak, ...], Draft]:
    """A seal whose condition is not the one it had when an act last read it."""
    evidence, topic = (seal.event, case.event_id), seal_topic(unit)
    if seal.condition != "intact":
        before, now = message("condition", condition=seal.condition), message("condition", condition=condition)
        sentence = message("seal.found-again", seal=seal.number, unit=unit, before=before, now=now)
        draft = case.draft(
            "seal-condition", subject=seal.number, sentence=sentence, evidence=evidence, topic=topic, units=(unit,)
        )
        return (), draft
    found = epoch_seconds(case.event.at)
    broken = SealBreak(seal=seal.number, unit=unit, condition=condition, topic=topic, last_intact=seal.at, found=found)
    draft = case.draft(
        "seal-condition",
        subject=seal.number,
        sentence=broken.sentence(last_intact=seal.at),
        evidence=evidence,
        topic=topic,
        units=(unit,),
        uncertain_minutes=broken.minutes(last_intact=seal.at),
    )
    return (broken,), draft


def removed(seals: Sequence[Seal], *, act: str) -> tuple[Seal, ...]:
    """The seals after their unit was opened: each one that closed it is off, and retained where it was not whole."""
    return tuple(after(seal, fact="removed", act=act) for seal in seals)


def destroyed(seals: Sequence[Seal], *, act: str) -> tuple[Seal, ...]:
    """The seals after their unit was destroyed as it was: each one that closed it is gone too."""
    return tuple(after(seal, fact="destroyed", act=act) for seal in seals)


def after(seal: Seal, *, fact: str, act: str) -> Seal:
    """The seal after an act did something to it; what its state does not allow leaves it as it is."""
    condition = step(SEAL, state=seal.condition, fact=fact)
    return seal if condition is None else replace(seal, condition=condition, event=act)


def taken_out(unit: Unit, *, outer: Unit, check: SealCheck) -> UnitChanges:
    """The changes of a unit that leaves the one around it: it shares custody and journey, and what is not yet settled."""
    return {
        "inside": None,
        "custodian": outer.custodian,
        "basis": outer.basis,
        "claimed_by": outer.claimed_by,
        "taken": outer.taken,
        "consignment": outer.consignment,
        "direction": outer.direction,
        "package": unit.package if outer.carries else outer.package,
        "seals": check.seals[unit.unit],
        "hold": unit.unit in check.broken,
        "pending": together(unit.pending, handed_down(outer, broken=check.broken)),
        # rules.md 186
        "found_off": outer.found_off or unit.found_off,
    }


def apply_seals(
    case: Case[Stated], *, seals: Iterable[SealOnUnit]
) -> tuple[dict[str, tuple[Seal, ...]], tuple[Draft, ...]]:
    """New seals of each unit, and drafts for numbers outside every issued series or already used."""
    added: dict[str, tuple[Seal, ...]] = {}
    drafts: list[Draft] = []
    at = epoch_seconds(case.event.at)
    for item in seals:
        here = [name for name, row in added.items() if item.seal in _numbers(row)]
        used = uses_of(case, seal=item.seal, unit=item.unit) or dict.fromkeys(
            (case.event_id,) if here else (), min(here, default="")
        )
        away = {} if used else carried_elsewhere(case, seal=item.seal, unit=item.unit)
        # rules.md 177
        if away:
            act, where = min(away.items())
            sentence = message("seal.carried-elsewhere", seal=item.seal, unit=item.unit, station=where)
            drafts.append(_reused(case, seal=item.seal, unit=item.unit, act=act, sentence=sentence))
        # rules.md 32
        elif used:
            act, where = min(used.items())
            replaced = case.registers.replaced_by(where)
            sentence = (
                message("seal.applied-twice", seal=item.seal, unit=item.unit, other=where)
                if replaced is None
                else message("seal.blocked-applied", seal=item.seal, unit=item.unit, other=where)
            )
            drafts.append(_reused(case, seal=item.seal, unit=item.unit, act=act, sentence=sentence))
        elif elsewhere := signed_out_elsewhere(case, seal=item.seal, unit=item.unit):  # rules.md 182
            act, where = min(elsewhere.items())
            sentence = message("seal.signed-out", seal=item.seal, unit=item.unit, station=where)
            evidence = (act, case.event_id)
            drafts.append(
                case.draft(
                    "seal-not-issued", subject=item.seal, sentence=sentence, evidence=evidence, units=(item.unit,)
                )
            )
        elif item.seal not in case.registers.carried and not case.rules.was_issued(item.seal):  # rules.md 33
            sentence = message("seal.applied-never-issued", seal=item.seal, unit=item.unit)
            drafts.append(
                case.draft("seal-not-issued", subject=item.seal, sentence=sentence, units=(item.unit,), folder=INVENTED)
            )
        added[item.unit] = (*added.get(item.unit, ()), Seal(item.seal, SEAL["issued"]["applied"], at, case.event_id))
    return added, tuple(drafts)


def uses_of(case: Case[Stated], *, seal: str, unit: str) -> dict[str, str]:
    """The acts in force that applied a seal; where a station carries it over, of its own application only those there."""
    used, office = case.registers.seals.get(seal, {}), parse_unit_id(unit).office
    if office not in case.registers.carried.get(seal, {}).values():
        return dict(used)
    # What another place did with it is told there.
    return {act: where for act, where in used.items() if parse_unit_id(where).office == office}


def carried_elsewhere(case: Case[Stated], *, seal: str, unit: str) -> dict[str, str]:
    """The openings that carry a seal over to another station than a unit's; none where its own does, or nobody."""
    rows = case.registers.carried.get(seal, {})
    return {} if parse_unit_id(unit).office in rows.values() else dict(rows)


def signed_out_elsewhere(case: Case[Stated], *, seal: str, unit: str) -> dict[str, str]:
    """The manifests that sent a spare seal to another station than a unit's; none where one sent it to its own, or none did."""
    rows = case.registers.signed_out.get(seal, {})
    return {} if parse_unit_id(unit).office in rows.values() else dict(rows)


def check_carried(case: Case[Stated], *, station: str, stock: str, seals: Iterable[str]) -> tuple[Draft, ...]:
    """Seals that a station says it carries over, and that another one carries too, or an act applied somewhere already."""
    drafts: list[Draft] = []
    for seal in seals:
        others = {act: where for act, where in case.registers.carried.get(seal, {}).items() if where != station}
        used = case.registers.seals.get(seal, {})
        # rules.md 177
        if others or used:
            act, where = min((others or used).items())
            sentence = (
                message("seal.carried-twice", seal=seal, station=station, other=where)
                if others
                else message("seal.carried-applied", seal=seal, station=station, unit=where)
            )
            drafts.append(_reused(case, seal=seal, unit=stock, act=act, sentence=sentence))
    return tuple(drafts)


def _reused(case: Case[Stated], *, seal: str, unit: str, act: str, sentence: Message) -> Draft:
    evidence = tuple(dict.fromkeys((act, case.event_id)))
    return case.draft("seal-reused", subject=seal, sentence=sentence, evidence=evidence, units=(unit,))


def _numbers(seals: Iterable[Seal]) -> set[str]:
    return {seal.number for seal in seals}
