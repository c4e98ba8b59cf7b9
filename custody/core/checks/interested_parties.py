"""Parties concerned with a unit: its holder or last holder, its station, and the CEC and MFA, which are over all journeys.

Acts and reports that others than the holder may sign (a loss, a break in custody) are checked against this. Pure.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from custody.core.authority.parties import OVER_ALL, Party
from custody.core.checks.case import Case, Stated
from custody.core.state.finding_store import Draft
from custody.core.state.units import Unit
from custody.core.wording.messages import Message, message


def last_responsible(unit: Unit) -> Unit:
    """The unit as somebody may speak for it: where nobody who signed has it, with whoever had it last."""
    return unit if unit.custodian is not None else replace(unit, custodian=unit.last_holder)


def said_of(holder: Party | None) -> Message:
    """A custodian in words, or that there is none."""
    return message("party.nobody") if holder is None else holder.said


def signing_parties(case: Case[Stated]) -> tuple[Party, ...]:
    """The parties of those who act, in the order in which the event lists them."""
    parties = (record.party for record in case.signed.get("acting", ()))
    return tuple(dict.fromkeys(party for party in parties if party is not None))


def check_concerned(case: Case[Stated], *, units: Iterable[Unit]) -> tuple[Draft, ...]:
    """Who has nothing to do with a unit says nothing about it: one ``not-custodian`` draft for the first such unit."""
    parties = signing_parties(case)
    for unit in units:
        holder = last_responsible(unit).custodian
        if not any(party == holder or party.kind in OVER_ALL or party.office == unit.station for party in parties):
            who = tuple(party.said for party in parties) or (message("party.nobody-entitled"),)
            sentence = message("concerned.nobody", who=who, type=case.type, unit=unit.unit, holder=said_of(holder))
            # rules.md 68
            return (case.draft("not-custodian", subject=unit.unit, sentence=sentence),)
    return ()
