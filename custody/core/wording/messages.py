"""Messages: a sentence's key and arguments, rendered in English, Russian or Kazakh from one catalogue.

``say("not-custodian.signed", who=..., type=...)`` gives a text, the English one, that also knows its key and its arguments:
anybody who has both and the catalogue (``custody/data/sentences/*.json``, the three languages side by side) can say the same in
any of the languages. The English text is part of the fold's outcome: it depends on the key, the arguments and the catalogue of
this fold version, and on nothing else.

An event type among the arguments (``type``) is told by what the act is called, under the key ``type``; programs get the code.

Why not a library: Project Fluent's runtime (fluent.runtime) reads its plural rules and number formats from Babel's locale data,
so that the state's digest would depend on versions of both; it keeps each language in a file of its own; and ICU's bindings are
compiled. What is needed of ICU MessageFormat are the hundred lines of ``messages``; the tests hold their plural categories to
Babel's.

To add a sentence: one entry in a file of the catalogue, and ``message`` with its key. Names of units, seals, badges and types
stand after a word or a colon, so that no language has to inflect them. A key or an argument that the catalogue lacks is never an
exception here: the text then shows the key; the tests compare every use with the catalogue.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from functools import lru_cache
from importlib.resources import files
from types import MappingProxyType
from typing import Final, cast

from custody.core.wording.error_words import error_in
from custody.core.wording.message_format import LANGUAGES, Language, Pattern, Value, fill, parse_pattern
from custody.core.wording.party_words import called, names_parties
from schemas.errors import CustodyError
from schemas.outcomes import MessageJson
from schemas.strict_json import proven

_TYPE: Final = "type"
"""The argument that is an event type: people read what the act is called, not the code; and the key under which that stands."""
_ERROR: Final = "error.told"
"""The key of an error that the catalogue has no sentence for: its code stands in a table of its own."""
Arg = int | str | tuple["int | str", ...]
"""An argument: a number, a text (a code or a name), a saying, or several of these."""


Phrased = int | str | MessageJson | Sequence["int | str | MessageJson"]
"""The same in JSON form."""


def _load() -> dict[str, dict[str, str]]:
    rows: dict[str, dict[str, str]] = {}
    for path in sorted(files("custody").joinpath("data/sentences").iterdir(), key=lambda path: path.name):
        rows |= json.loads(path.read_text(encoding="utf-8"))
    return rows | {_TYPE: _names_of_types(rows)}


def _names_of_types(rows: dict[str, dict[str, str]]) -> dict[str, str]:
    """One choice for each language out of the rows ``type.NAME``, which stand beside the sentences of their types."""
    named = {key: rows.pop(key) for key in sorted(rows) if key.startswith(f"{_TYPE}.")}
    return {
        language: "{type, select, "
        + " ".join(f"{key.removeprefix(f'{_TYPE}.')} {{{row[language]}}}" for key, row in named.items())
        + " other {{type}}}"
        for language in LANGUAGES
    }


CATALOGUE: Final[Mapping[str, Mapping[str, str]]] = MappingProxyType(_load())
"""Key -> language -> pattern, in the form of ``messages``."""


class Message(str):
    """A text with the key and the arguments from which it was made; two are equal if they read the same in English."""

    __slots__ = ("_args", "_doc", "_key")
    _args: Mapping[str, Arg]
    _key: str
    _doc: MessageJson | None

    def __new__(cls, key: str, args: Mapping[str, Arg]) -> Message:
        """The English text of ``key``."""
        said = super().__new__(cls, _text(key, args=args, language="en"))
        said._args, said._key, said._doc = MappingProxyType(dict(args)), key, None
        return said

    @property
    def key(self) -> str:
        """Its key in the catalogue."""
        return self._key

    @property
    def args(self) -> Mapping[str, Arg]:
        """Its arguments by name."""
        return self._args

    def __reduce__(self) -> tuple[type[Message], tuple[str, dict[str, Arg]]]:
        return Message, (self._key, dict(self._args))

    def doc(self) -> MessageJson:
        """Key and arguments as JSON (``says``): what is said itself within them is an object of the same form.

        The same object each time, which nobody changes: of a finding it is told again and again.
        """
        if self._doc is None:
            args = {name: _doc(value) for name, value in sorted(self._args.items())}
            self._doc = cast("MessageJson", proven({"key": self._key, "args": args}))
        return self._doc


def message(key: str, /, **args: Arg) -> Message:
    """What the catalogue says under a key with these arguments."""
    return Message(key, args)


def phrase(key: str, /, **args: Phrased) -> MessageJson:
    """The JSON form of what the catalogue says under a key, not said yet: it costs nothing until somebody reads it."""
    return {"key": key, "args": args}


def said(doc: MessageJson) -> Message:
    """The saying whose JSON form this is."""
    return Message(doc["key"], {name: _value(value) for name, value in doc["args"].items()})


def tell(says: MessageJson, *, language: Language) -> str:
    """What a saying's JSON form says in one of the languages."""
    args = {name: _told(value, language=language) for name, value in says["args"].items()}
    return _text(says["key"], args=args, language=language)


def render(text: str, *, language: Language) -> str:
    """A saying in one of the languages; a text that is none as it is."""
    if not isinstance(text, Message) or (language == "en" and not names_parties(language)):
        return str(text)
    return _text(text.key, args=text.args, language=language)


def error_told(error: CustodyError) -> Message:
    """An error as a saying: in English its own sentence, else that of the catalogue, or its code's."""
    if isinstance(error.sentence, Message):
        return error.sentence
    return message("error.told", code=error.code, sentence=error.sentence)


def told_of_code(code: str, *, sentence: str, language: Language) -> str:
    """What an error or an alarm says of which only code and sentence are at hand: sent by another program, or kept."""
    return sentence if language == "en" else error_in(code, sentence=sentence, language=language)


def _text(key: str, *, args: Mapping[str, Arg], language: Language) -> str:
    if key not in CATALOGUE:
        return f"{key} ({', '.join(f'{name}: {value}' for name, value in sorted(args.items()))})"
    key, args = called(key, args, language=language)
    if key == _ERROR and language != "en":
        return error_in(str(args.get("code")), sentence=str(args.get("sentence")), language=language)
    filled = {name: _filled(value, language=language) for name, value in args.items()}
    if isinstance(args.get(_TYPE), str) and key != _TYPE:
        filled[_TYPE] = _text(_TYPE, args={_TYPE: args[_TYPE]}, language=language)
    return fill(_message(key, language), args=filled, language=language)


@lru_cache(maxsize=4_096)
def _message(key: str, language: Language) -> Pattern:
    return parse_pattern(CATALOGUE[key][language])


def _filled(value: Arg, *, language: Language) -> Value:
    if isinstance(value, tuple):
        return tuple(render(item, language=language) if isinstance(item, str) else item for item in value)
    return render(value, language=language) if isinstance(value, str) else value


def _doc(value: Arg) -> object:
    if isinstance(value, tuple):
        return [_doc(item) for item in value]
    return value.doc() if isinstance(value, Message) else value


def _told(value: object, *, language: Language) -> Arg:
    if isinstance(value, list):
        return tuple(cast("int | str", _told(item, language=language)) for item in value)
    return tell(cast(MessageJson, value), language=language) if isinstance(value, Mapping) else cast("Arg", value)


def _value(doc: object) -> Arg:
    if isinstance(doc, list):
        return tuple(cast("int | str", _value(item)) for item in doc)
    return said(cast(MessageJson, doc)) if isinstance(doc, Mapping) else cast("Arg", doc)
