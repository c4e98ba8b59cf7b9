"""Answer of the page of a key or of a device."""

from __future__ import annotations

from pydantic import Field

from projections.web.models.answers import Answer
from projections.web.models.parts import Hash, Model, Position


class RevokedDoc(Model):
    """By which event, at which position, and why a key ceased to count."""

    position: Position
    event: Hash
    reason: str = Field(examples=["lost"])


class KeyDoc(Model):
    """An enrolled key of a person, a device or a service."""

    key: Hash
    badge: str = Field(examples=["courier-del"])
    role: str
    office: str
    enrolled: Position
    earlier: tuple[Hash, ...] = Field(description="Keys whose place it took, oldest first.")
    revoked: RevokedDoc | None


class KeyAnswer(Answer):
    """One key: what it stands for, whether it counts, and which entries its badge signed while it did."""

    key: KeyDoc
    replaced_by: Hash | None
    signed_total: int
    signed_first: Position | None
    signed_last: Position | None
