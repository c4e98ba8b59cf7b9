"""Lifecycles of what is no unit: handovers, seals, mandates, consignments, tours. Each is a table: state, fact, state after it.

    handover     offered -> accepted | accepted with reservation | refused | withdrawn | expired
    seal         issued -> intact (applied, checked) -> removed | replaced | destroyed
                                     -> broken | altered -> retained | destroyed;  missing -> removed | replaced
    mandate      granted -> transferred | ended
    consignment  manifested -> under way -> delivered
    tour         planned -> under way -> delivered -> ended

The theory. What became of a handover or a consignment is not what came last but what stands: an acceptance beats a refusal,
both beat a withdrawal, whichever was recorded first. So the facts that stand are applied to the first state in any order, and
the table leads to the same state (a test tries every order). Seals and mandates are changed by acts and decisions, which have
an order of their own. A fact that has no row for a state changes nothing: where an act brought it, the act's judge makes it a
finding.

Units, and with the stock the station's account, have their table in ``transitions``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Final

Lifecycle = Mapping[str, Mapping[str, str]]
"""state -> fact -> state after it"""

_ACCEPTED: Final = {"accepted": "accepted", "accepted with reservation": "accepted with reservation"}
_REFUSED: Final = {**_ACCEPTED, "refused": "refused", "contested": "disputed"}
_WITHDRAWN: Final = {**_REFUSED, "withdrawn": "withdrawn"}
_UNDONE: Final = {**_WITHDRAWN, "declared in error": "in error"}
_OVERTAKEN: Final = {**_UNDONE, "overtaken": "superseded"}

HANDOVER: Final[Lifecycle] = MappingProxyType(
    {
        "offered": {**_OVERTAKEN, "expired": "expired"},
        "expired": _OVERTAKEN,
        "superseded": _UNDONE,
        "in error": _WITHDRAWN,
        "withdrawn": _REFUSED,
        "refused": {**_ACCEPTED, "contested": "disputed"},
        "disputed": _ACCEPTED,
        "accepted": {},
        "accepted with reservation": {},
    }
)
"""``contested``: an answer is kept out of force by a dispute; ``overtaken``: another act moved the units on."""

_READ: Final = {f"read {condition}": condition for condition in ("intact", "broken", "missing", "altered")}
_OFF: Final = {"removed": "removed", "replaced": "replaced"}
_KEPT: Final = {"removed": "retained", "replaced": "retained", "destroyed": "destroyed"}

SEAL: Final[Lifecycle] = MappingProxyType(
    {
        "issued": {"applied": "intact"},
        "intact": {**_READ, **_OFF, "destroyed": "destroyed"},
        "broken": {**_READ, **_KEPT},
        "missing": {**_READ, **_OFF, "destroyed": "removed"},
        "altered": {**_READ, **_KEPT},
        "removed": {},
        "replaced": {},
        "retained": {},
        "destroyed": {},
    }
)
"""A seal found broken or altered that comes off is retained as evidence by who took it off; what closes a unit that is
destroyed is destroyed with it. None of them ever closes anything again. Of a missing seal there is nothing to keep."""

MANDATE: Final[Lifecycle] = MappingProxyType(
    {
        "unknown": {"MandateGranted": "granted"},
        "granted": {"MandateTransferred": "transferred", "MandateEnded": "ended"},
        "transferred": {},
        "ended": {},
    }
)
"""By decision. What a mandate covers besides (days, consignments, delivery) is judged at each handover."""

CONSIGNMENT: Final[Lifecycle] = MappingProxyType(
    {
        "manifested": {"handed over": "under way", "arrived": "delivered"},
        "under way": {"arrived": "delivered"},
        "delivered": {},
    }
)
"""``arrived``: all of it is with those it was meant for, as it was or in what came out of it."""

_ENDS: Final = {"mandate ended": "ended"}

TOUR: Final[Lifecycle] = MappingProxyType(
    {
        "planned": {"taken over": "under way", "arrived": "delivered", **_ENDS},
        "under way": {"arrived": "delivered", **_ENDS},
        "delivered": _ENDS,
        "ended": {},
    }
)
"""``taken over``: the courier took a package of the document; ``arrived``: all of them are with those they were meant for."""

LIFECYCLES: Final[Mapping[str, Lifecycle]] = MappingProxyType(
    {"handover": HANDOVER, "seal": SEAL, "mandate": MANDATE, "consignment": CONSIGNMENT, "tour": TOUR}
)
"""Every lifecycle by name; the diagrams in the documentation are drawn from it."""


def step(lifecycle: Lifecycle, *, state: str, fact: str) -> str | None:
    """The state after a fact, None where the state has no row for it."""
    return lifecycle.get(state, {}).get(fact)


def reached(lifecycle: Lifecycle, *, facts: Iterable[str]) -> str:
    """The state to which facts that stand lead from the first state of a lifecycle, in whatever order they are given."""
    state = next(iter(lifecycle))
    for fact in facts:
        state = step(lifecycle, state=state, fact=fact) or state
    return state


def goes_on(lifecycle: Lifecycle, *, state: str) -> bool:
    """Whether anything can still follow a state."""
    return bool(lifecycle.get(state))
