"""The interface of C2SP tlog-witness over real HTTP: each status code, in the order in which the page asks for the checks."""

from __future__ import annotations

import json
from base64 import b64decode, b64encode
from collections.abc import Iterator
from hashlib import sha256
from itertools import count

import pytest
from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PrivateKey

from custody.core.tlog import postquantum
from custody.core.tlog.cosignatures import cosigned_at, parse_witness_key
from custody.core.tlog.merkle import EMPTY_ROOT
from custody.core.tlog.notes import ED25519, NoteSignature, VerifierKey, check_signature, key_id, parse_note, sign_text
from custody.core.tlog.postquantum import TreeStatement
from custody.witness.keys import WitnessKeys
from custody.witness.submission import format_line
from tests.witness.running import Running, TestLog, home, running

LOGS = [TestLog(f"logs.invalid/{number}") for number in range(60)]
FREE = count()
FOREIGN = TestLog("foreign.invalid/log")
PQ = MLDSA44PrivateKey.from_seed_bytes(bytes(32))
PQ_ORIGIN = "pq.invalid/log"
SUM_ORIGIN = "go.sum database tree"
SUM_KEY = TestLog("sum.invalid")
FEB_2020 = 1_580_000_000


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory) -> WitnessKeys:
    folder = tmp_path_factory.getbasetemp() / "witness"
    made = home(folder, logs=LOGS)
    public = PQ.public_key().public_bytes_raw()
    identity = postquantum.public_key_id(name=PQ_ORIGIN, public=public).hex()
    with (folder / "logs").open("a", encoding="utf-8") as file:
        file.write(f"log {PQ_ORIGIN}+{identity}+{b64encode(bytes((6,)) + public).decode()} https://pq.invalid\n")
        file.write(SUM_KEY.line.replace("log ", "origin ").replace("\n", f" {SUM_ORIGIN}\n"))
    return made


