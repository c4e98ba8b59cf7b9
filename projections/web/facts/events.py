"""Events by their ids: where on the log a finding's evidence or a handover's signatures are, and who signed.

An event is found through the stories of the units asked about, else among what was recorded at the positions at which something
came of it (a finding was raised, or settled); one that is at neither is told by its id alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from custody.core.evidence.bracket_words import told
from custody.core.state.brackets import Bracket, bounds_doc, bracket_of
from custody.core.wording.event_sentences import said_with_codes
from custody.core.wording.message_format import LANGUAGES, Language
from custody.core.wording.messages import Message, render
from projections import queries
from projections.kept_rows import EntryLine, KeptHandover, TrailLine
from projections.web.models import words
from projections.web.models.parts import BoundsDoc, EvidenceDoc, HandoverDoc, NotedDoc, Sentences
from projections.web.snapshots.snapshot import Snapshot
from schemas.outcomes import NotedJson


class Events:
    """The entries in the stories of some units, by event id."""

    def __init__(self, reading: Snapshot, *, units: Iterable[str], positions: Iterable[int] = ()) -> None:
        """Nothing is read before the first question."""
        self._positions = tuple(dict.fromkeys(positions))
        self._reading = reading
        self._units = tuple(dict.fromkeys(units))

    def _found(self, event: str | None) -> list[tuple[str, EntryLine]]:
        if event is None:
            return []
        found = [(unit, line) for unit in self._units for line in self._reading.story(unit).get(event, ())]
        return found or queries.recorded_at(self._reading.live, event, positions=self._positions)

    def evidence(self, event: str) -> EvidenceDoc:
        """The event where it was first recorded, with what is known of it here."""
        return self._told(event, found=self._found(event)[:1])

    def latest(self, event: str) -> EvidenceDoc:
        """The event where it was last recorded: there a later signature on it came in."""
        return self._told(event, found=sorted(self._found(event), key=lambda item: item[1]["position"])[-1:])

    def made(self, event: str | None) -> Bracket:
        """Between which moments the event was made, as far as is known here."""
        found = self._found(event)
        return bracket_of(found[0][1]) if found else Bracket()

    def position(self, event: str | None) -> int | None:
        """Where the event was first recorded on the log."""
        found = self._found(event)
        return found[0][1]["position"] if found else None

    def by(self, event: str | None) -> tuple[str, ...]:
        """The badges under the event, those that came later too."""
        found = self._found(event)
        return tuple(found[-1][1]["by"]) if found else ()

    def _told(self, event: str, *, found: Sequence[tuple[str, EntryLine]]) -> EvidenceDoc:
        if not found:
            unknown = dict.fromkeys(("position", "unit", "type", "at", "made", "sentence", "sentences"))
            return EvidenceDoc(event=event, **unknown)
        unit, line = found[0]
        hidden = self._reading.hides(line["type"] or "", event=event, stands_for=line["stands_for"], unit=unit)
        said = said_of(line, hidden=hidden, languages=self._reading.languages)
        return EvidenceDoc(
            event=event,
            position=line["position"],
            unit=unit or None,
            type=line["type"],
            at=line["at"],
            made=made_doc(bracket_of(line)),
            sentence=said.en,
            sentences=said,
        )


def said_of(line: TrailLine, *, hidden: bool, languages: Sequence[Language]) -> Sentences:
    """What a line of a story says, in each language; while its figures are withheld, that they are."""
    if hidden:
        return words.WITHHELD_IN_EACH
    noted = line["noted"] if line["source"] == "entry" else []
    return Sentences(
        **{language: said_with_codes(line["says"], noted=noted, language=language) for language in languages}
    )


def made_doc(bracket: Bracket) -> BoundsDoc | None:
    """A bracket as it is answered; None where nothing bounds it."""
    words = told(bracket)
    return None if words is None else BoundsDoc(**bounds_doc(bracket), words=in_each(words))


def in_each(text: Message, *, languages: Sequence[Language] = LANGUAGES) -> Sentences:
    """A message in each language."""
    return Sentences(**{language: render(text, language=language) for language in languages})


def noted_doc(noted: NotedJson) -> NotedDoc:
    """A code of an event as it is answered."""
    return NotedDoc(code=noted["code"], words=Sentences(**noted["words"]))


def handover_of(doc: KeptHandover, *, events: Events) -> HandoverDoc:
    """A handover with both of its signatures."""
    return HandoverDoc(
        offer=doc["offer"],
        offered_at=doc["offered_at"],
        offer_position=events.position(doc["offer"]),
        released_by=events.by(doc["offer"]),
        answer=doc["answer"],
        answered_at=doc["answered_at"],
        answer_position=events.position(doc["answer"]),
        offer_made=made_doc(events.made(doc["offer"])),
        answer_made=made_doc(events.made(doc["answer"])),
        received_by=events.by(doc["answer"]),
        state=doc["state"],
        words=words.HANDOVERS.get(doc["state"], doc["state"]),
        releasing=doc["from"],
        receiving=doc["to"],
        noted=tuple(noted_doc(item) for item in doc["noted"]),
        units=tuple(doc["units"]),
        consignments=tuple(doc["consignments"]),
        station=doc["station"] or None,
        direction=doc["direction"],
        position=doc["position"],
    )
