"""Four comparison words: what both sides read to each other after a handover, so that a swapped or photographed answer shows.

They follow from the offer's and the answer's event ids. Four words of 256 are 32 bits: enough against somebody in between who
has one try and minutes, not a signature; the signatures are checked anyway.
"""

from __future__ import annotations

from functools import cache
from hashlib import sha256
from importlib.resources import files
from typing import Final

COUNT: Final = 4
_TAG: Final = b"custody/comparison-words/v1\n"


@cache
def word_list() -> tuple[str, ...]:
    """256 short English words, no two of them one letter apart, in alphabetical order."""
    return tuple(files("custody").joinpath("data/words.txt").read_text(encoding="ascii").split())


def comparison_words(*, offer: str, answer: str) -> tuple[str, ...]:
    """The words of one handover; ``offer`` and ``answer`` are event ids."""
    digest = sha256(_TAG + bytes.fromhex(offer) + bytes.fromhex(answer)).digest()
    return tuple(word_list()[byte] for byte in digest[:COUNT])
