"""``custody show ACCOUNTS`` and ``custody show SEAL``: every paper in its account, every seal's life, from the log itself."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from custody.cli.lines.bounded import first_of
from custody.cli.lines.spoken import figure
from custody.core.authority.parties import told_holder
from custody.core.wording.message_format import Language
from custody.core.wording.messages import Message, message, render
from custody.core.wording.numbers import positions_held
from custody.core.wording.time_words import time_in
from custody.embedded.derived_file import derived_accounts, derived_seal
from custody.embedded.directory import Directory
from custody.ports import LogReader
from schemas.errors import Misused

ACCOUNTS = "ACCOUNTS"


def accounts_at(directory: Directory, *, at: int | None) -> dict[str, Any]:
    """All accounts after the entry at a position (the last one, where None); the log is folded once, or not at all."""
    with directory.open_log() as log:
        if at is None and (kept := derived_accounts(directory.derived, log=log)) is not None:
            return kept
        from custody.cli.folded_facts import folded_accounts  # noqa: PLC0415 - longer to import than kept facts to be read

        return folded_accounts(log, last=_last(log, at=at))


def seal_at(directory: Directory, *, seal: str, at: int | None) -> dict[str, Any]:
    """The life of one seal up to a position."""
    with directory.open_log() as log:
        if at is None and (kept := derived_seal(directory.derived, log=log, seal=seal)) is not None:
            return kept
        from custody.cli.folded_facts import folded_seal  # noqa: PLC0415

        return folded_seal(log, seal=seal, last=_last(log, at=at))


def _last(log: LogReader, *, at: int | None) -> int:
    end = log.end()
    if at is not None and not 0 <= at < end:
        raise Misused("show-at", f"The log holds {positions_held(end)}.")
    return end - 1 if at is None else at


def account_lines(doc: dict[str, Any], *, language: Language = "en") -> Iterable[str]:
    """The accounts as lines of text."""

    def said(text: Message) -> str:
        return render(text, language=language)

    rows = doc["accounts"]
    position = message("label.position", position=doc["position"], entries=doc["position"] + 1)
    yield said(message("accounts.head", papers=doc["printed"], accounts=len(rows), position=position))
    yield from (f"  {figure(row['papers']):>9}  {said(_account(row['place'], row['state']))}" for row in rows)
    yield from (f"  {said(_moved(row))}" for row in doc["postings"])
    yield f"  {said(_seals(doc['seals']))}"
    out, arrived, lost, under_way = (
        sum(row[name] for row in doc["packages"]) for name in ("out", "arrived", "lost", "under_way")
    )
    yield f"  {said(message('accounts.packages', out=out, arrived=arrived, lost=lost, under_way=under_way))}"
    told = [f"  {said(message('accounts.disputed', unit=unit))}" for unit in doc["disputed"]]
    yield from first_of(told, what=said(message("accounts.disputed-units")), where="--json", language=language)
    yield from (f"  {said(message('accounts.wrong', text=text))}" for text in doc["wrong"])


def seal_lines(doc: dict[str, Any], *, language: Language = "en") -> Iterable[str]:
    """A seal's life as lines of text."""
    is_applied = any(step["state"] == "applied" for step in doc["life"])
    given = message("seal.given-out") if doc["given_out"] else message("seal.never-given-out")
    told = render(given if is_applied else message("seal.not-applied", given=given), language=language)
    yield f"{doc['seal']}  {told}"
    for step in doc["life"]:
        at = time_in(step["at"] or "", language=language)
        state = render(message("seal.state", state=step["state"]), language=language)
        by = f", {render(told_holder(step['by']), language=language)}" if step["by"] else ""
        yield f"  {at:<32}  {state:<18} {step['unit']}{by}"


def _account(place: str, state: str) -> Message:
    return message(
        "accounts.row",
        place=told_holder(None if place == "nobody" else place),
        state=message("accounts.state", state=state),
    )


def _moved(row: dict[str, Any]) -> Message:
    return message("accounts.moved", papers=row["papers"], giver=_told(row["from"]), taker=_told(row["to"]))


def _told(text: str) -> Message:
    """An account from its text: place, colon, state."""
    place, _, state = text.partition(": ")
    return _account(place, state)


def _seals(seals: dict[str, Any]) -> Message:
    given = (
        message("accounts.any-seal") if seals["issued"] is None else message("accounts.unused", seals=seals["unused"])
    )
    return message(
        "accounts.seals",
        applied=seals["applied"],
        closing=seals["closing"],
        taken_off=seals["taken_off"],
        retained=seals["retained"],
        destroyed=seals["destroyed"],
        blocked=seals["blocked"],
        given=given,
    )
