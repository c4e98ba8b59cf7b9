"""The cause of a disagreement: with the same persons and the same place it makes several one finding (domain.md §10).

    person      of those who have signed the first by tag, whoever signed beside and whomever the event lists; the device where
                nobody has signed
    place       the unit and the act on it that is followed, where the log has it so; else the office that the unit's id names,
                where somebody was enrolled or a station opened; all other offices are one place
    cause       code, severity, type of event, and what the sentence says whatever its figures are

None of it can be varied without end: neither the set of units named, nor events that are no acts on them, nor names of units or
offices that do not exist, nor who signs with whom: several persons make as many findings as they are, and not one for each set of
them. All of it follows from the event and what it names, not from the order of arrival: what names an office before that is known
moves to it then.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from typing import Final

from custody.core.authority.roster import KeyRecord
from custody.core.state.finding_draft import Draft
from custody.core.state.state import RecordedEvent, State
from custody.core.state.topics import group_topic, split_topic
from custody.core.wording.messages import Message
from schemas.identifiers import parse_unit_id
from schemas.strict_json import canonical

LACKING: Final = "lacking"
"""Folder of topics about signatures that do not count, or are not enough."""
DOUBTS: Final = "doubts"
"""Folder of topics about signatures that count for nothing on an event that may be complete without them."""
HELD: Final = "held"
"""Folder of topics about events that move nothing before a decision."""
WAITS: Final = "waits"
"""Folder of topics about events that wait too long."""
UNANSWERED: Final = "unanswered"
"""Folder of topics about offers that nobody has answered."""
INVENTED: Final = "invented-seals"
"""Folder of topics about seals that were applied and never issued: one for a unit, whatever act on it was followed."""
BREAKS: Final = "stated-breaks"
"""Folder of folders of topics about breaks in custody as somebody states them, by what they are said to be."""
UNFIT: Final = "unfit"
"""Folder of topics about events that were judged and have no effect."""
FOREIGN: Final = "foreign-checkpoint"
"""Folder of topics about checkpoints that devices say they had seen."""
REGRESSED: Final = "seen-regressed"
"""Folder of topics about devices that had seen less than before."""
OFFICES: Final = "unknown-offices"
"""Folder of topics about offices that events name and nobody serves."""
BY_DEVICE: Final = (FOREIGN, REGRESSED, OFFICES)
_NOWHERE: Final = ""


def by_signers(state: State, record: RecordedEvent, *, draft: Draft, folder: str) -> Draft:
    """What is said of an event before it is judged: one cause for all of its signers at its station.

    A draft that has a topic keeps it.
    """
    if draft.topic:
        return draft
    keys = [state.roster.get(keyid) for keyid in record.signatures]
    persons = _persons(key for key in keys if key is not None)
    located, place = _located(state, record, draft=draft), _office_known(state, record)
    return _grouped(record, draft=located, folder=folder, persons=persons, place=place)


def by_judged(state: State, record: RecordedEvent, *, draft: Draft) -> Draft:
    """What has no effect: one cause for all who signed it, at the place on the unit that it is about."""
    if draft.topic or draft.off is not None:
        return draft
    return _placed(state, record, draft=draft, folder=UNFIT)


def by_folder(state: State, record: RecordedEvent, *, draft: Draft) -> Draft:
    """What is said beside an event that takes effect, where it names a folder: the same, in that folder."""
    # rules.md 146
    return _placed(state, record, draft=draft, folder=draft.folder) if draft.folder and not draft.topic else draft


def by_device(state: State, record: RecordedEvent, *, draft: Draft, folder: str) -> Draft:
    """What is said of what a device had seen: one cause for all of its events; of those who signed where it did not sign."""
    if draft.topic:
        return draft
    if not state.is_made_on_device(record):
        return by_signers(state, record, draft=draft, folder=folder)
    cause = [draft.code, list(_reason(draft.sentence)), record.device]
    return _named(draft, folder=folder, cause=cause)


def _placed(state: State, record: RecordedEvent, *, draft: Draft, folder: str) -> Draft:
    persons = _persons(key for keys in record.signed.values() for key in keys)
    if folder == INVENTED:
        return _grouped(record, draft=draft, folder=folder, persons=persons, place=draft.units[0])
    refs = dict(record.refs)
    unit = draft.subject if draft.subject in refs else min(refs, default="")
    previous = refs.get(unit)
    is_known = previous is not None and state.paths.snapshot(unit, previous) is not None
    place = f"{unit}/{previous}" if is_known else _office_known(state, record)
    return _grouped(record, draft=draft, folder=folder, persons=persons, place=place)


def _grouped(record: RecordedEvent, *, draft: Draft, folder: str, persons: list[str], place: str) -> Draft:
    severity = draft.severity or record.rules.severity(draft.code)
    why = [] if folder == WAITS else list(_reason(draft.sentence))
    cause = [draft.code, severity, record.type, why, place, persons]
    # rules.md 111
    return _named(draft, folder=folder, cause=cause)


def _named(draft: Draft, *, folder: str, cause: Sequence[object]) -> Draft:
    return replace(
        draft, topic=group_topic(folder, cause=hashlib.sha256(canonical(cause)).hexdigest()), is_grouped=True
    )


def _located(state: State, record: RecordedEvent, *, draft: Draft) -> Draft:
    """The draft at the station that the units name, where there is one, whether or not there are such units."""
    office = _office(record)
    is_station = not draft.station and office in state.registers.stations
    return replace(draft, station=office) if is_station else draft


def _persons(keys: Iterable[KeyRecord]) -> list[str]:
    """The first of those who have signed; of the devices and services where no person has."""
    known = list(keys)
    persons = {key.person for key in known if key.person}
    services = {key.keyid for key in known if not key.person and key.role != "device"}
    return sorted(persons or services or {key.keyid for key in known})[:1]


def find_office(state: State, office: str, *, by: str) -> None:
    """An office is known from here on, by this event: what named it before is a finding of its own place now."""
    if not office or office in state.offices:
        return
    state.offices[office] = None
    for event, names in state.registers.unknown_offices.pop(office, {}).items():
        if all(name in state.offices for name in names):
            state.findings.end(event, folder=OFFICES, code="unknown-code", by=by)
    for event in tuple(state.nowhere.pop(office, ())):
        state.findings.regroup(event, anew=partial(_anew, state=state, record=state.records[event]))


def _anew(draft: Draft, *, state: State, record: RecordedEvent) -> Draft:
    """A draft of a group as it would be grouped now."""
    folder, _ = split_topic(draft.topic)
    bare = replace(draft, topic="", is_grouped=False)
    if folder in (LACKING, DOUBTS, HELD, WAITS):
        return by_signers(state, record, draft=bare, folder=folder)
    if folder in (UNFIT, UNANSWERED) or folder.startswith(f"{BREAKS}/"):
        return _placed(state, record, draft=bare, folder=folder)
    if folder in BY_DEVICE:
        return by_device(state, record, draft=bare, folder=folder)
    return draft


def _office_known(state: State, record: RecordedEvent) -> str:
    """The office that an event is about; nowhere in particular as long as there is none of this name."""
    office = _office(record)
    if not office or office in state.offices:
        return office
    state.nowhere.setdefault(office, {})[record.event_id] = None
    return _NOWHERE


def _office(record: RecordedEvent) -> str:
    return parse_unit_id(min(unit for unit, _ in record.refs)).office if record.refs else ""


def _reason(said: Message) -> Iterator[str]:
    """What a sentence says, whatever its figures are: its key, and those of the sentences in it."""
    yield said.key
    for _, part in sorted(said.args.items()):
        if isinstance(part, Message):
            yield from _reason(part)
