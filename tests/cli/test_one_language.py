"""Every command, done and refused, in Russian and in Kazakh: no Latin word is left but those of a reviewed list."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

from custody.cli.exits import run
from custody.cli.program import make_app
from schemas.codes import BASE_CODES
from tests.cli.conftest import PACKING, Commands, Ended

COURSE: Final = """
show ANK | show ANK-P01-N | show ACCOUNTS | show CEC-000105-6 | show NOBODY | show AYT-P77 | show ANK-C01-G
show ANK-P01-N --at 999999 | show ANK --at yesterday | board | board --at 5 | findings | findings --status nothing
findings --station ANK | status | rules | rules --at 999999 | codes | people | identifier ANK pouch 1 | identifier ANK boat 1
holding --device mfa-device | holding --device nobody | outbox --device cec-device | sync --device cec-device
invite --device mfa-device --as mfa-1 --out invitation | invite --device mfa-device --as nobody --out x
offer --device cec-device --as cec-1 --to invitation --unit ANK-P01 --out offer
offer --device cec-device --as cec-1 --to 0.event --unit ANK-P01 --out x
offer --device cec-device --as cec-1 --to invitation --unit ANK-P09 --out x
read --device mfa-device offer | read --device mfa-device 0.event
refuse --device mfa-device --as mfa-1 --code package-missing offer --out x --packages 0
refuse --device mfa-device --as mfa-1 --code no-such-code offer --out y --packages 0
answer --device mfa-device --as mfa-1 --intact --packages 1 offer --out y
answer --device mfa-device --as mfa-1 offer --out y | answer --device mfa-device --as mfa-1 --intact offer --out answer
read --device cec-device x | seals --device cec-device --as cec-1 --unit ANK-P01-N --intact
seals --device cec-device --as cec-1 --unit ANK-P01-N --seal ANK-P01:CEC-000105:crushed
count --device cec-device --as cec-1 --as cec-2 --unit ANK-P01-N=50 --hold
count --device cec-device --as cec-1 --as cec-2 --unit ANK-P01-N=50 --hold --intact
count --device cec-device --as cec-1 --unit ANK-P01-N=many | disclose --device cec-device --as cec-1
sync --device mfa-device | outbox --device mfa-device | act 0.event --as cec-1 --out z | cosign 0.event --as cec-1
cosign nothing.event --as cec-1 | append nothing.event | append 0.event | append words.txt | act words.txt --as cec-1 --out z
act unknown.json --as cec-1 --out z | act wrong.json --as cec-1 --out z | act packed.json --as cec-1 --as cec-2 --out z.event
enrol --device new --badge ank-new --role member --office ANK --out request.json --pin-file pin
enrol --device other --badge ank-other --role king --office ANK --out r.json --pin-file pin
enrol --device third --badge A --role member --office ANK --out r.json --pin-file pin
enrol-code issue --badge ank-two --role member --office ANK --name Name --as registrar-1 | enrol-code list
enrol-code check --out . | card --badge ank-new --role member --office ANK --out card.txt
evidence export nothing --device cec-device | evidence verify words.txt | prove-fork | prove-fork --out proof
checkpointer --once | export --to archive | export --to no/such/place | audit archive | audit nothing
print account ANK --blank --to blank.pdf | print account ANK --to full.pdf | print handover ANK-P01-N --to a.pdf
print handover ANK-P77 --to a.pdf | print label --blank --to l.pdf | transcribe nothing --device cec-device --as cec-1
paper read words.txt --out act.event | rebuild | refeed --device cec-device --gateway http://127.0.0.1:1
report --at 5 --to figures | report --at 99999 --to other | sample --stations 1 --seed 123456 | sample --stations 1 --seed x
token issue --label desk | token list | token revoke nothing | monitor --once | diff archive archive
tamper archive | web --port 0 --postgres x | watch nothing --root 1 --verify | fsck --tiles nothing
election new own --slug own --name N --language en --domain d.example --day 2027-05-16 --timezone Europe/Berlin --country DE
election new own --slug own --name N --language en --domain d.example --day 2027-05-16 --timezone Europe/Berlin --country DE
election check own | election import-plan own words.csv | election check nothing | election follows nothing --earlier no --root 1
election key own --table table --own keys --as cec-1 --pin-file pin | election open own --table table
election sign own --table table --own keys --as cec-1 --pin-file pin | election key own --table table --own k --as nobody
doctor | demo --scenario none-such | sim --stations 0 | topics check | restore --tiles x
"""
"""One command after another; each may be refused."""
BARE: Final = frozenset(
    ("audit", "diff", "tamper", "watch", "fsck", "election", "doctor", "demo", "sim", "topics", "restore")
) | {"paper", "identifier", "evidence", "init"}
"""Commands that take no --dir, or another one."""
KNOWN: Final = re.compile(
    r"SHA|UTC|PIN|JSON|PDF|SVG|HTML|CSV|Kafka|PostgreSQL|Python|UTF|GiB|CEC|MFA|PRN|TR|ML-DSA|Ctrl-C|DIR"
)
"""The program's name, options, settings, standards and trade names."""
COMMAND: Final = re.compile(r"custody( [a-z-]+)+( --[a-z-]+( [A-Z]+)?)*|--[a-z-]+|CUSTODY_\w+|https?://\S+")
NAMED: Final = re.compile(
    r"\b[a-z-]+-(reserve|device|chair|secretary|member|issuer|officer|head|representative)\b|(courier|phone)-[a-z]{3}\b|"
    r"REGISTRAR|python|(kafka-python|eventsourcing|cryptography|psycopg|pydantic|fastapi) [0-9.]+|"
    r"'[^']*'|\[[^]]*\]|(есть|Есть|бары?|Бары): [\w, -]+"
)
"""What is typed next, names of people and devices, and words to choose from."""
WORD: Final = re.compile(r"(?<![\w./~:@=+-])[A-Za-z][A-Za-z'-]*[A-Za-z](?![\w./=@:+-])")


