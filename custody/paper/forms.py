"""The forms by their slugs: what each is filled from, and what stands on it blank."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from custody.paper import form_handover, form_station
from custody.paper.sheet import Sheet
from custody.paper.source import Source


@dataclass(frozen=True, slots=True)
class Form:
    """One form: how it is filled from the log about a subject, and how it is left blank."""

    filled: Callable[[Source, str], Sheet]
    blank: Callable[[], Sheet]


FORMS: Final[Mapping[str, Form]] = {
    "handover": Form(
        lambda source, subject: form_handover.sheet(form_handover.find(source, subject)),
        lambda: form_handover.sheet(None),
    ),
    "opening-count": Form(
        lambda source, subject: form_station.count_sheet(form_station.find_count(source, subject)),
        lambda: form_station.count_sheet(None),
    ),
    "cancelling": Form(
        lambda source, subject: form_station.cancelling_sheet(form_station.find_cancelling(source, subject)),
        lambda: form_station.cancelling_sheet(None),
    ),
    "account": Form(
        lambda source, subject: form_station.account_sheet(form_station.find_account(source, subject)),
        lambda: form_station.account_sheet(None),
    ),
}
"""Slug -> form, in the order of their numbers."""
