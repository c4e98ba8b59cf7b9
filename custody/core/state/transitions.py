"""The transition table: which state of which kind of unit an act may follow, and the state it leads to.

    batch        - -> ordered -> printed (and, for a station's share: - -> allocated)
    pack, box    - -> packed -> sealed -> (inside a pouch) -> received -> opened
    pouch        - -> packed -> sealed -> in store (CEC) -> in store (MFA) -> with courier
                   -> in store (mission, sealed) -> received (commission) -> opened
                   beside: with courier <-> with carrier; seized; lost -> quarantined -> with whom officers state;
                   replaced and found: quarantined -> evidence (CEC) or destroyed
                   back: - -> packed -> sealed -> in store -> with courier -> in store -> returned -> archived
    ballot box   - -> in use -> opened; between two days of voting: in use -> closed for the night -> in use
    stock        - -> empty -> in store <-> in use -> closed

``None`` is "does not exist yet". An act that meets a state without a row here becomes the finding ``not-in-state`` and changes
nothing. Handovers, and what is collected, given back or released from quarantine, lead to the state that the receiving party's
kind gives (``STATE_OF_RECEIVER``); of what was replaced, to quarantine or ``EVIDENCE``; who detains a package makes it seized,
and who opens the slots of boxes for another day puts them in use, whatever their row says. To add an event type: its model in
``schemas``, one row here, one judge in the module of its family.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from schemas.base import PartyKind
from schemas.identifiers import UnitKind

States = Mapping[str | None, str]
Row = Mapping[UnitKind, States]

_SAME_PACKED: Final[States] = {"packed": "packed", "sealed": "sealed"}
_MOVING: Final[States] = {"in store": "in store", "with courier": "with courier", "received": "received"}
_STOCK_ANY: Final[States] = {state: state for state in ("empty", "in store", "in use", "closed")}
_STOCK_OPEN: Final[States] = {"in store": "in store", "in use": "in use"}
_BACK: Final[States] = {"returned": "returned", "archived": "archived"}
_GONE: Final[States] = {"with carrier": "lost", "seized": "lost"}
_AGAIN: Final[States] = {"received": "received", "in store": "in store"}
_KEPT: Final[States] = {"quarantined": "quarantined"}
_PACKAGES: Final[tuple[UnitKind, ...]] = ("pack", "box", "pouch")


def _packages(states: States) -> dict[UnitKind, States]:
    return dict.fromkeys(_PACKAGES, states)


TABLE: Final[Mapping[str, Row]] = {
    "StationOpened": {"stock": {None: "empty"}},
    "StationChanged": {"stock": _STOCK_ANY},
    "VoterListStated": {"stock": _STOCK_ANY},
    "PrintOrdered": {"batch": {None: "ordered"}},
    "BallotsPrinted": {"batch": {"ordered": "printed"}},
    "WasteDestroyed": {"batch": {"printed": "printed"}},
    "BatchAllocated": {"batch": {"printed": "printed", None: "allocated"}, "stock": _STOCK_ANY},
    "UnitPacked": {
        "batch": {"allocated": "allocated"},
        **_packages(
            {None: "packed", **_SAME_PACKED, "opened": "received", "received": "received", "in store": "in store"}
        ),
    },
    "UnitUnpacked": {
        "pouch": {
            "received": "opened",
            "opened": "opened",
            "packed": "packed",
            "sealed": "packed",
            "in store": "opened",
        },
        "box": {"received": "opened", "opened": "opened", "packed": "packed", "sealed": "packed", "in store": "opened"},
        "pack": _SAME_PACKED,
    },
    "SealsApplied": _packages({"packed": "sealed", "sealed": "sealed", "opened": "opened", **_AGAIN, **_BACK}),
    "ConsignmentManifested": _packages({"sealed": "in store"}),
    "HandoverOffered": _packages({**_MOVING, **_KEPT}),
    "HandoverAnswered": _packages({**_MOVING, **_KEPT}),
    "HandoverWithdrawn": _packages({**_MOVING, **_KEPT}),
    "ReleasedToCarrier": _packages({"in store": "with carrier", "with courier": "with carrier"}),
    "CollectedFromCarrier": _packages({"with carrier": "with courier"}),
    "PouchExamined": _packages({**_MOVING, "with carrier": "with carrier", "seized": "with courier"}),
    "LossDeclared": _packages({**dict.fromkeys(("packed", "sealed", *_MOVING), "lost"), **_GONE}),
    "UnitFound": _packages({"lost": "quarantined", "replaced": "quarantined"}),
    "QuarantineLifted": _packages({"quarantined": "with courier"}),
    "SealReplaced": _packages({**_MOVING, "sealed": "sealed"}),
    "ConsignmentOpened": {
        "pouch": {"received": "opened"},
        "box": {"received": "opened", "sealed": "received", "packed": "received"},
        "pack": {"received": "opened", "sealed": "received", "packed": "received"},
    },
    "BallotsCounted": {
        **_packages({**_MOVING, "opened": "opened", **_BACK}),
        "stock": {"empty": "in store", "in store": "in store", "in use": "in use"},
    },
    "BallotsFoundDefective": {"stock": _STOCK_OPEN},
    "StoreSealed": {"stock": {"in store": "in store", "in use": "in store", "closed": "closed"}},
    "StoreOpened": {"stock": {"in store": "in use", "closed": "closed"}},
    "BallotBoxesSealed": {"ballot box": {None: "in use", "in use": "closed for the night"}, "stock": _STOCK_OPEN},
    "BallotBoxesOpened": {
        "ballot box": {"in use": "opened", "closed for the night": "opened"},
        "stock": {**_STOCK_OPEN, "closed": "closed"},
    },
    "BallotsGivenToIssuer": {"stock": {"in store": "in use", "in use": "in use"}},
    "BallotsReturnedByIssuer": {"stock": {"in use": "in use"}},
    "BallotsSpoiled": {"stock": {"in use": "in use"}},
    "UnusedCancelled": {"stock": _STOCK_OPEN},
    "BallotAccountClosed": {"stock": {"in store": "closed", "in use": "closed", "closed": "closed"}},
    "PackedForReturn": {"stock": {"closed": "closed"}, **_packages({None: "packed"})},
    "ReturnReceived": _packages({"in store": "returned"}),
    "Archived": _packages({"returned": "archived"}),
    "ReplacementAuthorised": {
        "batch": {"printed": "printed", None: "allocated"},
        "stock": _STOCK_ANY,
        **_packages(
            dict.fromkeys(
                ("lost", "quarantined", "packed", "sealed", "in store", "with courier", "received", "opened"),
                "replaced",
            )
        ),
    },
    "ShortageDeclared": {"stock": {state: state for state in ("empty", "in store", "in use")}},
    "ResupplySent": {
        "stock": _STOCK_OPEN,
        "batch": {"printed": "printed", "allocated": "allocated"},
        **_packages({None: "packed"}),
    },
    "ResupplyReceived": {
        **_packages({"received": "opened", "opened": "opened"}),
        "stock": {"empty": "in store", "in store": "in store", "in use": "in use"},
    },
    "Destroyed": {
        **_packages(
            dict.fromkeys(
                ("packed", "sealed", "in store", "received", "returned", "archived", "replaced", "quarantined"),
                "destroyed",
            )
        ),
        "stock": {"closed": "closed"},
    },
}
"""Event type -> kind of unit -> state before -> state after."""

EVIDENCE: Final = "evidence"
"""The state of a replaced unit that was found, once the CEC has it: kept, and used no more."""

STATE_OF_RECEIVER: Final[Mapping[PartyKind, str]] = {
    "printer": "in store",
    "CEC": "in store",
    "MFA": "in store",
    "courier": "with courier",
    "mission": "in store",
    "commission": "received",
}
"""The state of a unit whose custody the receiving party has just accepted."""

HANDOVERS: Final[Mapping[PartyKind, frozenset[PartyKind]]] = {
    "printer": frozenset({"CEC"}),
    "CEC": frozenset({"MFA", "courier"}),
    "MFA": frozenset({"courier", "mission", "CEC"}),
    "courier": frozenset({"courier", "MFA", "CEC", "mission", "commission"}),
    "mission": frozenset({"courier", "commission"}),
    "commission": frozenset({"mission", "courier"}),
}
"""Who may hand to whom."""


def next_state(type_name: str, *, kind: UnitKind, state: str | None) -> str | None:
    """The state after an act of this type on a unit of this kind in this state; None: there is no such transition."""
    return TABLE.get(type_name, {}).get(kind, {}).get(state)
