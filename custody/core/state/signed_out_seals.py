"""Spare seals that are signed out to a station by the manifest with which they are sent: each is applied there only."""

from __future__ import annotations

from typing import Final

from custody.core.state.registers import Consignment, Registers

SPARE: Final = "spare-seal"
"""The kind of item that spare seals are, by the published list."""


def sign_out(registers: Registers, consignment: Consignment) -> None:
    """A manifest came into force: the seals that go with it are its station's."""
    for seal in _numbers(consignment):
        registers.signed_out.setdefault(seal, {})[consignment.act] = consignment.station


def take_back(registers: Registers, consignment: Consignment) -> None:
    """A manifest is in force no longer."""
    for seal in _numbers(consignment):
        rows = registers.signed_out.get(seal, {})
        rows.pop(consignment.act, None)
        if not rows:
            registers.signed_out.pop(seal, None)


def _numbers(consignment: Consignment) -> tuple[str, ...]:
    if consignment.direction != "out":
        return ()
    return tuple(number for item in consignment.items if item.kind == SPARE for number in item.numbers)
