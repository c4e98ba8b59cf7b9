"""The whole audit of an archive or a log: what is there, who may speak for it, is it what was signed, what does it mean.

    survey      every file accounted for and in its form                         missing, extra, form, sum
    speaker     genesis, pinned by --root; the log key that it pins; checkpoint  who signed what
    tree        every entry hashed again, against the signed root                the first bad entry
    replay      every signature, then the full fold                              findings, counts, state digest
    derived     election.json and keys.json computed again from the log; names.json held against its sum in genesis

A running log can be audited beside the archive that was made of it: its entries take the place of the archive's, must have the
root that the archive's checkpoint signs, and are compared with the archive's one by one.  Without an archive nothing is signed,
so nothing is established; what the log means is told all the same.

It trusts nothing that the operator runs; an archive needs no network.  What is observed is collected as evidence; the verdict
follows from it (``verdict``, docs/spec/audit.md).  Content of an archive never makes it raise.

Not here: exit codes, progress bars, words for people (``custody.cli``).
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from custody.adapters.archive import ELECTION, KEYS, LOGS
from custody.adapters.durable import read_file
from custody.adapters.survey import MISSING, survey
from custody.adapters.tilefolder import TileFolder
from custody.audit.beside import Beside
from custody.audit.cosigned import judge_cosignatures
from custody.audit.live import LiveEntries
from custody.audit.pinned_log_key import (
    GenesisAsFound,
    StatedCheckpoint,
    check_second_line,
    choose_key,
    read_genesis,
    read_stated,
)
from custody.audit.replay import AuditReplay, KeysAhead, batches_of
from custody.audit.signed_tree import SignedRoot, SignedTree
from custody.audit.verdict import AuditCounts, AuditFindings, AuditReport, LogHead, WitnessesHeard
from custody.audit.workers import look_at_all, workers_for
from custody.core.authority.policy_file import PolicyFile
from custody.core.evidence.archive_documents import election_json, keys_json
from custody.core.tlog.notes import VerifierKey
from custody.core.tlog.tiles import ENTRIES, TILE_WIDTH, Tile, tile_path, width_in
from custody.core.wording.file_error_words import system_reason
from custody.core.wording.messages import error_told, message
from custody.ports import LogReader, entries_before
from schemas.election_names import NAMES_BYTES_MAX, NAMES_FILE, digest_of
from schemas.errors import NotEstablished, Refused

Progress = Callable[[int, int], None]
"""(entries done, entries in all), called after each bundle."""

_LOG: Final = 0
_UNREADABLE_MAX: Final = 1000
"""Bundles in a row that cannot be read before the rest is not asked for: a stated size can be any number."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What to audit and how.

    ``source``: an archive's folder; None: there is none, and so no signed checkpoint.  ``root``: the election id that genesis
    must have, 64 hex digits; None: never VERIFIED.  ``log``: where to read entries instead of the archive's own.
    ``workers``: processes beside this one (1: none; None: one for each core).  ``policy``: whose cosignatures the reader
    asks for, beside those that the log itself does.
    """

    source: Path | None
    root: str | None
    log: LogReader | None = None
    workers: int | None = None
    policy: PolicyFile | None = None
    progress: Progress = field(default=lambda done, total: None)


def audit_archive(request: Request) -> AuditReport:
    """Audit an archive.  Raises Unavailable if a worker process was killed; nothing else that the archive could cause.

    But for an archive that changes meanwhile: where it has to be read twice, that raises Contradicted, or as reading does.
    """
    return _Audit(request).run()


class _Audit:
    """One audit of one archive, which holds one log."""

    def __init__(self, request: Request) -> None:
        self._request = request
        self._evidence = AuditFindings()
        self._folder = None if request.source is None else TileFolder(request.source / LOGS / str(_LOG))
        self._live = None if request.log is None else LiveEntries(request.log, evidence=self._evidence)
        self._beside: Beside | None = None
        if self._live is not None and self._folder is not None:
            self._beside = Beside(self._folder, log=_LOG, evidence=self._evidence)
        self._size = 0
        self._replay = AuditReplay(self._again)
        self._heard: WitnessesHeard | None = None

    def run(self) -> AuditReport:
        if self._request.source is not None:
            self._survey(self._request.source)
        genesis = self._genesis()
        stated = self._stated(genesis)
        tally = AuditCounts() if stated is None else self._go_through(stated, genesis=genesis)
        if self._live is not None:
            self._live.conclude()
        if self._request.root is None:
            self._evidence.lack("--root", sentence=message("audit.gap-root"))
        return AuditReport(
            verdict=self._evidence.verdict,
            election=None if genesis is None else genesis.election,
            logs=() if stated is None else (_head(stated),),
            tally=tally,
            first_bad=self._evidence.first_bad,
            gaps=self._evidence.gaps,
            witnesses=self._heard,
        )

    def _survey(self, source: Path) -> None:
        for problem in survey(source):
            self._evidence.lack(problem.path, sentence=problem.sentence)
        if os.path.isdir(source / LOGS / str(_LOG + 1)):
            self._evidence.lack(f"{LOGS}/{_LOG + 1}", sentence=message("audit.gap-one-log"))

    def _genesis(self) -> GenesisAsFound | None:
        """Position 0, out of the first bundle whatever the checkpoint says: its width is in its name."""
        entry = self._first_entry()
        if entry is None:
            self._evidence.lack("genesis", sentence=message("audit.gap-no-first"))
            return None
        return read_genesis(entry, root=self._request.root, log=_LOG, evidence=self._evidence)

    def _first_entry(self) -> bytes | None:
        if self._live is not None:
            return self._live.first()
        if self._folder is None:
            return None
        place = os.fspath(self._folder.path)
        for width in range(TILE_WIDTH, 0, -1):
            tile = Tile(ENTRIES, 0, width)
            if os.path.lexists(f"{place}/{tile_path(tile)}") and (entries := self._bundle(tile)):
                return entries[0]
        return None

    def _bundle(self, tile: Tile) -> Sequence[bytes] | None:
        """A bundle's entries; None, and named, if it cannot be read."""
        if self._live is not None:
            entries = self._live.bundle(tile)
            if self._beside is not None and entries is not None:
                self._beside.take(tile, entries=entries)
            return entries
        if self._folder is None:
            return None
        try:
            return self._folder.read_bundle(tile)
        except NotEstablished as error:
            told = MISSING if error.code == "tile-missing" else error_told(error)
            self._evidence.lack(f"{LOGS}/{_LOG}/{tile_path(tile)}", sentence=told)
        except OSError as error:
            self._evidence.lack(
                f"{LOGS}/{_LOG}/{tile_path(tile)}", sentence=message("audit.gap-unreadable", why=system_reason(error))
            )
        return None

    def _stated_key(self, folder: TileFolder) -> VerifierKey | None:
        try:
            return folder.read_key()
        except (NotEstablished, Refused, OSError):
            return None  # the survey has named it

    def _stated(self, genesis: GenesisAsFound | None) -> StatedCheckpoint | None:
        """What is to be audited: the checkpoint of the archive, or without one whatever the log holds now."""
        if self._folder is None:
            return None if self._live is None else self._live.unsigned(genesis)
        key = choose_key(genesis, stated=self._stated_key(self._folder), log=_LOG, evidence=self._evidence)
        try:
            data = self._folder.read_checkpoint()
        except (NotEstablished, OSError):
            return None  # the survey has named it
        stated = read_stated(data, key=key, log=_LOG, evidence=self._evidence)
        if stated is not None and genesis is not None:
            check_second_line(stated, second=genesis.second, log=_LOG, evidence=self._evidence)
        return stated

    def _go_through(self, stated: StatedCheckpoint, *, genesis: GenesisAsFound | None) -> AuditCounts:
        """Hash, verify and fold every entry; stop folding at the first gap, but go on hashing."""
        size = self._size = stated.checkpoint.size
        tree = None
        if stated.is_signed and self._folder is not None:
            tree = SignedTree(SignedRoot(log=_LOG, size=size, root=stated.checkpoint.root), read=self._folder.read_tile)
        if not size:
            self._evidence.lack("entries", sentence=message("audit.gap-empty"))
        hashed, folded = 0, 0
        is_judged = genesis is not None and genesis.is_judged
        looked = look_at_all(batches_of(self._runs(size), keys=KeysAhead()), workers=self._workers(size))
        with closing(looked):
            for batch, looks in looked:
                if tree is not None:
                    if batch.position != hashed:
                        tree.skip()
                    tree.take([seen.leaf for seen in looks], index=batch.position // TILE_WIDTH)
                if is_judged and batch.position == folded:
                    self._replay.take(batch.entries, looks=looks)
                    folded += len(looks)
                hashed += len(looks)
                self._request.progress(hashed, size)
        self._conclude(tree)
        if not folded or folded != size:
            return self._replay.tally(entries=hashed)
        if genesis is None or self._replay.ledger.election != genesis.election:
            # Two bundles begin the log, and the one that the checkpoint covers opens no election, or another one.
            return self._replay.final_tally(entries=hashed)
        self._compare_derived()
        self._compare_names()
        if stated.note is not None and stated.key is not None:
            policies = [policy for _, policy in self._replay.ledger.state.policies]
            self._heard = judge_cosignatures(
                stated.note,
                spoken=(stated.key, *(() if genesis.second is None else (genesis.second,))),
                policies=policies,
                log=_LOG,
                evidence=self._evidence,
                own=self._request.policy,
            )
        return self._replay.final_tally(entries=hashed)

    def _conclude(self, tree: SignedTree | None) -> None:
        if tree is not None:
            tree.conclude(self._evidence, doubt=self._replay.first_doubt)
        if self._beside is not None:
            self._beside.conclude(log_is_signed=tree is not None and tree.is_signed)

    def _workers(self, size: int) -> int:
        if self._request.workers is not None:
            return self._request.workers
        return workers_for(size)

    def _runs(self, size: int) -> Iterator[tuple[int, Sequence[bytes]]]:
        """(first position, entries) of each bundle that can be read."""
        unreadable = 0
        for index in range(-(-size // TILE_WIDTH)):
            entries = self._bundle(Tile(ENTRIES, index, width_in(level=ENTRIES, index=index, size=size)))
            unreadable = unreadable + 1 if entries is None else 0
            if entries is not None:
                yield index * TILE_WIDTH, entries
            elif unreadable >= _UNREADABLE_MAX:
                return

    def _again(self, count: int) -> Iterator[bytes]:
        """The first entries of what is audited, read once more; raises as reading does: they could be read before."""
        if self._request.log is not None:
            yield from entries_before(self._request.log, count)
        elif self._folder is not None:
            for index in range(-(-count // TILE_WIDTH)):
                width = width_in(level=ENTRIES, index=index, size=self._size)
                yield from self._folder.read_bundle(Tile(ENTRIES, index, width))

    def _compare_derived(self) -> None:
        state, source = self._replay.ledger.state, self._request.source
        if source is None:
            return
        for name, right in (
            (ELECTION, election_json(genesis=state.opening(), election=state.election)),
            (KEYS, keys_json(state.roster)),
        ):
            try:
                found = read_file(source / name, bytes_max=len(right))
            except OSError:
                continue  # the survey has named it
            if found != right:
                self._evidence.lack(name, sentence=message("audit.gap-altered"))

    def _compare_names(self) -> None:
        """The names by language, where the archive has them, against the sum that genesis states of them."""
        source, stated = self._request.source, self._replay.ledger.state.opening().names
        if source is None:
            return
        try:
            found = read_file(source / NAMES_FILE, bytes_max=NAMES_BYTES_MAX)
        except OSError:
            return  # they are beside the log, and an archive may be without them
        if digest_of(found) != stated:
            told = "These are not the names that genesis states" if stated else "Genesis states no names"
            self._evidence.lack(
                NAMES_FILE, sentence=f"{told}: nobody signed them. The log itself is not touched by that."
            )


def _head(stated: StatedCheckpoint) -> LogHead:
    found = stated.checkpoint
    return LogHead(origin=found.origin, size=found.size, root=found.root)
