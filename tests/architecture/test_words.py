"""One word for one thing: every word of a module's or public class's name is explained somewhere, and no class name stands twice.

A word is an official's (docs/domain.md, the tables of states, the codes of findings), one of our own (the glossary of
docs/architecture.md), or ordinary: below.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Final

from custody.core.state.lifecycles import LIFECYCLES
from custody.core.state.transitions import TABLE
from custody.core.wording.finding_codes import SEVERITY

ROOT = Path(__file__).parents[2]
SOURCES = ("custody", "projections", "consumers", "schemas")
WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")
ENDINGS = ("s", "es", "d", "ed", "ing", "er", "al", "ation")


def plain_words(text: str) -> frozenset[str]:
    """All words of a text, in small letters."""
    return frozenset(re.findall(r"[a-z]+", text.lower()))


TECHNOLOGY: Final = plain_words(
    "api app broker cli client cloudevents cluster connection csv dict http json kafka merkle node postgres proxies server "
    "postquantum sqlite tiles timezones tlog web tilefolder cosignatures envelope keyring keystore bundler"
)
"""Names of things that others made or standardised."""
PROGRAMMING: Final = plain_words(
    "access adapters address aggregate argument backoff bodies builder busy bytes cache content coverage dev directory "
    "durable embedded environment fields "
    "error exhausted exits export folder format guard health identifiers index init journal label lazy listening "
    "library limits lock loop main "
    "memory message metrics misused model native paging parameters pinned pool ports problem processes progress "
    "projections query queue rate readiness reader recorder ref reply responder response result retry row runner runtime "
    "secret session setting starting status stopping stream strict submission term text unavailable users "
    "wanted watch wiring workers base core docs run schemas bearer bucket consumers detail doctor fault "
    "invariant serving live put drop search usage column range routes routing operation "
)
"""What any programmer calls so."""
ENGLISH: Final = plain_words(
    "told written disagreement "
    "absent admitted ahead alarm appeared asked audit awaited branch cosign done given held lifted move need "
    "subject bad behaviour capacity choice collected computed conflicts contradicted "
    "corrections create decide delay derived destruction disclose disposal eight enrolment home equation established "
    "evidence examined "
    "forwarded giving install instant interested last network observed paperwork patient plan player population preparation "
    "publication raised rebuilt reference related repacking reporter required restarts rotated settlement signatory sim "
    "sits small statement "
    "succeeded supply take tracked transferred transit uncertain usual violation withdrawals world parts numbers gap recent shut "
    "seldom direction question quoted added played program said"
)
"""What everybody calls so."""


NO_SUBJECT: Final = re.compile(r'r?"""(What|Whether|Who|How|Which|When|That|From|Where|Between|By)\b')


def sources() -> Iterator[Path]:
    """Every module."""
    for source in SOURCES:
        yield from sorted((ROOT / source).rglob("*.py"))


@cache
def classes(path: Path) -> tuple[str, ...]:
    """Names of the public classes of a module; they stand at the left margin or in another class."""
    return tuple(re.findall(r"^ *class ([A-Z]\w*)", path.read_text(encoding="utf-8"), re.MULTILINE))


def words() -> dict[str, str]:
    """Every word of a name, in small letters, and one name in which it stands."""
    found: dict[str, str] = {}
    for path in sources():
        parts = path.relative_to(ROOT).with_suffix("").parts
        for name in (*parts, *classes(path)):
            found.update((word.lower(), name) for word in WORD.findall(name))
    return found


def forms(word: str) -> set[str]:
    """A word and what it may be a form of."""
    stems = {word, *(word.removesuffix(ending) for ending in ENDINGS)}
    return {
        form for stem in stems for form in (stem, f"{stem}e", f"{stem}y", f"{stem.removesuffix('i')}y", stem[:-1] + "y")
    } | {f"{word}{ending}" for ending in ENDINGS}


def glossary() -> dict[str, str]:
    """Each word or phrase of the glossary and its meaning."""
    page = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    section = page.partition("## Glossary")[2].partition("\n## ")[0]
    rows: list[tuple[str, str]] = re.findall(r"^\| ([^|]+) \| ([^|]+) \|$", section, re.MULTILINE)
    return {head: meaning for head, meaning in rows if head != "word"}


def officials() -> frozenset[str]:
    """Words of the domain, of the states that units and all else can be in, and of what disagrees."""
    pairs = [(before, after) for row in TABLE.values() for states in row.values() for before, after in states.items()]
    lives = [(state, *row.values()) for table in LIFECYCLES.values() for state, row in table.items()]
    words = (state or "" for states in (*pairs, *lives, tuple(SEVERITY)) for state in states)
    return plain_words((ROOT / "docs" / "domain.md").read_text(encoding="utf-8")) | plain_words(" ".join(words))


def test_every_word_of_a_name_is_explained() -> None:
    known = officials() | plain_words(" ".join(glossary())) | TECHNOLOGY | PROGRAMMING | ENGLISH
    unknown = {word: name for word, name in words().items() if not forms(word) & known}
    assert unknown == {}, "say what the word means in the glossary of docs/architecture.md, or take a plainer one"


def test_the_glossary_explains_only_words_that_names_use() -> None:
    used = {form for word in words() for form in forms(word)}
    unused = [head for head in glossary() if not any(forms(word) & used for word in plain_words(head))]
    assert unused == []


def test_an_ordinary_word_is_listed_once() -> None:
    lists = (TECHNOLOGY, PROGRAMMING, ENGLISH)
    assert sum(map(len, lists)) == len(frozenset().union(*lists))


def test_no_public_class_name_stands_twice() -> None:
    places: dict[str, list[str]] = defaultdict(list)
    for path in sources():
        for name in classes(path):
            places[name].append(path.relative_to(ROOT).as_posix())
    assert {name: paths for name, paths in places.items() if len(paths) > 1} == {}


def test_the_head_of_a_module_begins_with_its_subject() -> None:
    heads = {path.relative_to(ROOT).as_posix(): path.read_text(encoding="utf-8") for path in sources()}
    assert len(heads) > 500
    assert [name for name, text in heads.items() if NO_SUBJECT.match(text)] == []
