"""Rows of the table of sentences: a type of event, and what tells just that type; with it, what the log may know beside it.

A sentence is a key and arguments (``messages.phrase``): nobody renders it before somebody reads it, in his language. Not here:
the sentences themselves (one module for each family), and what the log knows (custody.core.fold.event_facts).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final, TypeVar

from custody.core.wording.messages import phrase
from schemas.base import Common
from schemas.outcomes import MessageJson

SOMEBODY: Final = phrase("party.somebody")


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What the log knew of what an event names by an id: nothing where it knew nothing."""

    releasing: MessageJson = field(default_factory=lambda: SOMEBODY)
    """party that offered what is answered, or that offers"""
    receiving: MessageJson = field(default_factory=lambda: SOMEBODY)
    """party that answers, or to which is offered"""
    courier: MessageJson = field(default_factory=lambda: SOMEBODY)
    """courier whose mandate it is, or was until it passes over"""
    substitute: MessageJson = field(default_factory=lambda: SOMEBODY)
    """courier to whom a mandate passes over"""
    consignments: tuple[str, ...] = ()
    """consignments of the mandate"""
    person: MessageJson = field(default_factory=lambda: SOMEBODY)
    """person whose key it is, or to whom papers were given"""
    finding: MessageJson | None = None
    """the finding that is decided about: its title and what it says"""
    chosen: MessageJson | None = None
    """the act that a decision chooses"""
    changed: tuple[MessageJson, ...] = ()
    """rules that differ from those before"""


NO_FACTS: Final = Facts()

E = TypeVar("E", bound=Common)
Teller = Callable[[Common, Facts], MessageJson]


def told(model: type[E], teller: Callable[[E], MessageJson]) -> tuple[str, Teller]:
    """One row: a type of event, and its sentence."""
    return told_with(model, lambda event, _: teller(event))


def told_with(model: type[E], teller: Callable[[E, Facts], MessageJson]) -> tuple[str, Teller]:
    """The same of a type that names by an id what the log knows."""

    def tell_checked(event: Common, facts: Facts) -> MessageJson:
        if not isinstance(event, model):
            raise TypeError(f"{event.type} is told as {model.__name__}")
        return teller(event, facts)

    return model.__name__, tell_checked
