"""The front door as plainly as it can be written: one entry at a time, everything checked anew, every signature every time.

The oracle of ``custody.gateway.front_door``: same log, same submissions, same answers. It shares nothing with it but the
pure core.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from custody.core.entries.admission import Checked, admit, check_entry
from custody.core.fold.outcome_docs import shown
from custody.core.ledger import Ledger
from schemas.envelope import entry_hash
from schemas.errors import Refused


@dataclass(frozen=True)
class Said:
    position: int | None
    status: str
    codes: tuple[str, ...]


class ReferenceDoor:
    """Over a list of entries, which it appends to."""

    def __init__(self, entries: Sequence[bytes]) -> None:
        self.entries: list[bytes] = []
        self.checked: list[Checked] = []
        self.ledger = Ledger.empty()
        for entry in entries:
            self._append(entry)

    def submit(self, entry: bytes) -> Said:
        try:
            admit(entry, keys=self.ledger.public_key)
        except Refused as refused:
            return Said(None, "refused", (refused.code,))
        hashes = [entry_hash(one) for one in self.entries]
        if entry_hash(entry) in hashes:
            return Said(hashes.index(entry_hash(entry)), "duplicate", ())
        holder = self._holder(entry)
        return self._append(entry) if holder is None else Said(holder, "duplicate", ())

    def _holder(self, entry: bytes) -> int | None:
        """Where an entry of the same event has all valid signatures of this one; else where the last of them came; None: new."""
        asked = check_entry(entry, position=-1, keys=self.ledger.public_key)
        places = [place for place, one in enumerate(self.checked) if one.event_id == asked.event_id]
        whole = [place for place in places if set(asked.valid) <= set(self.checked[place].valid)]
        came = [[place for place in places if key in self.checked[place].valid] for key in asked.valid]
        if whole:
            return whole[0]
        return max(min(one) for one in came) if all(came) else None

    def _append(self, entry: bytes) -> Said:
        position = len(self.entries)
        self.entries.append(entry)
        checked = check_entry(entry, position=position, keys=self.ledger.public_key)
        self.checked.append(checked)
        told = [item for item in self.ledger.apply(checked) if (item.kind, item.subject) == ("entry", str(position))]
        status, codes = ("applied", ()) if not told else (told[0].doc["status"], tuple(told[0].doc["codes"]))
        record = self.ledger.state.records.get(checked.event_id or "")
        if record is None or status == "duplicate":
            return Said(position, status, codes)
        # A finding tells the first of what it lists, so what is listed under it is asked for.
        codes = self.ledger.state.findings.open_codes(record.event_id)
        if status == "added":
            return Said(position, "added", codes or (record.codes if shown(record) == "finding" else ()))
        if (status := shown(record)) in ("waiting", "disputed"):
            return Said(position, status, codes)
        return (
            Said(position, "finding", codes or record.codes)
            if codes or status == "finding"
            else Said(position, "applied", ())
        )
