"""Rows of the table of sentences: a type of event, and what tells just that type; with it, what the log may know beside it.

Not here: the sentences themselves (event_sentences), and what the log knows (custody.core.fold.event_facts).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, TypeVar

from schemas.base import Common


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What the log knew of what an event names by an id: empty where it knew nothing."""

    releasing: str = ""
    """party that offered what is answered, or that offers"""
    receiving: str = ""
    """party that answers, or to which is offered"""
    courier: str = ""
    """badge of the courier whose mandate it is"""
    finding: str = ""
    """what the finding that is decided about says"""
    chosen: str = ""
    """the act that a decision chooses"""
    changed: tuple[str, ...] = ()
    """names of the rules that differ from those before"""
    codes: tuple[str, ...] = ()
    """what the codes of the event say"""


NO_FACTS: Final = Facts()

E = TypeVar("E", bound=Common)
Teller = Callable[[Common], str]
TellerWithFacts = Callable[[Common, "Facts"], str]


def told(model: type[E], teller: Callable[[E], str]) -> tuple[str, Teller]:
    """One row: a type of event, and its sentence."""

    def tell_checked(event: Common) -> str:
        if not isinstance(event, model):
            raise TypeError(f"{event.type} is told as {model.__name__}")
        return teller(event)

    return model.__name__, tell_checked


def told_with(model: type[E], teller: Callable[[E, Facts], str]) -> tuple[str, TellerWithFacts]:
    """The same of a type that names by an id what the log knows."""

    def tell_checked(event: Common, facts: Facts) -> str:
        if not isinstance(event, model):
            raise TypeError(f"{event.type} is told as {model.__name__}")
        return teller(event, facts)

    return model.__name__, tell_checked
