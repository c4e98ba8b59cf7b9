"""Names of a station on paper: its official number, its city by language, its code. The one place where forms take it from.

Not here: which names there are (the act that formed the station).
"""

from __future__ import annotations

from custody.core.wording.messages import Message, message
from custody.paper.source import Source


def commission_line(source: Source, code: str) -> Message:
    """The commission of a station with its official number, or the place for it."""
    number, city = _called(source, code)
    if not number:
        return message("form.station.line", city=city)
    return message("form.station.line-numbered", number=number, city=city)


def station_line(source: Source, code: str) -> Message:
    """The station itself, where a form is not its commission's."""
    number, city = _called(source, code)
    if not number:
        return message("form.station.named", city=city)
    return message("form.station.numbered", number=number, city=city)


def station_short(source: Source, code: str) -> Message:
    """The same in a cell of a table."""
    number, city = _called(source, code)
    if not number:
        return message("form.station.short", city=city)
    return message("form.station.short-numbered", number=number, city=city)


def lines_of_units(source: Source, units: tuple[str, ...]) -> tuple[Message, ...]:
    """The stations that units belong to, each once; at most four, for one handover may cover a whole tour."""
    heads = (source.state.paths.first(unit) for unit in units)
    codes = dict.fromkeys(head.station for head in heads if head is not None and head.station)
    return tuple(station_line(source, code) for code in list(codes)[:4])


def city_of(source: Source, code: str) -> str:
    """The city of a station by language where the election names it so, else as the act that formed it says; its code unknown."""
    opened, names = source.station(code), source.names.get(code)
    city = code if opened is None else opened.city
    if not names:
        return city
    en, ru, kk = (names.get(language, city) for language in ("en", "ru", "kk"))
    return message("form.city-named", en=en, ru=ru, kk=kk)


def _called(source: Source, code: str) -> tuple[str, str]:
    opened = source.station(code)
    if opened is None:
        return "", code
    return opened.number, message("form.city-and-code", city=city_of(source, code), code=code)
