"""Playing a scenario: every step goes the way of ``custody act``, ``cosign`` and ``append``, through the front door into the log.

A device without network knows the log as far as it had read it, and keeps what is made on it until it is synced. Times are
claimed ones: they come from the scenario, so that the same seed makes the same log.

Not here: the usual stretches (``custody.demo.usual_steps``), the telling (``custody.sandbox.scenario_report``), any judgement.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, tzinfo
from typing import Any, Final

from custody.adapters.timezones import zone_of
from custody.core.entries.receipts import SignedReply
from custody.core.fold.event_facts import facts_of, person_of
from custody.core.fold.outcome_docs import signers
from custody.core.state.finding_store import Finding
from custody.core.state.noted_codes import noted
from custody.core.wording.event_sentences import sentence_of
from custody.core.wording.messages import Message, message, said
from custody.core.wording.sentence_rows import NO_FACTS
from custody.courier.sign_act import id_of
from custody.demo.scenario_file import ScenarioFile
from custody.demo.usual_steps import JourneyPlan, SealNumbers, pending, stretch_steps
from custody.demo.world import MINUTE
from custody.election import dates
from custody.election.model import Election
from custody.gateway.front_door import FrontDoor
from custody.sandbox.acting import Cue, play_act, play_cosign
from custody.sandbox.keyring import Keyring
from custody.sandbox.scenario_clock import seconds, stamp
from custody.sandbox.story_sentences import answered, stretch_title, with_codes
from schemas import scenario as words
from schemas.envelope import parse_envelope
from schemas.errors import Misused, Refused
from schemas.names import with_check_characters
from schemas.outcomes import MessageJson
from schemas.union import parse_event

_ANSWERED_AFTER: Final = "4 min"
_REFERENCE: Final = re.compile(words.REFERENCE_PATTERN)
_FILES: Final = ("", "-wal", "-shm")
_COPY: Final = ".copy"
_MAKES_EVENTS: Final = (words.ActStep, words.HandOverStep, words.CosignStep)


@dataclass(frozen=True, slots=True)
class Change:
    """A finding as it stands now, and as it was before (None: it is new)."""

    finding: Finding
    before: Finding | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One thing that happened: an event, what became of it and the findings that it changed; or words (``at`` empty)."""

    sentence: Message | str
    """a saying, or a step's own words"""
    at: str = ""
    name: str = ""
    event: str = ""
    type: str = ""
    became: str = ""
    codes: tuple[str, ...] = ()
    changes: tuple[Change, ...] = ()


@dataclass(slots=True)
class Chapter:
    """Lines that belong together; ``title`` tells a usual stretch, and is empty for the scenario's own steps."""

    title: Message | str
    lines: list[Line] = field(default_factory=list)


@dataclass(slots=True)
class PlayedScenario:
    """What was played: the story, step names with their event ids, and what became of steps otherwise than they say."""

    chapters: list[Chapter] = field(default_factory=list)
    events: dict[str, str] = field(default_factory=dict)
    keys: dict[str, str] = field(default_factory=dict)
    """badge of a person or device -> key id, which a scenario calls its "key of BADGE" in angle brackets"""
    surprises: list[str] = field(default_factory=list)

    def resolve(self, text: str) -> str:
        """An event id for a step's name in angle brackets, an identifier with its check character for one without."""
        found = _REFERENCE.fullmatch(text)
        if found is None:
            return str(with_check_characters(text))
        known = {**self.events, **{f"key of {badge}": key for badge, key in self.keys.items()}}
        if found[1] not in known:
            raise Misused("scenario-step", f"no step before this one is called {found[1]!r}.")
        return known[found[1]]


