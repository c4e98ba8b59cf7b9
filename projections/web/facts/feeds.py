"""Atom feeds (RFC 4287) of the log, of findings, of a station and of a unit, in the language of their address.

Ids are tag URIs (RFC 4151) of the election's domain and voting day, so they are the same wherever the pages are served. Links are
paths: this program does not know under which name it is reached. ``updated`` is the time that who signed claims.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final
from xml.sax.saxutils import escape, quoteattr

from custody.core.wording.finding_codes import title
from custody.core.wording.message_format import Language
from custody.core.wording.messages import Message, message, render
from projections import queries
from projections.web.facts.findings import finding_doc
from projections.web.facts.recent import (
    SHOWN_MAX,
    entries_of_station,
    entries_of_unit,
    recent_answer,
)
from projections.web.facts.stations import station_doc
from projections.web.facts.units import unit_row
from projections.web.models.recent import RecentDoc
from projections.web.snapshots.snapshot import Snapshot

_NEVER: Final = "1970-01-01T00:00:00+00:00"
"""RFC 4287 asks for a time where none was claimed."""


@dataclass(frozen=True, slots=True)
class FeedEntry:
    """One entry of a feed."""

    name: str
    """The last part of its id; what changes has another."""
    title: str
    text: str
    updated: str
    path: str


@dataclass(frozen=True, slots=True)
class Feed:
    """A feed: its own path, the page it belongs to, and its entries, the newest first."""

    path: str
    page: str
    title: str
    entries: Sequence[FeedEntry]


def log_feed(reading: Snapshot, *, language: Language) -> str:
    """What was recorded last."""
    items = recent_answer(reading).items
    told = render(message("feed.log"), language=language)
    return _xml(reading, Feed("/feed.atom", "/live", told, _entries(items, language=language)), language=language)


def station_feed(reading: Snapshot, code: str, *, language: Language) -> str:
    """What happened last to the units of a station, and its findings; Absent."""
    station = station_doc(reading, code)
    entries = _entries(entries_of_station(reading, code), language=language)
    entries += _findings(reading, station=code, language=language)
    entries.sort(key=lambda entry: entry.updated, reverse=True)
    told = render(message("feed.station", city=station.city, station=code), language=language)
    path = f"/stations/{code}"
    return _xml(reading, Feed(f"{path}.atom", path, told, entries[:SHOWN_MAX]), language=language)


def unit_feed(reading: Snapshot, unit: str, *, language: Language) -> str:
    """What happened last to a unit; Absent."""
    unit_row(reading, unit)
    entries = _entries(entries_of_unit(reading, unit), language=language)
    told = render(message("feed.unit", unit=unit), language=language)
    path = f"/units/{unit}"
    return _xml(reading, Feed(f"{path}.atom", path, told, entries), language=language)


def findings_feed(reading: Snapshot, *, language: Language) -> str:
    """The findings that changed last."""
    entries = _findings(reading, station=None, language=language)
    told = render(message("feed.findings"), language=language)
    return _xml(reading, Feed("/findings.atom", "/findings", told, entries), language=language)


def _entries(items: Iterable[RecentDoc], *, language: Language) -> list[FeedEntry]:
    return [
        FeedEntry(
            name=f"log/{item.position}",
            title=_capital(render(message("type", type=item.type), language=language)),
            text=getattr(item.sentences, language),
            updated=item.at or _NEVER,
            path=f"/log/{item.position}",
        )
        for item in items
    ]


def _findings(reading: Snapshot, *, station: str | None, language: Language) -> list[FeedEntry]:
    """The findings that changed last; one that was settled since is an entry of its own."""
    rows = queries.findings(reading.books, station=station)
    rows.sort(key=lambda row: (-row["position"], row["id"]))
    docs = (finding_doc(reading, row, city=None) for row in rows[:SHOWN_MAX])
    return [
        FeedEntry(
            name=f"findings/{doc.id}/{doc.status}",
            title=_titled(title(doc.code), status=doc.status, language=language),
            text=getattr(doc.words, language).sentence,
            updated=doc.settled_at or doc.raised_at or _NEVER,
            path=f"/findings/{doc.id}",
        )
        for doc in docs
    ]


def _titled(what: Message, *, status: str, language: Language) -> str:
    return f"{_capital(render(what, language=language))}: {render(message('status', status=status), language=language)}"


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _xml(reading: Snapshot, feed: Feed, *, language: Language) -> str:
    tag = f"tag:{reading.election.domain},{reading.election.voting_day}:{reading.standing.election[:16]}"
    newest = max((entry.updated for entry in feed.entries), default=_NEVER)
    lines = [
        '<?xml version="1.0" encoding="utf-8"?>',
        f'<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="{language}">',
        f"<id>{escape(tag + feed.path)}</id>",
        f"<title>{escape(feed.title)}</title>",
        f"<updated>{escape(newest)}</updated>",
        f"<author><name>{escape(reading.standing.origin)}</name></author>",
        f'<link rel="self" type="application/atom+xml" href={quoteattr(f"/{language}{feed.path}")}/>',
        f'<link rel="alternate" type="text/html" href={quoteattr(f"/{language}{feed.page}")}/>',
    ]
    for entry in feed.entries:
        lines += [
            "<entry>",
            f"<id>{escape(f'{tag}/{entry.name}')}</id>",
            f"<title>{escape(entry.title)}</title>",
            f"<updated>{escape(entry.updated)}</updated>",
            f'<link rel="alternate" type="text/html" href={quoteattr(f"/{language}{entry.path}")}/>',
            f'<content type="text">{escape(entry.text)}</content>',
            "</entry>",
        ]
    return "\n".join((*lines, "</feed>", ""))
