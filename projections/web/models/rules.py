"""Answer of the page of the rules: the rules in force, their changes, and the acts that set them."""

from __future__ import annotations

from typing import Any

from pydantic import Field

from projections.web.models.answers import Answer
from projections.web.models.parts import Hash, Model, Position, Sentences
from projections.web.models.things import EntryDoc


class SetDoc(Model):
    """A set of rules, in sentences and as the event that brought it states it."""

    since: Position
    event: Hash
    figures: tuple[Sentences, ...] = Field(description="Reserve, seals, hours, tolerances and what is kept apart.")
    signatures: tuple[Sentences, ...] = Field(description="Who must sign what.")
    rules: dict[str, Any] = Field(description="The rules as stated; the schema of the event describes each field.")


class ChangeDoc(Model):
    """What one event changed in the rules, in sentences."""

    position: Position
    event: Hash
    before: tuple[Sentences, ...] = Field(description="What was said before and is no longer.")
    after: tuple[Sentences, ...] = Field(description="What is said from here on and was not before.")


class RulesAnswer(Answer):
    """The rules in force, what each change brought, and the acts by which rules were set and changed, in the order of the log."""

    in_force: SetDoc | None = Field(description="Null where the past is too far from the start to be made again.")
    changes: tuple[ChangeDoc, ...] = Field(description="The last 50.")
    acts: tuple[EntryDoc, ...] = Field(description="The last 200.")
