"""The page of a log witness: who it is, which logs it knows, what it cosigned and when. For people, without any script."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from hashlib import sha256
from html import escape
from typing import Final
from urllib.parse import parse_qs

from custody.adapters.witness_state import CosignedTree
from custody.core.wording.message_format import LANGUAGES, Language
from custody.core.wording.messages import message, render
from custody.witness.witness import Witness

SHOWN_MAX: Final = 20
"""Checkpoints that are shown of each log."""
LOGS_SHOWN_MAX: Final = 100
_NAMES: Final = {"en": "English", "ru": "Русский", "kk": "Қазақша"}
_STYLE: Final = (
    "body{font:1rem/1.5 sans-serif;max-width:70rem;margin:1rem auto;padding:0 1rem}"
    "table{border-collapse:collapse}td,th{padding:.2rem .8rem .2rem 0;text-align:left}"
    "code,pre{overflow-wrap:anywhere;white-space:pre-wrap}"
)


def render_page(witness: Witness, *, query: str, accept_language: str) -> str:
    """The page in the language that ``lang`` asks for, else the first known one of the Accept-Language header."""
    language = _language(query, accept_language=accept_language)
    name = witness.keys.name
    title = escape(render(message("witness.title", name=name), language=language))
    links = " · ".join(f'<a href="?lang={one}" lang="{one}">{_NAMES[one]}</a>' for one in LANGUAGES)
    vkeys = "".join(f"witness {name} {vkey}\n" for vkey in witness.keys.vkeys)
    logs = [_log(witness, origin=origin, language=language) for origin in sorted(witness.logs.keys)[:LOGS_SHOWN_MAX]]
    return (
        f'<!doctype html><html lang="{language}"><head><meta charset="utf-8">'
        f'<meta name="viewport" content="width=device-width"><title>{title}</title><style>{_STYLE}</style></head>'
        f"<body><nav>{links}</nav><main><h1>{title}</h1>"
        f"<p>{escape(render(message('witness.what'), language=language))}</p>"
        f"<p>{escape(render(message('witness.shown', limit=SHOWN_MAX), language=language))}</p>{''.join(logs)}"
        f"<h2>{escape(render(message('witness.keys'), language=language))}</h2><pre>{escape(vkeys)}</pre></main></body></html>\n"
    )


def _log(witness: Witness, *, origin: str, language: Language) -> str:
    head = f"<h2>{escape(render(message('witness.log', origin=origin), language=language))}</h2>"
    rows = witness.state.last(origin, limit=SHOWN_MAX)
    if not rows:
        return f"{head}<p>{escape(render(message('witness.nothing'), language=language))}</p>"
    latest = escape(render(message("witness.latest"), language=language))
    place, found = sha256(origin.encode()).hexdigest(), len(witness.state.contradictions(origin))
    if found:
        said = escape(render(message("witness.contradicted", number=found), language=language))
        head += f'<p><strong><a href="{place}/contradictions">{said}</a></strong></p>'
    return f'{head}<p><a href="{place}/checkpoint">{latest}</a></p>{_table(rows, language=language)}'


def _table(rows: Sequence[CosignedTree], *, language: Language) -> str:
    titles = (message("witness.entries"), message("witness.root"), message("witness.first"), message("witness.last"))
    heads = "".join(f'<th scope="col">{escape(render(title, language=language))}</th>' for title in titles)
    body = "".join(
        f"<tr><td>{row.size}</td><td><code>{row.root.hex()}</code></td><td>{_moment(row.first_at)}</td>"
        f"<td>{_moment(row.at)}</td></tr>"
        for row in rows
    )
    return f"<table><thead><tr>{heads}</tr></thead><tbody>{body}</tbody></table>"


def _moment(at: int) -> str:
    moment = datetime.fromtimestamp(at, tz=UTC).isoformat()
    return f'<time datetime="{moment}">{moment}</time>'


def _language(query: str, *, accept_language: str) -> Language:
    asked = [*parse_qs(query).get("lang", []), *(part.strip()[:2].lower() for part in accept_language.split(",")[:20])]
    return next((language for word in asked for language in LANGUAGES if language == word), "en")
