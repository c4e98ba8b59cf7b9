"""The responder sends answers: at one position of the log, with a validator, kept while they hold.

An answer depends on nothing but its address and where the books stand, so its ETag (RFC 9110, 8.8.3, strong) follows from both
and from this program's own files; the body is made only if nobody has asked since the books last moved.
"""

from __future__ import annotations

import gzip
import json
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Collection, Hashable
from contextlib import nullcontext
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Final, TypeVar

from fastapi import Response

from custody.core.wording.message_format import LANGUAGES, Language
from custody.core.wording.messages import CATALOGUE
from projections.stores.books import Books
from projections.stores.moments import Instant
from projections.stores.ports import Head
from projections.web.models.answers import Answer
from projections.web.models.finding_lists import FindingLists
from projections.web.models.parts import OFFERED, AlarmDoc, ElectionDoc, StandingDoc
from projections.web.models.problems import Absent
from projections.web.serving.metrics import WebMetrics
from projections.web.snapshots.books_pool import Shelf
from projections.web.snapshots.kept_facts import KeptFacts
from projections.web.snapshots.log_index import LogIndex, LogPositions
from projections.web.snapshots.past_views import Past
from projections.web.snapshots.snapshot import Snapshot, alarms, head_of, not_recorded, standing_at
from schemas.errors import Unavailable

JSON: Final = "application/json"
CACHE_CONTROL: Final = "public, no-cache"
"""Anyone may keep an answer; nobody may give it without asking whether it still holds."""
CACHE_OPENED: Final = "private, no-store"
"""Of what a token opened: for that reader alone."""
KEPT_MAX: Final = 512
KEPT_BYTES_MAX: Final = 16 * 1024 * 1024
TRIES_MAX: Final = 60
PAUSE_S: Final = 0.025
ALARMS_S: Final = 2.0

T = TypeVar("T")
PACKED: Final = "gzip"
VARY: Final = "Accept, Accept-Encoding, Authorization"
PACKED_FROM: Final = 1_000
"""Bytes of a body from which on it is packed: a shorter one would not get shorter."""
_GZIP_BEGINS: Final = b"\x1f\x8b"
"""No text begins so: neither byte begins a character of UTF-8 that a page, JSON or a table could hold there."""

Make = Callable[[Snapshot], bytes]


def _program() -> bytes:
    """What an answer depends on beside the books: the files of this package, and the catalogue of sayings."""
    state = sha256(json.dumps({key: dict(row) for key, row in CATALOGUE.items()}).encode())
    for path in sorted(Path(__file__).parents[1].rglob("*")):
        if path.suffix in {".py", ".html", ".css", ".svg"}:
            state.update(path.read_bytes())
    return state.digest()


@dataclass(frozen=True, slots=True)
class Inquiry:
    """One question: an address, a position in the past, and what the reader has already."""

    address: str
    at: int | Instant | None
    has: str
    """The If-None-Match header; empty if there was none."""
    opened: bool = False
    """Whether the reader's token opens what is withheld."""
    packed: bool = False
    """Whether the reader takes gzip."""