@pytest.fixture
def filled(packed: Commands) -> Commands:
    """The packed pouch, and beside it files of all kinds."""
    Path("words.txt").write_text("words of nobody\n")
    Path("words.csv").write_text("words,of\nnobody,here\n")
    Path("pin").write_text("424242\n")
    Path("unknown.json").write_text(json.dumps({"type": "UnitPackd"}))
    Path("wrong.json").write_text(json.dumps({**PACKING, "papers": "many", "colour": 1}))
    Path("packed.json").write_text(json.dumps({**PACKING, "unit": "ANK-K02-L"}))
    return packed


def done(commands: Commands, words: list[str]) -> Ended:
    if words[0] not in BARE:
        return commands(*words)
    commands.capsys.readouterr()
    code = run(make_app(words), arguments=words)
    told = commands.capsys.readouterr()
    return Ended(code, told.out, told.err)


def course() -> Iterator[list[str]]:
    for line in COURSE.strip().splitlines():
        yield from (one.split() for one in line.split(" | "))


def foreign(text: str, *, typed: list[str], here: set[str]) -> list[str]:
    """The Latin words of an output that nobody typed and no list has."""
    given = {part for word in typed for part in re.findall(r"[A-Za-z'-]+", word)} | here
    left = NAMED.sub("", COMMAND.sub("", text))
    return [word for word in WORD.findall(left) if word not in given and KNOWN.fullmatch(word) is None]


@pytest.mark.parametrize("language", ["ru", "kk"])
def test_no_command_mixes_languages(filled: Commands, *, language: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CUSTODY_LANG", language)
    names = {
        "Ankara",
        "Antalya",
        "Name",
        "MISSING",
        "ANK",
        "AYT",
        "play",
        "desk",
        "AAA",
        "BBB",
        "CCC",
    } | BASE_CODES.keys()
    found = []
    for words in course():
        ended = done(filled, words)
        for line in (ended.out + ended.err).splitlines():
            left = foreign(line, typed=words, here=names)
            if left:
                found.append(f"{' '.join(words[:5])} [{ended.code}]: {left} in {line[:160]}")
    assert found == []
