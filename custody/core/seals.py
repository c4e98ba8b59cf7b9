"""Seals: what was found against what was applied, for every seal visible without opening (domain.md §5, identity 8).

Pure: it compares and drafts findings. One cause, one finding: a strange number in place of an expected seal is one finding,
not two; a seal already known to be broken is listed under its first finding.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from custody.core.findings import Draft
from custody.core.scene import Scene
from custody.core.units import Seal, Unit
from schemas.base import SealFound, SealOnUnit
from schemas.identifiers import epoch_seconds

_GONE = ("removed", "replaced")


@dataclass(frozen=True, slots=True)
class SealCheck:
    """Result of reading seals: findings, the seals of each unit as they are now known, units whose seals are not whole."""

    findings: tuple[Draft, ...]
    seals: Mapping[str, tuple[Seal, ...]]
    broken: frozenset[str]
    settles: tuple[str, ...]


def on(unit: Unit) -> tuple[Seal, ...]:
    """The seals that close a unit now."""
    return tuple(seal for seal in unit.seals if seal.condition not in _GONE)


def check_seals(scene: Scene, *, units: Sequence[Unit], found: Iterable[SealFound]) -> SealCheck:
    """Compare the seals found with those on ``units``; evidence names the act that applied a seal and this one."""
    read = list(found)
    findings: list[Draft] = []
    seals: dict[str, tuple[Seal, ...]] = {}
    broken: set[str] = set()
    for unit in units:
        drafts, now, whole = _check_unit(scene, unit=unit, read=[item for item in read if item.unit == unit.unit])
        findings += drafts
        seals[unit.unit] = now
        if not whole:
            broken.add(unit.unit)
    known = {unit.unit for unit in units}
    findings += [_stranger(scene, unit=item.unit, seal=item.seal) for item in read if item.unit not in known]
    settles = tuple(f"seal-unchecked/{item.seal}" for item in read)
    return SealCheck(tuple(findings), seals, frozenset(broken), settles)


def _check_unit(scene: Scene, *, unit: Unit, read: Sequence[SealFound]) -> tuple[list[Draft], tuple[Seal, ...], bool]:
    conditions = {item.seal: item.condition for item in read}
    expected = {seal.number: seal for seal in on(unit)}
    strangers = [item.seal for item in read if item.seal not in expected]
    drafts = [_stranger(scene, unit=unit.unit, seal=number) for number in strangers]
    whole = not strangers
    now: list[Seal] = []
    for seal in unit.seals:
        if seal.number not in expected:
            now.append(seal)
            continue
        condition = conditions.get(seal.number)
        if condition is None:
            now.append(seal)
            if not strangers:
                drafts.append(_unchecked(scene, unit=unit.unit, seal=seal))
            continue
        now.append(replace(seal, condition=condition, at=epoch_seconds(scene.event.at), event=scene.event_id))
        if condition != "intact":
            whole = False
            drafts.append(_not_intact(scene, unit=unit.unit, seal=seal, condition=condition))
    return drafts, tuple(now), whole


def _stranger(scene: Scene, *, unit: str, seal: str) -> Draft:
    applied = scene.registers.seals.get(seal)
    if applied is None:
        sentence = f"Seal {seal} was read on {unit}, but no act ever applied it to anything."
        return scene.draft("seal-not-issued", subject=seal, sentence=sentence, topic=f"seal/{unit}", units=(unit,))
    where, act = applied
    sentence = f"Seal {seal} was read on {unit}, but it was applied to {where}."
    evidence = (act, scene.event_id)
    return scene.draft("seal-condition", subject=seal, sentence=sentence, evidence=evidence, topic=f"seal/{unit}", units=(unit,))


def _unchecked(scene: Scene, *, unit: str, seal: Seal) -> Draft:
    sentence = f"Seal {seal.number} on {unit} can be seen without opening, but {scene.type} does not say how it was found."
    topic = f"seal-unchecked/{seal.number}"
    return scene.draft("seal-unchecked", subject=seal.number, sentence=sentence, topic=topic, units=(unit,))


def _not_intact(scene: Scene, *, unit: str, seal: Seal, condition: str) -> Draft:
    last_at, last_event = seal.at, seal.event
    sighted = scene.registers.sightings.get(seal.number)
    found_at = epoch_seconds(scene.event.at)
    if sighted is not None and last_at < sighted[0] <= found_at:
        last_at, last_event = sighted
    minutes = max(0, found_at - last_at) // 60
    sentence = f"Seal {seal.number} on {unit} was found {condition}; last seen intact {duration(minutes)} earlier."
    evidence = (last_event, scene.event_id)
    topic = f"seal/{unit}"
    return scene.draft(
        "seal-condition",
        subject=seal.number,
        sentence=sentence,
        evidence=evidence,
        topic=topic,
        units=(unit,),
        uncertain_minutes=minutes,
    )


def duration(minutes: int) -> str:
    """Minutes in words: ``3 h 05 min``."""
    return f"{minutes // 60} h {minutes % 60:02d} min" if minutes >= 60 else f"{minutes} min"


def removed(seals: Sequence[Seal], *, act: str) -> tuple[Seal, ...]:
    """The seals after their unit was opened: each one that closed it is removed, whatever its condition."""
    return tuple(seal if seal.condition in _GONE else replace(seal, condition="removed", event=act) for seal in seals)


def apply_seals(scene: Scene, *, seals: Iterable[SealOnUnit]) -> tuple[dict[str, tuple[Seal, ...]], tuple[Draft, ...]]:
    """New seals of each unit, and drafts for numbers outside every issued series or already used."""
    added: dict[str, tuple[Seal, ...]] = {}
    drafts: list[Draft] = []
    at = epoch_seconds(scene.event.at)
    for item in seals:
        used = scene.registers.seals.get(item.seal) or next((key for key, row in added.items() if item.seal in _numbers(row)), None)
        if used is not None:
            where, evidence = (used[0], (used[1], scene.event_id)) if isinstance(used, tuple) else (used, (scene.event_id,))
            sentence = f"Seal {item.seal} was applied to {item.unit}, but it had been applied to {where} before."
            drafts.append(scene.draft("seal-reused", subject=item.seal, sentence=sentence, evidence=evidence, units=(item.unit,)))
        elif not scene.rules.was_issued(item.seal):
            sentence = f"Seal {item.seal} was applied to {item.unit}, but its number was never issued."
            drafts.append(scene.draft("seal-not-issued", subject=item.seal, sentence=sentence, units=(item.unit,)))
        added[item.unit] = (*added.get(item.unit, ()), Seal(item.seal, "intact", at, scene.event_id))
    return added, tuple(drafts)


def _numbers(seals: Iterable[Seal]) -> set[str]:
    return {seal.number for seal in seals}
