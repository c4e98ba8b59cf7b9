"""The words of the pages in the language that a reader chose, as filters of the templates.

A template keeps its English words (``{{ "Board"|t }}``), and the catalogue what they are in the other languages: an entry is
found by its English. ``in_words`` says a code by the entry whose choice it is. A word that the catalogue lacks is an error here,
not English on a Russian page; the tests compare every word of the templates with the catalogue. Not here: what a page tells.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import lru_cache
from types import MappingProxyType
from typing import Any, Final

from jinja2 import pass_context
from jinja2.runtime import Context
from markupsafe import Markup

from custody.core.authority.parties import told_holder
from custody.core.state.registers import duration
from custody.core.wording.error_words import error_in
from custody.core.wording.finding_codes import title
from custody.core.wording.message_format import MANNERS, Language, choices, parse_pattern
from custody.core.wording.messages import CATALOGUE, Message, message, render
from custody.core.wording.party_words import names_parties, plainly
from custody.core.wording.time_words import time_in
from projections.web.models.parts import LineDoc, Sentences

DASH: Final = "\u2013"
"""Where nobody stated anything."""
_DATED: Final = timedelta(days=2)
"""A cosignature older than that is told by its date."""
_KEYS_MAX: Final = 1_024
_FAMILIES: Final = ("page.", "account.")
KEY_OF: Final[Mapping[str, str]] = MappingProxyType(
    {words["en"]: key for key, words in CATALOGUE.items() if key.startswith(_FAMILIES)}
)
"""English words of a template -> their key in the catalogue."""
_ABSENT: Final[Mapping[str, str]] = MappingProxyType({"basis": "none", "state": "not in force"})
"""Key -> the code where there is none."""
_PARTY_AT: Final[Mapping[str, str]] = MappingProxyType({"cec": "CEC", "mfa": "MFA", "back": "CEC"})
"""Stage of papers -> the kind of party that has them."""


def _said(context: Context, text: Message | str) -> str:
    return render(text, language=_language(context))


def _language(context: Context) -> Language:
    language: Language = context["tongue"].language
    return language


@pass_context
def translated(context: Context, english: str, **args: Any) -> str:
    """The words of a template in the reader's language; KeyError where the catalogue lacks them."""
    return _said(context, Message(KEY_OF[english], args))


@pass_context
def in_words(context: Context, code: str | None, *, key: str) -> str:
    """A code in words, by the catalogue's entry that chooses on it."""
    if key == "page.stage" and (named := _stage_of_party(code, language=_language(context))):
        return named
    return _said(context, Message(key, {_chosen_by(key): code or _ABSENT[key]}))


@lru_cache(maxsize=_KEYS_MAX)
def _chosen_by(key: str) -> str:
    """The argument on which the catalogue's entry chooses."""
    return next(choices(parse_pattern(CATALOGUE[key]["ru"]))).name


def _stage_of_party(stage: str | None, *, language: Language) -> str:
    """Where papers are, by this election's own name for who has them; empty where it has none."""
    kind = _PARTY_AT.get(stage or "")
    if kind is None or not names_parties(language):
        return ""
    here = message("party", kind=kind)
    if render(here, language=language) == render(here, language=plainly(language)):
        return ""
    at = message("page.stage-back", party=here) if stage == "back" else message("page.stage-at", party=here)
    return render(at, language=language)


@pass_context
def spoken(context: Context, sentences: Sentences) -> str:
    """The one of three sentences that is in the reader's language."""
    return str(getattr(sentences, _language(context)))


@pass_context
def party(context: Context, text: str | None) -> str:
    """Who holds or signs, in words."""
    return _said(context, told_holder(text))


@pass_context
def coded(context: Context, code: str) -> str:
    """A code of a finding in words."""
    return _said(context, title(code))


@pass_context
def titled(context: Context, line: LineDoc) -> str:
    """What a line of a story is called."""
    if line.entry is None:
        return _said(context, Message("page.became", {}))
    words = _said(context, Message("type", {"type": line.type}))
    return words[:1].upper() + words[1:]


@pass_context
def clock(context: Context, at: str | None) -> str:
    """A claimed time as it was claimed: day, time and offset from UTC."""
    if at is None:
        return DASH
    return Markup('<time datetime="{}">{}</time>').format(at, time_in(at, language=_language(context)))


@pass_context
def aged(context: Context, at: str, *, now: str | None) -> str:
    """How long before ``now`` something was; by its time where that is long before, or later."""
    if now is None:
        return clock(context, at)
    old = datetime.fromisoformat(now) - datetime.fromisoformat(at)
    if not timedelta() <= old < _DATED:
        return clock(context, at)
    return _said(context, message("witness.ago", age=duration(int(old.total_seconds()) // 60)))


@pass_context
def problem(context: Context, sentence: str, *, code: str) -> str:
    """What an error or an alarm says, in the reader's language: in English its sentence, else what its code says."""
    language = plainly(_language(context))
    return sentence if language == "en" else error_in(code, sentence=sentence, language=language)


def capital(text: str) -> str:
    """The same text, its first letter a capital one."""
    return text[:1].upper() + text[1:]


@pass_context
def number(context: Context, value: int | None) -> str:
    """A number with its thousands set apart in the manner of the reader's language; a dash where nobody stated one."""
    return DASH if value is None else MANNERS["number"](value, _language(context)).replace("-", "\u2212")


@pass_context
def signed(context: Context, value: int) -> str:
    """A difference with its sign."""
    return number(context, value) if value <= 0 else f"+{number(context, value)}"


FILTERS: Final = MappingProxyType(
    {
        "t": translated,
        "in_words": in_words,
        "party": party,
        "spoken": spoken,
        "coded": coded,
        "titled": titled,
        "clock": clock,
        "aged": aged,
        "capital": capital,
        "problem": problem,
        "number": number,
        "signed": signed,
    }
)
"""Name in the templates -> filter."""
