"""The flow of a station's papers as a picture: streams from what was declared to what was in the boxes, drawn from its account.

Heights are proportional; a stream so thin that it could not be seen is drawn larger, and the page says so. Nothing is drawn while
a figure of the main stream is missing or withheld.
"""

from __future__ import annotations

from typing import Final

from projections.web.models.accounts import AccountDoc
from projections.web.models.lines import FlowDoc, Kind, StreamDoc

HEIGHT: Final = 150
LEAST: Final = 6
TOP: Final = 44
GAP: Final = 16


def flow_of(account: AccountDoc | None) -> FlowDoc | None:
    """The flow of an account; None while it is not known through to the boxes."""
    if account is None or account.withheld:
        return None
    declared, counted, issued, in_boxes = account.declared, account.counted, account.issued, account.in_boxes
    if declared is None or counted is None or issued is None or in_boxes is None:
        return None
    spoiled, unused, defective = account.spoiled or 0, account.unused or 0, account.defective or 0
    given = issued + spoiled + unused + defective
    origin, lost = max(0, given - counted), max(0, counted - given)
    scale = HEIGHT / max(1, counted + origin, given + lost)
    drawn = _Drawn(scale)
    drawn.column(150, width=268, streams=[("counted", counted, "main"), ("origin", origin, "origin")])
    aside: list[tuple[str, int, Kind]] = [
        ("issued", issued, "main"),
        ("unused", unused, "aside"),
        ("spoiled", spoiled, "aside"),
        ("defective", defective, "aside"),
        ("unaccounted", lost, "lost"),
    ]
    drawn.column(430, width=268, streams=aside)
    drawn.column(710, width=268, streams=_boxes(account, in_boxes=in_boxes))
    return FlowDoc(
        declared=declared,
        counted=counted,
        issued=issued,
        in_boxes=in_boxes,
        not_returned=account.not_returned or 0,
        valid=account.valid,
        invalid=account.invalid,
        spoiled=spoiled,
        unused=unused,
        defective=defective,
        without_origin=origin,
        unaccounted=lost,
        height=drawn.lowest + 24,
        streams=tuple(drawn.streams),
    )


def _boxes(account: AccountDoc, *, in_boxes: int) -> list[tuple[str, int, Kind]]:
    missing: tuple[str, int, Kind] = ("not_returned", account.not_returned or 0, "lost")
    if account.valid is None or account.invalid is None:
        return [("in_boxes", in_boxes, "boxes"), missing]
    return [("valid", account.valid, "boxes"), ("invalid", account.invalid, "aside"), missing]


class _Drawn:
    """The streams that were drawn so far."""

    def __init__(self, scale: float) -> None:
        self.streams: list[StreamDoc] = []
        self.lowest = TOP
        self._scale = scale

    def column(self, x: int, *, width: int, streams: list[tuple[str, int, Kind]]) -> None:
        """Draw one column, from the top; a stream of no papers is not drawn."""
        top = TOP
        for name, papers, kind in streams:
            if not papers:
                continue
            true = round(papers * self._scale)
            height = max(true, LEAST)
            stream = StreamDoc(
                name=name,
                papers=papers,
                kind=kind,
                x=x,
                width=width,
                top=top,
                bottom=top + height,
                height=height,
                drawn_larger=true < LEAST,
            )
            self.streams.append(stream)
            top += height + GAP
            self.lowest = max(self.lowest, stream.bottom)
