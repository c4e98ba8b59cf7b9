"""Messages with places to fill in: a strict subset of ICU MessageFormat, parsed once and filled in any of the languages.

    {name}                                    an argument: a number, a text, another message, or several of them: a, b, c
    {name, plural, one {# paper} other {# papers}}   by a number; ``#`` stands for it, and ``=0 {none}`` for one number alone
    {name, select, intact {whole} other {{name}}}    by a word; ``other`` is required in both
    {name, join, {; }}                        several arguments with something else than a comma between them
    {name, capital}                           an argument that begins a sentence
    {name, number} {name, time} {name, day}   a number with its thousands apart, a time or a day as people write it

What is not ICU's: ``join`` and ``capital``; there is no quoting, and a brace is always syntax. Thousands stand apart by a comma
in English, from 10 000 on by a no-break space in Russian and Kazakh; a bare ``{name}`` is written as it is (positions, serial
numbers). No locale data has a say in any of it. Plural categories are those of CLDR for whole numbers; a category
without a form of its own takes ``other``, as in ICU. Not here: what the messages are (messages).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final, Literal

from custody.core.wording.time_words import day_in, time_in

Language = Literal["en", "ru", "kk"]
LANGUAGES: Final[tuple[Language, ...]] = ("en", "ru", "kk")
Value = int | str | tuple["int | str", ...]
"""What fills a place, with everything that is a message itself filled in before."""
Form = Literal["plural", "select"]


@dataclass(frozen=True, slots=True)
class ArgumentPlace:
    """Where an argument stands: as it is, in one of the :data:`MANNERS`, or several with ``between`` between them."""

    name: str
    between: str = ", "
    manner: str = ""


@dataclass(frozen=True, slots=True)
class Choice:
    """One of several messages, by the number or the word that an argument is."""

    name: str
    form: Form
    forms: Mapping[str, Pattern]


Pattern = tuple["str | ArgumentPlace | Choice", ...]
_NUMBER: Final = ArgumentPlace("#", manner="number")
_DEPTH_MAX: Final = 8
_APART_FROM: Final[Mapping[Language, int]] = {"en": 1_000, "ru": 10_000, "kk": 10_000}


def _english(number: int) -> str:
    return "one" if number == 1 else "other"


def _russian(number: int) -> str:
    units, tens = number % 10, number % 100
    if units == 1 and tens != 11:
        return "one"
    return "few" if 2 <= units <= 4 and not 12 <= tens <= 14 else "many"


def _capital(value: Value, _: Language) -> str:
    text = str(value)
    return text[:1].upper() + text[1:]


def _thousands(value: Value, language: Language) -> str:
    if not isinstance(value, int):
        return str(value)
    figure = str(value) if abs(value) < _APART_FROM[language] else f"{value:,}"
    return (figure if language == "en" else figure.replace(",", "\u00a0")).replace("-", MINUS)


MINUS: Final = "\u2212"
"""The sign of a figure below nothing, as people print it."""
MANNERS: Final[Mapping[str, Callable[[Value, Language], str]]] = {
    "capital": _capital,
    "number": _thousands,
    "time": lambda value, language: time_in(str(value), language=language),
    "day": lambda value, language: day_in(str(value), language=language),
}
"""Manner of a place -> how an argument is written there in a language."""

CATEGORY: Final[Mapping[Language, Callable[[int], str]]] = {"en": _english, "ru": _russian, "kk": _english}
"""Language -> the plural category of a whole number that is not negative (CLDR)."""


def parse_pattern(pattern: str) -> Pattern:
    """The message that a pattern writes; ValueError where it is none."""
    reader = _Reader(pattern)
    message = reader.message(depth=0)
    if reader.rest():
        raise ValueError(f"a brace too many in: {pattern}")
    return message


def fill(message: Pattern, *, args: Mapping[str, Value], language: Language) -> str:
    """The message with its places filled; an argument that is missing leaves its name in braces."""
    return "".join(_filled(part, args=args, language=language) for part in message)


def places(message: Pattern) -> Iterator[str]:
    """The names of all arguments of a message, as often as they stand in it."""
    for part in message:
        if isinstance(part, Choice):
            yield part.name
            for form in part.forms.values():
                yield from places(form)
        elif isinstance(part, ArgumentPlace) and part.name != _NUMBER.name:
            yield part.name


def choices(message: Pattern) -> Iterator[Choice]:
    """All choices of a message, the inner ones too."""
    for part in message:
        if isinstance(part, Choice):
            yield part
            for form in part.forms.values():
                yield from choices(form)


def _filled(part: str | ArgumentPlace | Choice, *, args: Mapping[str, Value], language: Language) -> str:
    if isinstance(part, str):
        return part
    value = args.get(part.name, f"{{{part.name}}}")
    if isinstance(part, ArgumentPlace):
        if part.manner and not isinstance(value, tuple):
            return MANNERS[part.manner](value, language)
        return _joined(value, between=part.between)
    form = _form(part, value=value, language=language)
    return fill(form, args={**args, "#": value}, language=language)


def _joined(value: Value, *, between: str) -> str:
    return between.join(map(str, value)) if isinstance(value, tuple) else str(value)


def _form(choice: Choice, *, value: Value, language: Language) -> Pattern:
    if choice.form == "select" or not isinstance(value, int):
        return choice.forms.get(str(value), choice.forms["other"])
    category = CATEGORY[language](abs(value))
    return choice.forms.get(f"={value}", choice.forms.get(category, choice.forms["other"]))


class _Reader:
    """Reads one pattern from left to right."""

    def __init__(self, pattern: str) -> None:
        self._pattern = pattern
        self._at = 0

    def rest(self) -> str:
        """What was not read."""
        return self._pattern[self._at :]

    def message(self, *, depth: int) -> Pattern:
        """Parts up to the brace that closes them; within a plural form ``#`` is the number."""
        if depth > _DEPTH_MAX:
            raise ValueError(f"too deep: {self._pattern}")
        parts: list[str | ArgumentPlace | Choice] = []
        while rest := self.rest():
            if rest[0] == "}":
                break
            if rest[0] == "{":
                parts.append(self._part(depth=depth))
            elif rest[0] == "#" and depth:
                self._at += 1
                parts.append(_NUMBER)
            else:
                parts.append(self._upto("{}#" if depth else "{}"))
        return tuple(parts)

    def _part(self, *, depth: int) -> ArgumentPlace | Choice:
        self._take("{")
        name = self._upto(",}").strip()
        if not name.isidentifier():
            raise ValueError(f"{name!r} is no name of an argument: {self._pattern}")
        kind = self._upto(",}").strip() if self._may_take(",") else ""
        if not kind or kind in MANNERS:
            self._take("}")
            return ArgumentPlace(name, manner=kind)
        self._take(",")
        if kind == "join":
            between = self._braced(depth=depth)
            self._take("}")
            return ArgumentPlace(name, between="".join(part for part in between if isinstance(part, str)))
        return self._choice(name, kind=kind, depth=depth)

    def _choice(self, name: str, *, kind: str, depth: int) -> Choice:
        if kind not in ("plural", "select"):
            raise ValueError(f"{kind!r} is no kind of place: {self._pattern}")
        forms: dict[str, Pattern] = {}
        while not self._may_take("}"):
            word = self._upto("{}").strip()
            if not word or word in forms:
                raise ValueError(f"a form without a name of its own, {word!r}: {self._pattern}")
            forms[word] = self._braced(depth=depth)
        if "other" not in forms:
            raise ValueError(f"{name} has no form 'other': {self._pattern}")
        return Choice(name, "plural" if kind == "plural" else "select", forms)

    def _braced(self, *, depth: int) -> Pattern:
        self._take("{")
        message = self.message(depth=depth + 1)
        self._take("}")
        return message

    def _upto(self, ends: str) -> str:
        start = self._at
        while self._at < len(self._pattern) and self._pattern[self._at] not in ends:
            self._at += 1
        return self._pattern[start : self._at]

    def _may_take(self, character: str) -> bool:
        """Go past a character, and the space before it, if it is next."""
        rest = self.rest().lstrip(" ")
        if rest[:1] != character:
            return False
        self._at = len(self._pattern) - len(rest) + 1
        return True

    def _take(self, character: str) -> None:
        if not self._may_take(character):
            raise ValueError(f"{character} is missing: {self._pattern}")
