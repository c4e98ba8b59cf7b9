"""The app's core says what the command line says: the published vectors, and both ways for what either writes."""

from __future__ import annotations

import json
import re
from hashlib import sha256
from random import Random
from typing import Any

import pytest

from custody.core.authority.enrolment_codes import box_of, read_code, seal, tag_of
from custody.core.entries.commitments import commitment
from custody.courier.words import comparison_words, word_list
from custody.paper.compact import write_compact
from custody.paper.one_code import single_code
from custody.paper.packing import PackedAct, pack
from custody.paper.transport import Carried, Gathering, printed, set_of
from schemas.envelope import event_id
from schemas.errors import Refused
from schemas.strict_json import JsonValue, canonical
from tests.app.asking import ask, vectors
from tests.paper import compact_vectors
from tests.verifier.asking import ROOT


def test_the_vectors_of_one_code_are_read_or_refused_alike() -> None:
    found = vectors("compact")
    asked = [{name: one[name] for name in ("code", "content", "context") if name in one} for one in found.values()]
    said = [
        {name: one[name] for name in ("entry", "met", "invitation", "refused") if name in one} for one in found.values()
    ]
    assert dict(zip(found, ask("read", asked), strict=True)) == dict(zip(found, said, strict=True))


def test_the_vectors_of_sets_are_read_or_refused_alike() -> None:
    found = vectors("transport")
    said = [one.get("content", {"refused": one.get("refused")}) for one in found.values()]
    answers = ask("gather", [one["codes"] for one in found.values()])
    assert dict(zip(found, answers, strict=True)) == dict(zip(found, said, strict=True))
    (data,) = found["acts-packed"]["content"].values()
    assert ask("unpack", [data]) == [found["acts-packed"]["acts"]]


def test_what_the_app_writes_is_what_the_command_line_writes() -> None:
    offer = compact_vectors.signed(compact_vectors.offered(), by=compact_vectors.GIVER)
    payload = canonical(compact_vectors.offered())
    answer = compact_vectors.signed(compact_vectors.answered(event_id(payload)), by=compact_vectors.TAKER)
    asked = [
        {"entry": offer.decode(), "offer": None, "met": 300},
        {"entry": answer.decode(), "offer": payload.decode(), "met": 0},
    ]
    made = [write_compact(offer, met=300), write_compact(answer, offer=payload)]
    assert ask("compact", asked) == [single_code(one, kind="C") for one in made]
    shown = compact_vectors.SHOWN
    told = {"invitation": shown.invitation.model_dump(mode="json"), "device": shown.device}
    met = [{"device": device.hex(), "number": number} for device, number in shown.met]
    assert ask("invite", [{**told, "met": met}]) == [vectors("compact")["invitation"]["code"]]
    for act in (offer, answer):
        assert ask("unpack", [pack([PackedAct(act)]).hex()]) == [[act.decode()]]


def test_frames_of_either_are_read_by_the_other() -> None:
    data = b"".join(sha256(bytes([number])).digest() for number in range(9))
    (codes,) = ask("frames", [{"data": data.hex(), "indices": [0, 3, 7]}])
    gathering = Gathering()
    (name,) = {gathering.add(code) for code in codes[2:]}
    assert gathering.content(name) == Carried("B", data)
    frames = set_of(Carried("B", data), chars_max=90)
    assert ask("gather", [printed(frames)]) == [{frames.set_id.hex(): data.hex()}]


def test_words_commitments_and_json_are_the_same() -> None:
    pairs = [{"offer": sha256(bytes([n])).hexdigest(), "answer": sha256(bytes([n, n])).hexdigest()} for n in range(20)]
    said = [[word_list()[number] for number in numbers] for numbers in ask("words", pairs)]
    assert said == [list(comparison_words(**pair)) for pair in pairs]
    hidden = {"field": "flight", "salt": "5a" * 32, "content": "Қазақ 100 é"}
    assert ask("commitment", [hidden]) == [commitment(**hidden)]
    values: list[Any] = [{"b": [1, None, True], "a": "\u2028é\n\x7f"}, [], "", -(2**53) + 1, {"z": {"a": {}}}]
    assert ask("canonical", values) == [canonical(value).decode() for value in values]


