"""Printed papers against the order for them: no more good ones than were asked for.

More good papers than were ordered are papers for which nobody asked; fewer are owed by the batch, and told where they are drawn.

Not here: good papers and waste against what was printed (custody.core.judges.production), serial numbers (serials).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from custody.core.state.finding_store import Draft
from custody.core.state.topics import printed_topic
from custody.core.wording.messages import message

if TYPE_CHECKING:
    from custody.core.checks.case import Case
    from custody.core.state.units import Unit
    from schemas.production import BallotsPrinted


def check_order(case: Case[BallotsPrinted], *, batch: Unit, tolerance: int) -> tuple[Draft, ...]:
    """A draft where a printer's note has more good papers than were ordered, beyond what weighing may be wrong by."""
    ordered, good = 0 if batch.run is None else batch.run.ordered, case.event.good
    # rules.md 195
    off = good - ordered
    if off <= tolerance:
        return ()
    sentence = message("printed.beyond-order", batch=batch.unit, ordered=ordered, good=good)
    evidence, topic = (batch.act, case.event_id), printed_topic(batch.unit)
    return (
        case.draft("quantity-mismatch", subject=batch.unit, sentence=sentence, evidence=evidence, off=off, topic=topic),
    )
