"""The root behind a log, officers who may change it, and the log witnesses who cosign its checkpoints."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from schemas.base import Strict
from schemas.identifiers import BadgeCode, Digest, PublicKeyHex


class RootKey(Strict):
    """A CEC officer's root key: raw Ed25519 public key, person tag, public badge code."""

    public: PublicKeyHex = Field(description="raw Ed25519 public key, 64 hex digits")
    person: Digest = Field(description="tag of the officer")
    badge: BadgeCode = Field(description="public code of the officer, never a name")


class Root(Strict):
    """Who may change the root: ``threshold`` distinct persons of ``keys``."""

    threshold: Annotated[int, Field(ge=1, le=16)] = Field(
        description="number of distinct persons that must sign together"
    )
    keys: Annotated[tuple[RootKey, ...], Field(min_length=1, max_length=16)] = Field(description="the officers' keys")


class LogWitness(Strict):
    """An outsider who cosigns checkpoints, by C2SP vkey."""

    name: Annotated[str, Field(pattern=r"^[a-z0-9.-]{1,60}$")] = Field(description="name used in groups")
    vkey: Annotated[str, Field(min_length=1, max_length=300)] = Field(
        description="verifier key in the form of C2SP signed-note"
    )


class WitnessGroup(Strict):
    """``threshold`` of the named witnesses or groups."""

    name: Annotated[str, Field(pattern=r"^[a-z0-9.-]{1,60}$")] = Field(description="name used in groups and as quorum")
    threshold: Annotated[int, Field(ge=1, le=64)] = Field(description="how many of the members must cosign")
    members: Annotated[tuple[str, ...], Field(min_length=1, max_length=64)] = Field(
        description="names of witnesses or groups"
    )


class WitnessPolicy(Strict):
    """Log witnesses, their groups and the group that is the quorum; no witnesses: nothing can be called proven."""

    witnesses: Annotated[tuple[LogWitness, ...], Field(max_length=64)] = Field(description="the log witnesses")
    groups: Annotated[tuple[WitnessGroup, ...], Field(max_length=64)] = Field(description="their groups")
    quorum: Annotated[str, Field(pattern=r"^[a-z0-9.-]{1,60}$")] | None = Field(
        description="name of the group that must be met; null: no policy"
    )