class Responder:
    """Answers questions from the books on a shelf."""

    def __init__(self, shelf: Shelf, *, metrics: WebMetrics, languages: tuple[Language, ...] = LANGUAGES) -> None:
        """Nothing is opened before the first question; ``languages`` of the catalogue, as the election speaks them."""
        self._languages = languages
        self._shelf = shelf
        self._metrics = metrics
        self._past = Past()
        self._lists = FindingLists()
        self._index = LogIndex()
        self._kept = AnswerCache()
        self._shared = KeptFacts()
        self._stood: tuple[tuple[Books, Head] | None, tuple[StandingDoc, ElectionDoc] | None] = (None, None)
        self._program = _program()
        self._told: tuple[tuple[AlarmDoc, ...], float] = ((), 0.0)

    def answer(self, asked: Inquiry, make: Make, *, media: str = JSON) -> Response:
        """The answer as ``make`` makes it; 304 if the reader has it.  Absent, NotWellFormed, Unavailable."""
        with nullcontext() if asked.at is None else self._past.asked(), self._shelf.loan() as books:
            for _ in range(TRIES_MAX):
                response = self._once(books, asked, make=make, media=media)
                if response is not None:
                    return response
                time.sleep(PAUSE_S)
        raise Unavailable("books-moving", "The views are taking in new entries; ask again in a moment.")

    def asked(self, question: Callable[[Books], T]) -> T:
        """What a question about the books that are there now comes to; nothing is kept of it.  Unavailable."""
        with self._shelf.loan() as books:
            return question(books)

    def found(self, books: Books) -> LogPositions:
        """Where things stand on the log of these books, by name.  Unavailable."""
        standing, _ = self._standing(books)
        return self._index.of(books, election=standing.election, stop=standing.position)

    def standing(self) -> StandingDoc:
        """Where the books stand.  Unavailable."""
        with self._shelf.loan() as books:
            return self._standing(books)[0]

    def _once(self, books: Books, asked: Inquiry, *, make: Make, media: str) -> Response | None:
        """The answer, or None if the books moved while it was made."""
        standing, election = self._standing(books)
        at = self._position(asked.at, books=books)
        if at is not None and at >= standing.position:
            raise not_recorded(at, entries=standing.position)
        told = self._alarms(books)
        reading = Snapshot(
            standing=standing,
            election=election,
            live=books,
            alarms=told,
            shared=self._shared_at((books, standing, told, self._shelf.seen)),
            at=at,
            past=self._past,
            lists=self._lists,
            seen=self._shelf.seen,
            index=self._index,
            languages=self._languages,
            opened=asked.opened,
        )
        self._metrics.position.set(standing.position)
        self._metrics.alarms.set(len(reading.alarms))
        tag = self._tag(reading, address=f"{asked.address}#{PACKED}" if asked.packed else asked.address)
        headers = {"ETag": tag, "Cache-Control": CACHE_OPENED if asked.opened else CACHE_CONTROL, "Vary": VARY}
        if holds(asked.has, tag=tag):
            return Response(status_code=304, headers=headers)
        body = self._kept.get(tag)
        if body is None:
            body = make(reading)
            body = packed_body(body) if asked.packed else body
            if self._standing(books)[0] != standing:
                return None
            self._kept.put(tag, body)
        else:
            self._metrics.kept.inc()
        if asked.has.strip() == "*":
            return Response(status_code=304, headers=headers)
        if body.startswith(_GZIP_BEGINS):
            headers["Content-Encoding"] = PACKED
        return Response(body, media_type=media, headers=headers)

    def _position(self, at: int | Instant | None, *, books: Books) -> int | None:
        """The position that was asked for, itself or by a time.  Absent, Busy."""
        if not isinstance(at, Instant):
            return at
        try:
            return self._past.position_at(at, books=books)
        except ValueError as error:
            raise Absent("not-recorded-yet", str(error)) from error

    def _standing(self, books: Books) -> tuple[StandingDoc, ElectionDoc]:
        """Where the books stand; while the views are on their way, a short wait."""
        for tried in range(TRIES_MAX):
            try:
                return self._standing_at(books, head=head_of(books))
            except Unavailable as error:
                if error.code != "books-moving" or tried == TRIES_MAX - 1:
                    raise
                time.sleep(PAUSE_S)
        raise Unavailable("books-moving", "The views are taking in new entries; ask again in a moment.")

    def _standing_at(self, books: Books, *, head: Head) -> tuple[StandingDoc, ElectionDoc]:
        """What is said of books at a head, kept while they stand there."""
        at, told = self._stood
        if told is None or at != (books, head):
            told = standing_at(books, head=head)
            self._stood = ((books, head), told)
        return told

    def _shared_at(self, state: Hashable) -> KeptFacts:
        """The facts of this state: those that others made, or none yet."""
        if self._shared.state != state:
            self._shared = KeptFacts(state)
        return self._shared

    def _alarms(self, books: Books) -> tuple[AlarmDoc, ...]:
        """The alarms that stand; asked for every few seconds, however many readers there are."""
        found, until = self._told
        if time.monotonic() >= until:
            found = alarms(books, now=time.time(), look=self._shelf.look)
            self._told = (found, time.monotonic() + ALARMS_S)
        return found

    def _tag(self, reading: Snapshot, *, address: str) -> str:
        """The strong validator of one address at one position."""
        state = sha256(self._program)
        opened = "opened" if reading.opened else "public"
        said = [
            reading.standing.model_dump_json(),
            address,
            opened,
            repr(reading.seen),
            *(alarm.model_dump_json() for alarm in reading.alarms),
        ]
        state.update("\n".join(said).encode())
        return f'"{reading.standing.position}-{state.hexdigest()[:32]}"'


def holds(has: str, *, tag: str) -> bool:
    """Whether the reader's If-None-Match names the tag (weak comparison, RFC 9110, 13.1.2)."""
    return tag in {item.strip().removeprefix("W/") for item in has.split(",")}


def packed_body(body: bytes) -> bytes:
    """A body in gzip, the same bytes each time; a short one as it is."""
    return body if len(body) < PACKED_FROM else gzip.compress(body, compresslevel=6, mtime=0)


def as_json(answer: Answer, *, offered: Collection[Language]) -> bytes:
    """An answer as it is sent, in the languages that the election speaks."""
    return answer.model_dump_json(context={OFFERED: offered}).encode()


class AnswerCache:
    """Bodies by their tags, those used last, bounded in number and bytes."""

    def __init__(self) -> None:
        """Nothing is kept yet."""
        self._bodies: OrderedDict[str, bytes] = OrderedDict()
        self._bytes = 0
        self._lock = threading.Lock()

    def get(self, tag: str) -> bytes | None:
        """The body with this tag, if it is kept."""
        with self._lock:
            body = self._bodies.get(tag)
            if body is not None:
                self._bodies.move_to_end(tag)
            return body

    def put(self, tag: str, body: bytes) -> None:
        """Keep a body, and let go of those not used for longest."""
        with self._lock:
            self._bytes += len(body) - len(self._bodies.pop(tag, b""))
            self._bodies[tag] = body
            while len(self._bodies) > KEPT_MAX or self._bytes > KEPT_BYTES_MAX:
                _, gone = self._bodies.popitem(last=False)
                self._bytes -= len(gone)
