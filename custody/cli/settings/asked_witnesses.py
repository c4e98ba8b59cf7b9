"""The log witnesses that a checkpointer asks: those of the file that CUSTODY_WITNESSES names (``consumers.witnesses``)."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from consumers.witnesses import NamedWitness, parse_witnesses
from custody.adapters.durable import read_file
from custody.adapters.witness_client import AskWitness, WitnessClient
from custody.cli.settings.environment import setting
from schemas.errors import Unavailable

_BYTES_MAX: Final = 256 * 1024


def asked_witnesses() -> dict[NamedWitness, AskWitness]:
    """Each with how it is asked; none where the setting is missing. Refused, Misused or Unavailable for what is wrong with it."""
    path = setting("CUSTODY_WITNESSES")
    if path is None:
        return {}
    try:
        text = read_file(Path(path), bytes_max=_BYTES_MAX).decode()
    except (OSError, UnicodeDecodeError) as error:
        raise Unavailable("witnesses-unreadable", "The file that CUSTODY_WITNESSES names cannot be read.") from error
    return {witness: WitnessClient(witness.url).add_checkpoint for witness in parse_witnesses(text)}