@pytest.fixture(scope="module")
def witness(keys: WitnessKeys, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with running(tmp_path_factory.getbasetemp() / "witness") as process:
        yield process


@pytest.fixture
def log() -> TestLog:
    """A log that the witness knows and has not seen."""
    return TestLog(LOGS[next(FREE)].origin)


def lines_of(body: bytes) -> list[NoteSignature]:
    assert body.endswith(b"\n")
    return list(parse_note(b"text\n\n" + body).signatures)


def check_cosigned(body: bytes, *, log: TestLog, size: int, keys: WitnessKeys) -> int:
    """Both cosignatures hold over this tree, and are of one time, which is returned."""
    text = log.text(size)
    note = parse_note(f"{text}\n".encode() + body)
    (at,) = set(cosigned_at(note, keys=[parse_witness_key(keys.vkeys[0])]).values())
    public = keys.ml_dsa_44.public_key().public_bytes_raw()
    identity = postquantum.public_key_id(name=keys.name, public=public)
    (line,) = [line for line in note.signatures if line.key_id == identity]
    statement = TreeStatement(log.origin, size, log.tree.root(size))
    assert postquantum.verify(line.signature, statement=statement, name=keys.name, public=public)
    assert int.from_bytes(line.signature[:8], "big") == at > FEB_2020
    assert len(note.signatures) == 2
    return at


def test_a_log_is_cosigned_as_it_grows(witness: Running, keys: WitnessKeys, log: TestLog) -> None:
    times = []
    for old, new in ((0, 0), (0, 1), (1, 2), (2, 2), (2, 7), (7, 256), (256, 1000)):
        reply = witness.add(log.submission(old, new=new))
        assert (reply.status, reply.body[:3]) == (200, b"\xe2\x80\x94")
        times.append(check_cosigned(reply.body, log=log, size=new, keys=keys))
    assert times == sorted(times)


def test_the_first_checkpoint_may_have_any_size(witness: Running, keys: WitnessKeys, log: TestLog) -> None:
    reply = witness.add(log.submission(0, new=100))
    assert check_cosigned(reply.body, log=log, size=100, keys=keys)


@pytest.mark.parametrize("size", [2**53, 2**63 - 1])
def test_the_largest_sizes_are_cosigned(witness: Running, log: TestLog, size: int) -> None:
    text = f"{log.origin}\n{size}\n{b64encode(bytes(32)).decode()}\n"
    assert witness.add(f"old 0\n\n{log.note(text)}".encode()).status == 200
    assert witness.add(f"old {size}\n\n{log.note(text)}".encode()).status == 200


def test_an_origin_that_is_not_known_is_404(witness: Running) -> None:
    assert witness.add(FOREIGN.submission(0, new=3)).status == 404


def test_an_unknown_log_is_told_before_a_wrong_old_size(witness: Running) -> None:
    assert witness.add(f"old 9\n\n{FOREIGN.note(FOREIGN.text(3))}".encode()).status == 404


def test_a_signature_of_another_key_is_403(witness: Running, log: TestLog) -> None:
    note = FOREIGN.note(log.text(3))
    assert witness.add(f"old 0\n\n{note}".encode()).status == 403


def test_a_false_signature_under_the_log_s_name_and_id_is_403(witness: Running, log: TestLog) -> None:
    false = log.note(log.text(4)).partition("\n\n")[2]
    assert witness.add(f"old 0\n\n{log.text(3)}\n{false}".encode()).status == 403


def test_one_false_signature_beside_a_right_one_is_403(witness: Running, log: TestLog) -> None:
    false = log.note(log.text(4)).partition("\n\n")[2]
    assert witness.add(f"old 0\n\n{log.note(log.text(3))}{false}".encode()).status == 403


def test_a_short_signature_under_the_log_s_name_and_id_is_403(witness: Running, log: TestLog) -> None:
    line = format_line(NoteSignature(log.origin, log.key.key_id, b"short"))
    assert witness.add(f"old 0\n\n{log.text(3)}\n{line}".encode()).status == 403


def test_a_checkpoint_without_any_signature_is_403(witness: Running, log: TestLog) -> None:
    assert witness.add(f"old 0\n\n{log.text(3)}\n".encode()).status == 403


def test_signatures_of_others_are_passed_over_and_so_is_the_name_or_the_id_alone(
    witness: Running, keys: WitnessKeys, log: TestLog
) -> None:
    name_only = format_line(NoteSignature(log.origin, b"\0\0\0\1", bytes(64)))
    id_only = format_line(NoteSignature("другой.invalid/ключ", log.key.key_id, bytes(2420)))
    reply = witness.add(
        f"old 0\n\n{log.text(3)}\n{name_only}{log.note(log.text(3)).partition(chr(10) * 2)[2]}{id_only}".encode()
    )
    assert check_cosigned(reply.body, log=log, size=3, keys=keys)


def test_the_same_line_twice_is_one_signature(witness: Running, log: TestLog) -> None:
    note = log.note(log.text(3))
    assert witness.add(f"old 0\n\n{note}{note.partition(chr(10) * 2)[2]}".encode()).status == 200


def test_an_old_size_above_the_new_one_is_400_and_told_before_the_conflict(witness: Running, log: TestLog) -> None:
    assert witness.add(f"old 9\n\n{log.note(log.text(3))}".encode()).status == 400


@pytest.mark.parametrize("held", [0, 5])
def test_another_old_size_is_409_with_the_one_that_was_cosigned_last(witness: Running, log: TestLog, held: int) -> None:
    if held:
        witness.add(log.submission(0, new=held))
    for old in (1, 3, 7):
        reply = witness.add(log.submission(old, new=8))
        assert (reply.status, reply.type, reply.body) == (409, "text/x.tlog.size", f"{held}\n".encode())


def test_a_conflict_is_told_before_a_proof_that_does_not_hold(witness: Running, log: TestLog) -> None:
    assert witness.add(f"old 2\n\n{log.note(log.text(3))}".encode()).status == 409


def test_nothing_is_rolled_back(witness: Running, log: TestLog) -> None:
    witness.add(log.submission(0, new=9))
    assert witness.add(log.submission(0, new=3)).body == b"9\n"
    assert witness.add(log.submission(3, new=12)).body == b"9\n"
    assert witness.add(log.submission(9, new=12)).status == 200


def test_a_size_of_zero_with_another_root_than_the_empty_tree_s_is_422(witness: Running, log: TestLog) -> None:
    text = log.text(0).replace(b64encode(EMPTY_ROOT).decode(), b64encode(bytes(32)).decode())
    assert witness.add(f"old 0\n\n{log.note(text)}".encode()).status == 422


def test_a_proof_from_nothing_is_422(witness: Running, log: TestLog) -> None:
    proof = f"{b64encode(bytes(32)).decode()}\n"
    assert witness.add(f"old 0\n{proof}\n{log.note(log.text(3))}".encode()).status == 422


def test_a_fork_is_422_and_not_cosigned(witness: Running, log: TestLog) -> None:
    witness.add(log.submission(0, new=5))
    fork = TestLog(log.origin, entries="other")
    assert witness.add(fork.submission(5, new=5)).status == 422
    assert witness.add(fork.submission(5, new=8)).status == 422
    assert witness.add(log.submission(5, new=8)).status == 200


def test_two_histories_that_the_log_signed_are_kept_and_prove_it_to_anybody(witness: Running, log: TestLog) -> None:
    path = f"/{sha256(log.origin.encode()).hexdigest()}/contradictions"
    for old, new in ((0, 5), (5, 8)):
        witness.add(log.submission(old, new=new))
    assert json.loads(witness.ask("GET", path).body) == []
    fork = TestLog(log.origin, entries="other")
    assert witness.add(fork.submission(8, new=8)).status == 422
    for _ in range(2):
        assert witness.add(fork.submission(1, new=5)).status == 409
    assert witness.add(FOREIGN.submission(1, new=5)).status == 404
    found = witness.ask("GET", path)
    rows = json.loads(found.body)
    assert (found.type, [row["size"] for row in rows]) == ("application/json", [5, 8])
    for row in rows:
        notes = [parse_note(row[name].encode()) for name in ("cosigned", "other")]
        for note, right in zip(notes, (log, fork), strict=True):
            check_signature(note=note, key=log.key)
            assert note.text == right.text(row["size"])
            assert len(note.signatures) == 1
    assert "The log signed two different histories; proofs: 2" in witness.ask("GET", "/").body.decode()


def test_a_proof_that_is_missing_short_long_or_altered_is_422(witness: Running, log: TestLog) -> None:
    witness.add(log.submission(0, new=5))
    good, note = log.proof(5, new=9), log.note(log.text(9))
    flipped = "".join(
        f"{b64encode(bytes((b64decode(line)[0] ^ 1, *b64decode(line)[1:]))).decode()}\n" for line in good.splitlines()
    )
    extra = f"{good}{b64encode(bytes(32)).decode()}\n"
    for proof in ("", good.split("\n", 1)[1], extra, flipped):
        assert witness.add(f"old 5\n{proof}\n{note}".encode()).status == 422
    assert witness.add(f"old 5\n{good}\n{note}".encode()).status == 200


def test_a_proof_between_equal_sizes_is_422(witness: Running, log: TestLog) -> None:
    witness.add(log.submission(0, new=5))
    proof = f"{b64encode(bytes(32)).decode()}\n"
    assert witness.add(f"old 5\n{proof}\n{log.note(log.text(5))}".encode()).status == 422


MALFORMED = {
    "nothing": b"",
    "no newline at the end": b"old 0\n\n{note}".replace(b"{note}", b"x"),
    "no old line": b"\n{note}",
    "old without a number": b"old\n\n{note}",
    "old with a plus": b"old +0\n\n{note}",
    "old with a leading zero": b"old 00\n\n{note}",
    "old with two spaces": b"old  0\n\n{note}",
    "old with a space behind": b"old 0 \n\n{note}",
    "old in other digits": "old ٠\n\n{note}".encode(),
    "old negative": b"old -1\n\n{note}",
    "old beyond 2^63": b"old 9223372036854775808\n\n{note}",
    "OLD": b"OLD 0\n\n{note}",
    "carriage returns": b"old 0\r\n\r\n{note}",
    "no empty line": b"old 0\n{note}",
    "two empty lines": b"old 0\n\n\n{note}",
    "a proof that is no base64": b"old 0\n!!!\n\n{note}",
    "a hash of 31 bytes": b"old 0\n" + b64encode(bytes(31)) + b"\n\n{note}",
    "a hash of 33 bytes": b"old 0\n" + b64encode(bytes(33)) + b"\n\n{note}",
    "a hash with stray bits": b"old 0\n" + b"A" * 42 + b"B=\n\n{note}",
    "a hash without padding": b"old 0\n" + b"A" * 43 + b"\n\n{note}",
    "64 hashes": b"old 0\n" + (b64encode(bytes(32)) + b"\n") * 64 + b"\n{note}",
    "no checkpoint": b"old 0\n\n",
    "a checkpoint without the line between": b"old 0\n\n{text}",
    "a byte that is no UTF-8": b"old 0\n\n{note}\xff\n",
    "a NUL": b"old 0\n\n{note}\0\n",
    "two lines of a checkpoint": b"old 0\n\norigin\n3\n\n{lines}",
    "a size with a leading zero": b"old 0\n\n{origin}\n03\n{root}\n\n{lines}",
    "a size in hexadecimal": b"old 0\n\n{origin}\n0x3\n{root}\n\n{lines}",
    "a size beyond 2^63": b"old 0\n\n{origin}\n9223372036854775808\n{root}\n\n{lines}",
    "a root of 31 bytes": b"old 0\n\n{origin}\n3\n" + b64encode(bytes(31)) + b"\n\n{lines}",
    "no origin": b"old 0\n\n\n3\n{root}\n\n{lines}",
    "a signature line with a hyphen": b"old 0\n\n{text}\n- name AAAAAAA=\n",
    "a signature line without a name": "old 0\n\n{text}\n—  AAAAAAA=\n".encode(),
    "a signature line with a plus in the name": "old 0\n\n{text}\n— a+b AAAAAAA=\n".encode(),
    "a signature that is no base64": "old 0\n\n{text}\n— name ????\n".encode(),
    "a signature of four bytes": "old 0\n\n{text}\n— name AAAAAA==\n".encode(),
    "101 signatures": b"old 0\n\n{text}\n" + "— name AAAAAAA=\n".encode() * 101,
}


@pytest.mark.parametrize("name", MALFORMED)
def test_what_is_not_in_its_form_is_400(witness: Running, name: str) -> None:
    log = TestLog(LOGS[59].origin)
    text, note = log.text(3), log.note(log.text(3))
    origin, _, root, _ = text.split("\n")
    parts = {"note": note, "text": text, "origin": origin, "root": root, "lines": note.partition("\n\n")[2]}
    body = MALFORMED[name]
    for part, value in parts.items():
        body = body.replace(b"{" + part.encode() + b"}", value.encode())
    assert witness.add(body).status == 400


def test_a_body_without_end_is_413(witness: Running) -> None:
    assert witness.add(b"old 0\n" + b"A" * 600_000).status == 413


def test_extension_lines_are_cosigned_as_they_are(witness: Running, keys: WitnessKeys, log: TestLog) -> None:
    text = f"{log.text(3)}an extension\n— another\n"
    reply = witness.add(f"old 0\n\n{log.note(text)}".encode())
    note = parse_note(f"{text}\n".encode() + reply.body)
    assert list(cosigned_at(note, keys=[parse_witness_key(keys.vkeys[0])])) == [keys.name]
    assert len(note.signatures) == 1  # the other kind of signature would leave them out


def test_a_log_that_signs_with_ml_dsa_is_cosigned(witness: Running) -> None:
    root = bytes(range(32))
    text = f"{PQ_ORIGIN}\n5\n{b64encode(root).decode()}\n"
    for at in (0, FEB_2020):
        line = postquantum.cosign(TreeStatement(PQ_ORIGIN, 5, root), name=PQ_ORIGIN, at=at, private=PQ)
        old = 5 if at else 0
        assert witness.add(f"old {old}\n\n{text}\n{format_line(line)}".encode()).status == 200
    false = postquantum.cosign(TreeStatement(PQ_ORIGIN, 6, root), name=PQ_ORIGIN, at=0, private=PQ)
    assert witness.add(f"old 5\n\n{text}\n{format_line(false)}".encode()).status == 403


def test_a_log_whose_origin_is_not_its_key_s_name_is_cosigned(witness: Running) -> None:
    text = f"{SUM_ORIGIN}\n1\n{b64encode(bytes(32)).decode()}\n"
    key = VerifierKey(SUM_KEY.origin, SUM_KEY.key.public)
    line = sign_text(text=text, key=key, sign=SUM_KEY.private.sign)
    assert line.key_id == key_id(name=SUM_KEY.origin, material=bytes((ED25519,)) + key.public)
    assert witness.add(f"old 0\n\n{text}\n{format_line(line)}".encode()).status == 200


def test_a_monitor_reads_the_note_that_was_cosigned_last(witness: Running, log: TestLog) -> None:
    path = f"/{sha256(log.origin.encode()).hexdigest()}/checkpoint"
    assert witness.ask("GET", path).status == 404
    for old, new in ((0, 3), (3, 5), (5, 5)):
        cosigned = witness.add(log.submission(old, new=new)).body
        reply = witness.ask("GET", path)
        assert (reply.status, reply.type) == (200, "text/plain; charset=utf-8")
        assert reply.body == log.note(log.text(new)).encode() + cosigned
        assert witness.ask("HEAD", path).body == b""


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/add-checkpoint", 405),
        ("PUT", "/add-checkpoint", 405),
        ("POST", "/", 405),
        ("POST", f"/{'0' * 64}/checkpoint", 405),
        ("GET", f"/{'0' * 64}/checkpoint", 404),
        ("GET", f"/{'0' * 63}/checkpoint", 404),
        ("GET", f"/{sha256(LOGS[0].origin.encode()).hexdigest().upper()}/checkpoint", 404),
        ("POST", "/add-checkpoint/", 404),
        ("POST", "/sign-subtree", 404),
        ("GET", "/../witness.db", 404),
        ("GET", f"/{'0' * 64}/contradictions", 404),
        ("POST", f"/{'0' * 64}/contradictions", 405),
        ("GET", "/healthz", 200),
    ],
)
def test_every_other_method_and_path_is_told_as_such(witness: Running, method: str, path: str, status: int) -> None:
    assert witness.ask(method, path).status == status


def test_the_page_shows_what_was_cosigned_and_when_in_three_languages(
    witness: Running, keys: WitnessKeys, log: TestLog
) -> None:
    cosigned = witness.add(log.submission(0, new=1_234_5)).body
    check_cosigned(cosigned, log=log, size=12_345, keys=keys)
    for asked, title in (("", "Log witness"), ("kk;q=0.9", "Журнал куәгері"), ("ru-RU,ru", "Свидетель журнала")):
        page = witness.ask("GET", "/", asked=asked)
        text = page.body.decode()
        assert (page.status, page.type) == (200, "text/html; charset=utf-8")
        assert title in text
        assert log.tree.root(12_345).hex() in text
        assert all(vkey.replace("+", "&#x2B;") in text or vkey in text for vkey in keys.vkeys)
    assert "Свидетель журнала" in witness.ask("GET", "/?lang=ru").body.decode()