def test_one_time_codes_name_the_same_box_bind_the_same_keys_and_seal_the_same_bytes() -> None:
    named = {"election": "ab" * 32, "person": "cd" * 32, "device": "ef" * 32}
    typed = [
        "abcd efgh 1jk0 mn23",
        "ABCD-EFGH-IJKO-MN23",
        "\u0410BCD EFGH IJKO MN23",
        "ABCD EFGH",
        "ABCD EFGH IJK9 MN23",
        "",
    ]
    found: list[Any] = []
    for text in typed:
        try:
            code = read_code(text)
        except Refused as error:
            found.append({"refused": error.code})
            continue
        found.append({"code": code, "box": box_of(code), "tag": tag_of(code, **named)})
    assert ask("code", [{"typed": text, **named} for text in typed]) == found
    code, nonce = "ABCDEFGHIJKOMN23", bytes(range(12))
    said: dict[str, JsonValue] = {"a": [1, "\u0416"], "b": None}
    sealed = seal(said, code=code, content="request", nonce=nonce)
    assert ask("seal", [{"said": said, "code": code, "nonce": nonce.hex()}]) == [sealed.hex()]
    card = seal(said, code=code, content="card", nonce=nonce)
    edited = card[:-1] + bytes([card[-1] ^ 1])
    asked = [{"sealed": one.hex(), "code": code} for one in (card, edited, sealed, b"", card[:9])]
    assert ask("unseal", asked) == [said, *[{"refused": "one-time-sealed"}] * 4]


@pytest.mark.parametrize("name", ["offer", "answer", "refusal", "invitation"])
def test_no_edited_code_crashes_the_app_or_is_taken_for_another_act(name: str) -> None:
    vector, chance = vectors("compact")[name], Random(name)
    edited = [_edited(vector["code"], chance=chance) for _ in range(125)]
    answers = ask(
        "read", [{"code": code, "context": vector.get("context", compact_vectors.context())} for code in edited]
    )
    for code, answer in zip(edited, answers, strict=True):
        if code == vector["code"]:
            continue
        genuine = {"entry": vector.get("entry")}
        assert "refused" in answer or {"entry": answer.get("entry")} == genuine, code
        assert not str(answer.get("refused")).startswith("crash"), answer


def test_no_edited_frame_or_packed_act_crashes_the_app() -> None:
    found, chance = vectors("transport"), Random("sets")
    codes = found["in-any-order-and-twice"]["codes"]
    (packed,) = found["acts-packed"]["content"].values()
    sets = [[_edited(code, chance=chance) if chance.random() < 0.5 else code for code in codes] for _ in range(250)]
    acts = [
        "".join(chance.choice("0123456789abcdef") if chance.random() < 0.01 else one for one in packed)
        for _ in range(250)
    ]
    answers = ask("gather", sets) + ask("unpack", acts)
    assert [one for one in answers if "refused" in one and str(one["refused"]).startswith("crash")] == []


def test_whatever_the_app_refuses_it_says_in_words() -> None:
    said = set(json.loads((ROOT / "app" / "src" / "sentences.json").read_text(encoding="utf-8")))
    families = re.findall(
        r"(\w+): (?:DAMAGED|PROOF|\"error\.)", (ROOT / "app" / "src" / "ui" / "words.ts").read_text(encoding="utf-8")
    )
    sources = [*(ROOT / "app" / "src").rglob("*.ts"), *(ROOT / "verifier").rglob("*.mjs")]
    shared = set(re.findall(r"[\w./]+\.mjs", (ROOT / "app" / "src" / "core" / "shared.ts").read_text(encoding="utf-8")))
    read = [path for path in sources if path.suffix == ".ts" or any(name.endswith(path.name) for name in shared)]
    codes = {
        code for path in read for code in re.findall(r"Refused\(\s*\"([\w-]+)\"", path.read_text(encoding="utf-8"))
    }
    assert len(codes) > 50
    assert sorted(code for code in codes if f"error.{code}" not in said and code.split("-")[0] not in families) == []


def _edited(code: str, *, chance: Random) -> str:
    letters = list(code)
    for _ in range(chance.choice((1, 2, 6))):
        letters[chance.randrange(4, len(letters))] = chance.choice("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:")
    return "".join(letters)[: chance.choice((len(letters), len(letters), chance.randrange(5, len(letters))))]
