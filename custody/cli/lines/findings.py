"""Findings as lines of text and as JSON, in English, Russian or Kazakh: from their views, by the catalogue of sayings."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from custody.core.state.registers import duration
from custody.core.wording.finding_codes import settles, title
from custody.core.wording.message_format import LANGUAGES, Language
from custody.core.wording.messages import Message, message, render, said, tell
from projections.kept_rows import KeptFinding


def finding_line(doc: KeptFinding, *, city: str | None = None, language: Language = "en") -> str:
    """One finding in one line; the figures with the same cause stand in brackets."""
    sentence, where = tell(doc["says"], language=language), city or doc["station"] or "-"
    more = [part for part in (_with_it(doc, language=language), _settled(doc)) if part is not None]
    said = " ".join((sentence, *(render(part, language=language) for part in more)))
    severity, status = (
        render(message("severity", severity=doc["severity"]), language=language),
        render(message("status", status=doc["status"]), language=language),
    )
    if language == "en":
        return f"{severity:<9} {status:<8} {where:<12} {doc['code']:<18} {said}"
    return f"{severity}, {status}; {where}; {render(title(doc['code']), language=language)}: {said}"


def finding_notes(doc: KeptFinding, *, language: Language = "en") -> list[str]:
    """What stands under a finding: its id, what has the same cause, and the event that settled or decided it."""
    cause = render(message("finding.same-cause"), language=language)
    notes = [render(message("finding.id", finding=doc["id"]), language=language)]
    told = [(also["code"], tell(also["says"], language=language)) for also in doc["also"]]
    own = (doc["code"], tell(doc["says"], language=language))
    notes += [
        f"{cause}: {_code(code, language=language)}: {sentence}"
        for code, sentence in dict.fromkeys(told)
        if (code, sentence) != own
    ]
    notes += [render(said, language=language) for said in _decided(doc)]
    return notes


def _code(code: str, *, language: Language) -> str:
    """A code as English readers know it, in another language what it is called."""
    return code if language == "en" else render(title(code), language=language)


def _decided(doc: KeptFinding) -> Iterator[Message]:
    """What was decided about it, oldest first, and what settled it."""
    for decision in doc["decisions"]:
        status, event = message("status", status=decision["status"]), decision["event"]
        if decision["status"] == "acknowledged":
            yield message("finding.status-by", status=status, event=event)
        elif event != doc["settled_by"]:
            yield message("finding.superseded", status=status, event=event)
    if doc["settled_by"]:
        yield message("finding.status-by", status=message("status", status=doc["status"]), event=doc["settled_by"])


def in_all_languages(doc: KeptFinding) -> dict[str, Any]:
    """The finding as JSON: as in its view, and beside that its words in each language."""
    words = {
        language: {
            "title": render(title(doc["code"]), language=language),
            "sentence": tell(doc["says"], language=language),
            "settles": render(settles(doc["code"]), language=language),
        }
        for language in LANGUAGES
    }
    return {**doc, "words": words}


def _with_it(doc: KeptFinding, *, language: Language) -> Message | None:
    """The first of the other disagreements with the same cause, and how many more there are."""
    also = dict.fromkeys(tell(also["says"], language=language) for also in doc["also"])
    own = tell(doc["says"], language=language)
    others = [sentence.rstrip(".") for sentence in also if sentence != own]
    if not others:
        return None
    if len(others) == 1:
        return message("finding.with", sentence=others[0])
    return message("finding.with-more", sentence=others[0], more=len(others) - 1)


def _settled(doc: KeptFinding) -> Message | None:
    """What settled a finding, and how much later by the clocks of those who signed."""
    if doc["settled_says"]:
        return said(doc["settled_says"])
    if doc["status"] != "settled":
        return None
    raised, settled, by = doc["raised_at"], doc["settled_at"], doc["settled_type"] or ""
    if not raised or not settled:
        return message("finding.settled")
    minutes = int((datetime.fromisoformat(settled) - datetime.fromisoformat(raised)).total_seconds() // 60)
    if doc["settled_by"] in doc["evidence"]:
        signed = doc["code"] == "below-threshold"
        return (
            message("finding.settled-by-signature", type=by)
            if signed
            else message("finding.settled-by-itself", type=by)
        )
    if minutes < 0:
        return message("finding.settled-earlier", type=by)
    return message("finding.settled-later", after=duration(minutes), type=by)
