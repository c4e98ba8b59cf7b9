"""The report of an election at a position: what is told first, its indicators, its tables in short, and how to cite it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Final

from custody.core.ledger import FOLD_VERSION
from custody.core.wording.finding_codes import is_work, title
from custody.core.wording.message_format import Language
from custody.core.wording.messages import Message, message, render
from custody.paper.sheet import figure
from custody.paper.station_names import city_of
from custody.report.account_sums import by_station
from custody.report.document import Bar, Bars, Copied, Document, DocumentTable, Said, Section
from custody.report.indicators import INDICATORS, Indicator, Share
from custody.report.reported_log import ReportedLog
from custody.report.tables import FIGURES, ReportTable
from schemas.identifiers import epoch_seconds

UNSETTLED: Final = frozenset({"open", "acknowledged"})
"""Statuses of findings that are not settled."""


def citation(gathered: ReportedLog) -> Message:
    """What names exactly these entries, so that anybody finds the same again."""
    return message(
        "report.cited",
        slug=gathered.election["slug"],
        origin=gathered.origin,
        last=gathered.entries - 1,
        entries=gathered.entries,
        root=gathered.root,
        digest=gathered.state_digest,
        version=FOLD_VERSION,
    )


def report(gathered: ReportedLog, *, sheets: Sequence[ReportTable], language: Language) -> Document:
    """The report in one language; ``sheets`` are the files that go with it."""

    def tell(text: Message) -> str:
        return render(text, language=language)

    election = gathered.election
    where = message("label.position", position=gathered.entries - 1, entries=gathered.entries)
    lines = [
        message("report.election", slug=election["slug"], day=election["voting_day"]),
        message("report.as-of", where=where, at=gathered.now),
        *([message("report.withheld")] if gathered.withheld else []),
    ]
    shares = [(one, one.count(gathered)) for one in INDICATORS]
    files = tuple(
        Said(tell(message("report.file", name=f"{sheet.name}.csv", rows=len(sheet.rows)))) for sheet in sheets
    )
    return Document(
        language=language,
        title=tell(message("report.title")),
        lead=tell(_lead(gathered, shares=shares)),
        lines=tuple(map(tell, lines)),
        page_of=tell(message("report.page", x="⟦x⟧", y="⟦y⟧")),
        made_at=epoch_seconds(gathered.now),
        sections=(
            Section(tell(message("report.indicators")), _indicators(shares, language=language)),
            Section(tell(message("report.papers")), _papers(gathered, language=language)),
            Section(tell(message("report.findings")), _findings(gathered, language=language)),
            Section(tell(message("report.stations")), (_stations(gathered, language=language),)),
            Section(tell(message("report.files")), (*files, Said(tell(message("report.dictionary"))))),
            Section(
                tell(message("report.citation")),
                (
                    Copied(tell(citation(gathered))),
                    Said(tell(message("report.recount"))),
                    Said(tell(message("report.not"))),
                ),
            ),
        ),
    )


def _lead(gathered: ReportedLog, *, shares: Sequence[tuple[Indicator, Share]]) -> Message:
    closed = next(share.numerator for one, share in shares if one.name == "accounts_closed")
    unsettled = [row for row in gathered.findings if row["status"] in UNSETTLED and is_work(row["severity"])]
    return message("report.lead", stations=len(gathered.stations), closed=closed, open=len(unsettled))


def _indicators(shares: Sequence[tuple[Indicator, Share]], *, language: Language) -> tuple[Bars | DocumentTable, ...]:
    bars, rows, counted = [], [], []
    for one, share in shares:
        name, told = render(one.title, language=language), _per_cent(share, language=language)
        left = max(share.denominator - share.numerator, 0)
        whole = max(share.denominator, share.numerator, 1)
        bars.append(Bar(name, (share.numerator * 1_000 // whole, left * 1_000 // whole), told))
        figures = (share.numerator, share.denominator, share.excluded)
        rows.append((name, *(figure(number, language=language) for number in figures), told))
        counted.append((name, *(render(text, language=language) for text in (one.part, one.whole, one.left_out))))
    head = _head(
        message("report.head.indicator"),
        message("report.head.numerator"),
        message("report.head.denominator"),
        message("report.head.excluded"),
        message("report.head.per-cent"),
        language=language,
    )
    explained = _head(
        message("report.head.indicator"),
        message("report.head.part"),
        message("report.head.whole"),
        message("report.head.left-out"),
        language=language,
    )
    legend = _head(message("report.chart.done"), message("report.chart.left"), language=language)
    chart = _chart("indicators", message("report.chart.indicators"), bars=bars, legend=legend, language=language)
    return (
        chart,
        DocumentTable("", head, tuple(rows), (6, 2, 2, 2, 2), (1, 2, 3, 4)),
        DocumentTable("", explained, tuple(counted), (3, 4, 4, 4)),
    )


def _per_cent(share: Share, *, language: Language) -> str:
    if not share.denominator:
        return render(message("report.nothing"), language=language)
    digits = share.per_cent if language == "en" else share.per_cent.replace(".", ",")
    return render(message("report.per-cent", figure=digits), language=language)


def _papers(gathered: ReportedLog, *, language: Language) -> tuple[Bars | DocumentTable, ...]:
    """Each figure summed over the stations that have it; voters count once a contest."""
    sums, accounts = [], by_station(gathered.accounts)
    for name in FIGURES:
        known = [value for row in accounts if isinstance(value := row.get(name), int)]
        if known:
            sums.append((render(message("account.figure", name=name), language=language), sum(known), len(known)))
    bars = [Bar(name, (max(total, 0),), figure(total, language=language)) for name, total, _ in sums]
    rows = [(name, figure(total, language=language), figure(many, language=language)) for name, total, many in sums]
    head = _head(
        message("report.head.figure"),
        message("report.head.papers"),
        message("report.head.stations"),
        language=language,
    )
    chart = _chart("papers", message("report.chart.papers"), bars=bars, legend=(), language=language)
    return (chart, DocumentTable("", head, tuple(rows), (6, 2, 2), (1, 2)))


def _findings(gathered: ReportedLog, *, language: Language) -> tuple[Bars | DocumentTable | Said, ...]:
    """How many there are of each code, and how many of them are open, looked after and settled."""
    if not gathered.findings:
        return (Said(render(message("report.findings.none"), language=language)),)
    counts: dict[str, Counter[str]] = {}
    for row in gathered.findings:
        kind = row["status"] if row["status"] in UNSETTLED else "settled"
        counts.setdefault(row["code"], Counter())[kind] += 1
    bars, rows = [], []
    for code in sorted(counts, key=lambda code: (-counts[code].total(), code)):
        parts = (counts[code]["settled"], counts[code]["acknowledged"], counts[code]["open"])
        name = render(title(code), language=language)
        bars.append(Bar(name, parts, figure(sum(parts), language=language)))
        rows.append((name, code, *(figure(number, language=language) for number in parts)))
    states = (
        message("report.head.settled"),
        message("report.head.acknowledged"),
        message("report.head.open"),
    )
    legend = _head(*states, language=language)
    head = (*_head(message("report.head.code"), message("report.head.kind"), language=language), *legend)
    chart = _chart("findings", message("report.chart.findings"), bars=bars, legend=legend, language=language)
    return (chart, DocumentTable("", head, tuple(rows), (5, 4, 3, 3, 3), (2, 3, 4)))


def _stations(gathered: ReportedLog, *, language: Language) -> DocumentTable:
    """A line for each station, and the findings that are open there."""
    unsettled = Counter(
        station for row in gathered.findings if row["status"] in UNSETTLED for station in row["stations"]
    )
    rows = []
    for station in gathered.stations:
        code = station["station"]
        own = [row for row in gathered.accounts if row["station"] == code]
        sums = [_added([row[name] for row in own], language=language) for name in ("counted", "issued")]
        rows.append(
            (
                code,
                station.get("number") or "",
                render(city_of(gathered.source, code), language=language),
                *sums,
                figure(unsettled[code], language=language),
            )
        )
    head = _head(
        message("report.head.station"),
        message("report.head.city"),
        message("report.head.counted"),
        message("report.head.issued"),
        message("report.head.findings"),
        language=language,
    )
    return DocumentTable("", (head[0], "№", *head[1:]), tuple(rows), (2, 2, 4, 2, 2, 3), (3, 4, 5))


def _added(figures: Sequence[int | None], *, language: Language) -> str:
    known = [number for number in figures if number is not None]
    return figure(sum(known), language=language) if known else ""


def _chart(slug: str, heading: Message, *, bars: Sequence[Bar], legend: tuple[str, ...], language: Language) -> Bars:
    told = tuple(message("report.chart.bar", name=bar.name, figure=bar.figure) for bar in bars)
    alt = render(message("report.chart.alt", title=heading, bars=told), language=language)
    longest = max((sum(bar.parts) for bar in bars), default=1)
    return Bars(slug, render(heading, language=language), alt, legend, tuple(bars), longest)


def _head(*words: Message, language: Language) -> tuple[str, ...]:
    return tuple(render(word, language=language) for word in words)
