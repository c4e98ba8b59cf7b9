"""The forms by their slugs: what each is filled from, and what stands on it blank."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from custody.paper import form_handover, form_incidents, form_journey, form_registers, form_station
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
    "manifest": Form(form_journey.manifest, form_journey.manifest_blank),
    "courier-letter": Form(form_journey.courier_letter, form_journey.courier_letter_blank),
    "seal-log": Form(form_registers.seal_log, form_registers.seal_log_blank),
    "opening-count": Form(
        lambda source, subject: form_station.count_sheet(form_station.find_count(source, subject)),
        lambda: form_station.count_sheet(None),
    ),
    "opening-protocol": Form(form_registers.opening_protocol, form_registers.opening_protocol_blank),
    "issuer-register": Form(form_registers.issuer_register, form_registers.issuer_register_blank),
    "cancelling": Form(
        lambda source, subject: form_station.cancelling_sheet(form_station.find_cancelling(source, subject)),
        lambda: form_station.cancelling_sheet(None),
    ),
    "account": Form(
        lambda source, subject: form_station.account_sheet(form_station.find_account(source, subject)),
        lambda: form_station.account_sheet(None),
    ),
    "discrepancy": Form(form_incidents.discrepancy, form_incidents.discrepancy_blank),
    "loss-find": Form(form_incidents.loss_find, form_incidents.loss_find_blank),
    "destruction": Form(form_incidents.destruction, form_incidents.destruction_blank),
    "return-manifest": Form(form_journey.return_manifest, form_journey.return_manifest_blank),
    "remark": Form(form_incidents.remark, form_incidents.remark_blank),
    "label": Form(form_incidents.label, form_incidents.label_blank),
}
"""Slug -> form, in the order of their numbers."""
