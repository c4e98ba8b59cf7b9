"""A plain sentence for each type of event: the facts that its signers state, in the words of domain.md and of each language.

A sentence repeats the event; whether the ledger took it is told beside it. It is a key and arguments: the outcomes keep these,
and readers say them in English, Russian or Kazakh from the catalogue (``custody/data/sentences/event-*.json``). To add an event
type: one row in the table of its family, and its sentence there. What an event names by an id only (a courier, an offer, a
finding) is told by ``Facts``, as far as the log knew it before.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Final

from custody.core.wording import authority_sentences, production_sentences, station_sentences, transfer_sentences
from custody.core.wording.message_format import Language
from custody.core.wording.messages import Message, message, phrase, render, tell
from custody.core.wording.phrases import attendance, by_paper, counted, handed, items_stated, opened, units_of
from custody.core.wording.sentence_rows import NO_FACTS, Facts, Teller, told, told_with
from schemas.base import Common
from schemas.everybody import ActTranscribed, CountOnPaper, ErrorDeclared, HandoverOnPaper
from schemas.outcomes import MessageJson, NotedJson


def sentence_of(event: Common, *, by: Sequence[MessageJson], facts: Facts = NO_FACTS) -> MessageJson:
    """The sentence of an event; ``by`` are those who signed for a part, as ``phrases.signer`` says them."""
    signed = phrase("event.signed", by=list(by)) if by else phrase("event.unsigned")
    said = SENTENCES[event.type](event, facts)
    return phrase("event", parts=[said, *items_stated(event), *by_paper(event), *attendance(event), signed])


def said_with_codes(says: MessageJson, *, noted: Sequence[NotedJson], language: Language) -> str:
    """A sentence in a language, and after it what was ticked on the form."""
    sentence = tell(says, language=language)
    if not noted:
        return sentence
    return f"{sentence} {render(_noted(noted, language=language), language=language)}"


def _noted(noted: Sequence[NotedJson], *, language: Language) -> Message:
    return message("event.noted", codes=tuple(row["words"].get(language) or row["code"] for row in noted))


def _transcribed(event: ActTranscribed, facts: Facts) -> MessageJson:
    """What the paper says, and that it is paper: never as if it had been recorded when it was done."""
    # rules.md 90
    signed = [
        phrase("event.on-paper", role=phrase("role", role=item.role), office=item.office, part=item.part)
        for item in event.paper
        if item.part != "present"
    ]
    return phrase("event.ActTranscribed", at=event.done_at, signed=signed, said=_on_paper(event, facts=facts))


def _on_paper(event: ActTranscribed, *, facts: Facts) -> MessageJson:
    """What the paper says, in the words of the act that it stands for."""
    body = event.stands_for
    if isinstance(body, HandoverOnPaper):
        return handed(event, answer=body, giver=facts.releasing, taker=facts.receiving)
    return counted(body) if isinstance(body, CountOnPaper) else opened(body)


def _in_error(event: ErrorDeclared) -> MessageJson:
    act = phrase("type", type=event.act)
    if event.corrective is None:
        return phrase("event.ErrorDeclared", act=act, event=event.event[:16], units=units_of(event))
    return phrase(
        "event.error-corrected",
        act=act,
        event=event.event[:16],
        units=units_of(event),
        corrective=event.corrective[:16],
    )


SENTENCES: Final[Mapping[str, Teller]] = MappingProxyType(
    {
        **authority_sentences.ROWS,
        **production_sentences.ROWS,
        **transfer_sentences.ROWS,
        **station_sentences.ROWS,
        **dict((told_with(ActTranscribed, _transcribed), told(ErrorDeclared, _in_error))),
    }
)
"""Event type -> its sentence without the signers."""
