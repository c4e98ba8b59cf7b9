"""Random figures in any order of arrival: no balance below nothing, all accounts add up, one *unaccounted* everywhere."""

from __future__ import annotations

from dataclasses import replace
from random import Random
from typing import Any, cast

import pytest

from custody.core.evidence.conservation import check_accounts
from custody.core.evidence.postings import PRESS, balances
from custody.core.ledger import Ledger
from custody.core.state.book_accounts import UNACCOUNTED, unaccounted
from custody.core.wording.outcomes import Outcome
from tests.core.ledger.journeys import Journey
from tests.core.ledger.playing import Play, checked_all
from tests.core.ledger.supplies import Resupply

ISSUERS = ("ayt-secretary", "ayt-issuer")


class Day:
    """A station's day of random figures: everything is made on devices first, and reaches the log later."""

    def __init__(self, seed: int) -> None:
        self.random = Random(seed)
        self.journey = Journey(Play("AYT", "ROM"), "AYT").counted()
        self.play = self.journey.play
        self.start = len(self.play.log)
        self.held = [self._act(number) for number in range(12)]
        self.held.append(self.play.hold(self.journey.account(**self._misstated()), by=self.journey.commission))
        self.held.append(self.play.hold(self.journey.account(**self._misstated()), by=self.journey.commission))

    def _figure(self) -> int:
        return self.random.choice((0, 1, 7, 60, 150, self.journey.papers, self.journey.papers + 60))

    def _misstated(self) -> dict[str, int]:
        names = ("received", "issued", "spoiled", "unused", "in_boxes", "valid", "not_returned", "unaccounted")
        return {name: self._figure() for name in self.random.sample(names, k=self.random.randrange(4))}

    def _act(self, number: int) -> str:
        made, by = self.random.choice((self._given, self._spoiled, self._returned, self._own, self._sent_on))(number)
        return self.play.hold({"station": "AYT", **made}, by=by)

    def _given(self, _: int) -> tuple[dict[str, Any], tuple[str, ...]]:
        return {"type": "BallotsGivenToIssuer", "issuer": "ayt-issuer", "papers": self._figure()}, ISSUERS

    def _spoiled(self, _: int) -> tuple[dict[str, Any], tuple[str, ...]]:
        return {"type": "BallotsSpoiled", "issuer": "ayt-issuer", "papers": self._figure()}, ISSUERS

    def _returned(self, _: int) -> tuple[dict[str, Any], tuple[str, ...]]:
        figures = {"issued": self._figure(), "unused": self._figure()}
        return {"type": "BallotsReturnedByIssuer", "issuer": "ayt-issuer", **figures}, ISSUERS[::-1]

    def _own(self, _: int) -> tuple[dict[str, Any], tuple[str, ...]]:
        papers = {"type": "BallotsFoundDefective", "papers": self._figure()}
        cancelled = {name: self._figure() for name in ("unused", "spoiled", "defective")}
        act = self.random.choice((papers, {"type": "UnusedCancelled", **cancelled}))
        return act, self.journey.commission

    def _sent_on(self, number: int) -> tuple[dict[str, Any], tuple[str, ...]]:
        rome = Journey(self.play, "ROM")
        package = Resupply(to=rome, number=40 + number).package
        act = {"type": "ResupplySent", "station": "ROM", "source": self.journey.names.stock, "package": package}
        return {**act, "papers": self._figure(), "serials": None}, self.journey.commission


def proved(ledger: Ledger, told: tuple[Outcome, ...], *, account: dict[str, Any]) -> None:
    """What must hold at every position; ``account``: the station's account as last told, which this brings up to date."""
    held, before = balances(ledger.state), account.get("unaccounted") or 0
    assert sum(held.values()) == 0
    assert all(papers >= 0 for row, papers in held.items() if row != PRESS and row.state != UNACCOUNTED)
    assert check_accounts(ledger.state) == ()
    for outcome in told:
        if outcome.kind == "account" and outcome.subject == "AYT":
            account.update(outcome.doc)
        if outcome.kind == "unit":
            assert (outcome.doc["papers"] or 0) >= 0
    stock = ledger.state.paths.head(ledger.state.registers.stations["AYT"])
    assert stock is not None
    assert stock.book is not None
    at_station = sum(papers for row, papers in held.items() if str(row) == "commission AYT: unaccounted")
    rows = [row for table, _, row in ledger.rows() if table == "units" and row["unit"] == stock.unit]
    kept = cast("dict[str, int]", rows[0]["book"])
    everywhere = {account["unaccounted"], unaccounted(stock.book), at_station, kept["unaccounted"]}
    assert len(everywhere) == 1
    if account["unaccounted"] < before:
        assert any(row.status == "open" and row.off for row in ledger.state.findings), "and no finding says so"
    assert min(account["store"], account["with_issuers"]) >= 0


@pytest.mark.parametrize("seed", range(8))
def test_random_figures_never_leave_a_balance_below_nothing_in_whatever_order_they_arrive(seed: int) -> None:
    day = Day(seed)
    entries = [*day.play.log, *(day.play.held[event] for event in day.held)]
    checked = checked_all(entries)
    ends = []
    for shuffled in (False, True):
        later = checked[day.start :]
        if shuffled:
            day.random.shuffle(later)
        ledger, account = Ledger.empty(), dict[str, Any]()
        for position, item in enumerate((*checked[: day.start], *later)):
            told = ledger.apply(replace(item, position=position))
            if position >= day.start - 1:
                account = account or day.play.book("AYT")
                proved(ledger, told, account=account)
        found = sorted((row.id, row.status) for row in ledger.state.findings if row.code != "time-contradiction")
        ends.append((balances(ledger.state), account, found))
    assert ends[0] == ends[1]