class Player:
    """Plays one scenario in a set-up directory."""

    def __init__(self, file: ScenarioFile, *, ring: Keyring, door: FrontDoor, election: Election) -> None:
        """``door`` is over the directory's log; ``election`` has the stations of the scenario."""
        self._file = file
        self._ring = ring
        self._door = door
        seals = SealNumbers(election)
        self._capital = zone_of(election.timezone)
        self._courses = {station.code: JourneyPlan(station, seals) for station in election.stations}
        self._stations = {row.courier: row.station for row in reversed(election.plan)}
        """courier -> the station whose clock counts where a step says nothing"""
        self._now = 0
        start = file.scenario.start or f"{dates.day(election.days[0], days=dates.PACKING)} 11:00"
        self._now = self._moment(start, clock=self._capital)
        self._own = self._now
        """when the last step was that is not a stretch: stations' journeys go on side by side from there"""
        self._entries: dict[str, bytes] = {}
        self._offline: dict[str, int] = {}
        self._last: dict[str, int] = {}
        """device -> the latest moment that it claimed"""
        self._kept: dict[str, list[tuple[str, bytes]]] = {}
        self.played = PlayedScenario()

    def play(self) -> PlayedScenario:
        """All steps in order. Refused or Misused, with the line of the step that cannot be played."""
        self._learn_keys()
        for place, step in enumerate(self._file.scenario.steps):
            line = self._file.line("steps", place)
            try:
                self._play(step, line=line)
            except (Misused, Refused) as error:
                raise Refused(error.code, f"{self._file.name}, line {line}: {error.sentence}") from error
        self._learn_keys()
        return self.played

    def _learn_keys(self) -> None:
        self.played.keys |= {name.badge: name.keyid for name in self._ring.names()}

    def _play(self, step: words.Step, *, line: int) -> None:
        if isinstance(step, str):
            self._add(Line(sentence=" ".join(step.split())))
            return
        reply = self._events(step) if isinstance(step, _MAKES_EVENTS) else self._told(step)
        if not isinstance(step, words.JourneyStep):
            self._own = self._now
        wanted = getattr(step, "becomes", None)
        if wanted is not None and reply is not None and not _became(reply, wanted=wanted):
            said = f"{reply.status} {', '.join(reply.codes)}".strip()
            self.played.surprises.append(f"line {line}: the step should become {wanted!r} and became {said!r}.")

    def _events(self, step: Any) -> SignedReply | None:
        """Steps of people: what they sign takes a minute where the step says nothing."""
        match step:
            case words.ActStep():
                return self._act(step)
            case words.HandOverStep():
                return self._hand_over(step)
            case _:
                return self._cosign(step)

    def _told(self, step: Any) -> SignedReply | None:
        """Steps of the world around them: they take no time where the step says nothing."""
        if step.at or step.after:
            self._now = self._time(step, clock=self._capital)
        match step:
            case words.JourneyStep():
                self._journey(step)
            case words.RecordStep():
                return self._record(step)
            case words.OfflineStep():
                self._go_offline(step)
            case words.SyncStep():
                self._sync(step)
            case words.BackUpStep():
                self._back_up(step)
            case words.RestoreStep():
                self._restore(step)
        return None

    # --- acts

    def _act(self, step: words.ActStep, *, clock: tzinfo | None = None) -> SignedReply | None:
        signing = _list(step.as_)
        clock = clock or self._clock(signing, at=step.at)
        device = self._ring.device_of(signing[0])
        self._now = self._time(step, clock=clock)
        if step.at is None:
            # Journeys of several stations go on side by side; a device that they share has one clock.
            self._now = max(self._now, self._last.get(device or "", 0))
        self._last[device or ""] = max(self._now, self._last.get(device or "", 0))
        known = self._offline.get(device or "")
        at = stamp(self._now, clock=clock)
        cue = Cue(signing=signing, awaited=_list(step.awaiting), at=at, known=known)
        made = play_act(self._resolved(step.act), cue=cue, ring=self._ring)
        if step.name is not None:
            self._note(step.name, event=made.event, entry=made.entry)
        if known is not None:
            self._keep(device or "", name=step.name or "", entry=made.entry)
            return None
        if step.held:
            line = self._line(made.entry, name=step.name or "")
            self._add(replace(line, sentence=message("story.kept-back", said=line.sentence), became="kept"))
            return None
        return self._put(made.entry, name=step.name or "")

    def _hand_over(self, step: words.HandOverStep) -> SignedReply | None:
        name = step.name or f"handover {len(self._entries) + 1}"
        offer = {"type": "HandoverOffered", "units": step.hand_over, "to": _list(step.to), **step.offer}
        offered = words.ActStep.model_validate(
            {"act": offer, "as": step.from_, "name": f"{name} offer", "at": step.at, "after": step.after}
        )
        clock = self._clock([*_list(step.from_), *_list(step.to)], at=step.at)
        self._act(offered, clock=clock)
        answer = {"type": "HandoverAnswered", "offer": f"<{name} offer>", "result": "accepted", "found": "intact"}
        answered = {"act": {**answer, **step.answer}, "as": step.to, "awaiting": step.awaiting, "name": name}
        return self._act(words.ActStep.model_validate({**answered, "after": _ANSWERED_AFTER}), clock=clock)

    def _journey(self, step: words.JourneyStep) -> None:
        code = step.station or next(iter(self._courses))
        course = self._courses.get(code)
        if course is None or (step.station is None and len(self._courses) > 1):
            raise Misused("scenario-step", f"say which station: {', '.join(self._courses)}.")
        course.courier = step.courier or course.courier
        course.pouches = step.packages if course.told == 0 else course.pouches
        course.figures |= {str(name): number for name, number in step.figures.items()}
        self._now = self._now if step.at or step.after else max(course.now, self._own)
        for name in pending(step.journey, course, start=step.from_):
            title = stretch_title(name, station=course.station)
            self.played.chapters.append(Chapter(title))
            for part in stretch_steps(name, course):
                self._stretch_part(part)
        self.played.chapters.append(Chapter(""))
        course.now = self._now
        self._now = max(self._own, *(other.now for other in self._courses.values()))

    def _stretch_part(self, part: words.ActStep | words.HandOverStep) -> None:
        """A usual stretch keeps its hour of the day, unless that has passed."""
        signing = part.from_ if isinstance(part, words.HandOverStep) else part.as_
        if part.at is not None and self._moment(part.at, clock=self._clock(_list(signing))) <= self._now:
            part = part.model_copy(update={"at": None})
        if isinstance(part, words.HandOverStep):
            self._hand_over(part)
        else:
            self._act(part)

    def _cosign(self, step: words.CosignStep) -> SignedReply | None:
        clock = self._clock([step.as_], at=step.at)
        self._now = self._time(step, clock=clock)
        entry = play_cosign(self._entry(step.cosign), who=step.as_, ring=self._ring)
        self._entries[step.cosign] = entry
        device = self._ring.device_of(step.as_)
        if device is not None and device in self._offline:
            self._keep(device, name=step.cosign, entry=entry)
            return None
        return self._put(entry, name=step.cosign, cosigned=step.as_, at=stamp(self._now, clock=clock))

    def _keep(self, device: str, *, name: str, entry: bytes) -> None:
        """On a device without network, until it is synced."""
        self._kept.setdefault(device, []).append((name, entry))
        line = self._line(entry, name=name)
        self._add(replace(line, sentence=message("story.kept-on", said=line.sentence, device=device), became="kept"))

    # --- the way to the log

    def _record(self, step: words.RecordStep) -> SignedReply | None:
        reply = None
        for name in step.record:
            reply = self._put(self._entry(name), name=name)
        return reply

    def _go_offline(self, step: words.OfflineStep) -> None:
        for device in step.offline:
            self._ring.device(device)
            self._offline[device] = self._door.position
        self._add(Line(sentence=message("story.network-gone", devices=tuple(step.offline))))

    def _sync(self, step: words.SyncStep) -> None:
        for device in step.sync:
            if self._offline.pop(device, None) is None:
                raise Misused("scenario-step", f"{device} is not offline.")
            self._add(Line(sentence=message("story.network-back", device=device)))
            for name, entry in self._kept.pop(device, []):
                self._put(entry, name=name)

    def _back_up(self, step: words.BackUpStep) -> None:
        with self._ring.outbox(step.back_up):
            pass
        for here, copy in self._copies(step.back_up):
            if here.exists():
                shutil.copyfile(here, copy)
        self._add(Line(sentence=message("story.copied", device=step.back_up)))

    def _restore(self, step: words.RestoreStep) -> None:
        copies = self._copies(step.restore)
        if not copies[0][1].exists():
            raise Misused("scenario-step", f"no copy of {step.restore} was set aside.")
        for here, copy in copies:
            here.unlink(missing_ok=True)
            if copy.exists():
                shutil.copyfile(copy, here)
        self._add(Line(sentence=message("story.restored", device=step.restore)))

    def _copies(self, device: str) -> list[tuple[Any, Any]]:
        files = [self._ring.place.devices / f"{device}.sqlite{end}" for end in _FILES]
        return [(path, path.with_name(path.name + _COPY)) for path in files]

    def _put(self, entry: bytes, *, name: str, cosigned: str = "", at: str = "") -> SignedReply:
        """Through the front door, as ``custody append`` does."""
        before = {finding.id: finding for finding in self._door.ledger.state.findings}
        reply = self._door.submit(entry, at=stamp(self._now, clock=self._capital))
        now = list(self._door.ledger.state.findings)
        changes = tuple(Change(item, before.get(item.id)) for item in now if before.get(item.id) != item)
        line = self._line(entry, name=name)
        told = answered(line.sentence, cosigned=cosigned, sentence=reply.sentence, codes=reply.codes)
        self._add(
            replace(line, sentence=told, at=at or line.at, became=reply.status, codes=reply.codes, changes=changes)
        )
        return reply

    def _add(self, line: Line) -> None:
        self._chapter().lines.append(line)

    def _line(self, entry: bytes, *, name: str) -> Line:
        """An event told by itself; what became of it is added by whoever knows."""
        event, identity = parse_event(parse_envelope(entry).payload), id_of(entry)
        record = self._door.ledger.state.records.get(identity)
        state = self._door.ledger.state
        by = self._signed_by(entry) if record is None else signers(state, record)
        facts = NO_FACTS if record is None else facts_of(state, event=event)
        says = said(sentence_of(event, by=by, facts=facts))
        sentence = says if record is None else with_codes(says, noted=noted(event.codes, rules=record.rules))
        return Line(sentence=sentence, at=event.at, name=name, event=identity, type=str(getattr(event, "type", "")))

    def _signed_by(self, entry: bytes) -> list[MessageJson]:
        """The persons whose signatures an entry carries, as far as the log knows them."""
        roster = self._door.ledger.state.roster
        keys = (roster.get(item.keyid) for item in parse_envelope(entry).signatures)
        return [person_of(key) for key in keys if key is not None and key.role != "device"]

    # --- names and times

    def _note(self, name: str, *, event: str, entry: bytes) -> None:
        if name in self._entries:
            raise Misused("scenario-step", f"another step is called {name!r} already.")
        self._entries[name] = entry
        self.played.events[name] = event

    def _entry(self, name: str) -> bytes:
        if name not in self._entries:
            raise Misused("scenario-step", f"no step before this one is called {name!r}.")
        return self._entries[name]

    def _resolved(self, said: Any) -> Any:
        if isinstance(said, Mapping):
            return {name: self._resolved(value) for name, value in said.items()}
        if isinstance(said, list):
            return [self._resolved(item) for item in said]
        return self.played.resolve(said) if isinstance(said, str) else said

    def _time(self, step: Any, *, clock: tzinfo) -> int:
        if step.at is not None:
            return self._moment(step.at, clock=clock)
        return self._now + (MINUTE if step.after is None else seconds(step.after))

    def _moment(self, text: str, *, clock: tzinfo) -> int:
        try:
            moment = datetime.fromisoformat(text)
            return int((moment if moment.tzinfo is not None else moment.replace(tzinfo=clock)).timestamp())
        except ValueError as error:
            raise Misused("scenario-step", f"{text} is no moment that a clock shows.") from error

    def _clock(self, people: Sequence[str], *, at: str | None = None) -> tzinfo:
        """The clock of a stated offset, else that of the first person with an office, else that of a courier's station."""
        if at is not None and "T" in at:
            return datetime.fromisoformat(at).tzinfo or self._capital
        records = [self._door.ledger.state.roster.get(self._ring.name(badge).keyid) for badge in people]
        offices = [record.office for record in records if record is not None and record.role != "courier"]
        codes = offices[:1] or [self._stations.get(badge, "") for badge in people[:1]]
        course = self._courses.get("".join(codes))
        return self._capital if course is None else zone_of(course.station.timezone)

    def _chapter(self) -> Chapter:
        if not self.played.chapters:
            self.played.chapters.append(Chapter(""))
        return self.played.chapters[-1]


def _became(reply: SignedReply, *, wanted: str) -> bool:
    status, _, code = wanted.partition(" ")
    return reply.status == status and (not code or code in reply.codes)


def _list(badges_: str | Sequence[str] | None) -> list[str]:
    return [] if badges_ is None else [badges_] if isinstance(badges_, str) else list(badges_)
