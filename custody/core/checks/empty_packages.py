"""Empty packages, and manifests of no papers: one finding for what was packed empty, whatever it was put into since."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from custody.core.state.finding_store import Draft
from custody.core.state.topics import empty_topic
from custody.core.state.units import Unit, packed_by
from custody.core.wording.messages import message

if TYPE_CHECKING:
    from custody.core.checks.case import Case, Stated


def check_empty(case: Case[Stated], *, name: str, papers: int, inside: Sequence[Unit] = ()) -> tuple[Draft, ...]:
    """A draft where a package or consignment holds no papers; ``inside``: the packages that it is made of."""
    # rules.md 126
    if papers:
        return ()
    sentence = message("package.empty", type=case.type, unit=name)
    causes, topic = packed_by(inside), empty_topic(name)
    return (case.draft("empty-package", subject=name, sentence=sentence, causes=causes, topic=topic),)
