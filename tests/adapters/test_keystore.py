"""The keystore: several persons on one device, each under a PIN of their own."""

from __future__ import annotations

import json
import stat
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from custody.adapters.keystore import Keystore, NewKey
from custody.adapters.keystore_file import COST, KEYS_MAX, LIGHT_COST, Cost
from custody.adapters.lock import held
from custody.core.entries.demo_keys import derive_demo_key
from custody.core.entries.signing import keyid, public_bytes
from schemas.errors import CustodyError, Misused, Refused, Unavailable
from schemas.strict_json import canonical

DOMAIN = "kz.invalid"


def private_key(name: str) -> Ed25519PrivateKey:
    return derive_demo_key(seed=1, name=name, domain=DOMAIN)


def new_key(badge: str, *, role: str = "courier", pin: str = "123456") -> NewKey:
    return NewKey(badge=badge, role=role, private=private_key(f"{badge} {role}"), pin=pin)


def keyid_of(key: NewKey) -> str:
    return keyid(public_bytes(key.private))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "keys.json"


@pytest.fixture
def store(path: Path) -> Keystore:
    store = Keystore.create(path, domain=DOMAIN, cost=LIGHT_COST)
    store.add([new_key("chair-1", pin="chair-pin"), new_key("member-2", pin="member-pin")])
    return store


def change(path: Path, edit: Any) -> None:
    content = json.loads(path.read_bytes())
    edit(content)
    path.write_bytes(canonical(content))


def test_each_person_opens_their_own_key_with_their_own_pin(store: Keystore, path: Path) -> None:
    for opened in (store, Keystore(path)):
        private = opened.unlock(keyid=keyid_of(new_key("chair-1")), pin="chair-pin")
        assert private.private_bytes_raw() == private_key("chair-1 courier").private_bytes_raw()


@pytest.mark.parametrize("pin", ["member-pin", "", "chair-piN", "пин", "\ud800", "x" * 10_000])
def test_any_other_pin_is_refused_with_one_answer(store: Keystore, pin: str) -> None:
    with pytest.raises(Refused) as refusal:
        store.unlock(keyid=keyid_of(new_key("chair-1")), pin=pin)
    assert (refusal.value.code, refusal.value.sentence) == ("keystore-wrong-pin", "The PIN does not open this key.")


def test_names_are_known_without_a_pin_in_the_order_of_adding(store: Keystore) -> None:
    assert [(name.badge, name.role) for name in store.names()] == [("chair-1", "courier"), ("member-2", "courier")]
    assert [name.keyid for name in store.names()] == [keyid(name.public) for name in store.names()]


def test_a_key_is_found_by_person_and_role(store: Keystore) -> None:
    assert store.find(badge="member-2", role="courier").keyid == keyid_of(new_key("member-2"))
    with pytest.raises(Refused, match="keystore-no-such-key"):
        store.find(badge="member-2", role="chair")


def test_a_person_may_hold_one_key_for_each_role(store: Keystore) -> None:
    store.add([new_key("chair-1", role="chair")])
    assert len(store.names()) == 3


@pytest.mark.parametrize(
    "again", [new_key("chair-1"), NewKey("other", "chair", private_key("chair-1 courier"), "123456")]
)
def test_a_key_or_a_role_of_a_person_is_kept_once_and_nothing_of_the_batch_is_added(
    store: Keystore, path: Path, again: NewKey
) -> None:
    before = path.read_bytes()
    with pytest.raises(Refused, match="keystore-key-exists"):
        store.add([new_key("third-3"), again])
    assert path.read_bytes() == before
    assert len(store.names()) == 2


def test_a_changed_pin_opens_and_the_old_one_does_not(store: Keystore, path: Path) -> None:
    wanted = keyid_of(new_key("chair-1"))
    store.change_pin(keyid=wanted, pin="chair-pin", new_pin="another-pin")
    for opened in (store, Keystore(path)):
        assert opened.unlock(keyid=wanted, pin="another-pin").private_bytes_raw()
        with pytest.raises(Refused, match="keystore-wrong-pin"):
            opened.unlock(keyid=wanted, pin="chair-pin")
    assert [name.badge for name in store.names()] == ["chair-1", "member-2"]


def test_a_pin_is_not_changed_by_somebody_who_does_not_know_it(store: Keystore, path: Path) -> None:
    before = path.read_bytes()
    with pytest.raises(Refused, match="keystore-wrong-pin"):
        store.change_pin(keyid=keyid_of(new_key("chair-1")), pin="member-pin", new_pin="another-pin")
    assert path.read_bytes() == before


@pytest.mark.parametrize("pin", ["12345", "x" * 65, "пинпин", "123456\n"])
def test_a_new_pin_has_6_to_64_printable_characters_of_ascii(store: Keystore, pin: str) -> None:
    with pytest.raises(Refused, match="keystore-pin-form"):
        store.add([new_key("third-3", pin=pin)])


@pytest.mark.parametrize(("badge", "role"), [("Chair", "chair"), ("chair-3", "Chair"), ("", "chair"), ("chair-3", "")])
def test_a_key_is_kept_only_for_a_badge_code_and_a_role(store: Keystore, badge: str, role: str) -> None:
    with pytest.raises(Refused, match="keystore-format"):
        store.add([new_key(badge, role=role)])


def test_a_removed_key_is_gone_and_the_others_stay(store: Keystore, path: Path) -> None:
    store.remove(keyid=keyid_of(new_key("chair-1")))
    with pytest.raises(Refused, match="keystore-no-such-key"):
        store.unlock(keyid=keyid_of(new_key("chair-1")), pin="chair-pin")
    assert Keystore(path).unlock(keyid=keyid_of(new_key("member-2")), pin="member-pin").private_bytes_raw()


def test_two_open_keystores_do_not_undo_each_other(store: Keystore, path: Path) -> None:
    other = Keystore(path)
    other.add([new_key("third-3")])
    store.remove(keyid=keyid_of(new_key("chair-1")))
    assert [name.badge for name in Keystore(path).names()] == ["member-2", "third-3"]


def test_a_change_is_refused_while_another_process_makes_one(store: Keystore, path: Path) -> None:
    with held(path.with_name(path.name + ".lock")), pytest.raises(Unavailable):
        store.add([new_key("third-3")])


def test_the_file_is_for_its_owner_only_and_nothing_is_left_beside_it(store: Keystore, path: Path) -> None:
    store.add([new_key("third-3")])
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert {other.name for other in path.parent.iterdir()} == {"keys.json", "keys.json.lock"}


def test_the_leftover_of_a_crash_is_no_obstacle(store: Keystore, path: Path) -> None:
    leftover = path.with_name(path.name + ".unfinished")
    leftover.write_bytes(b"half")
    leftover.chmod(0o644)
    store.add([new_key("third-3")])
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert len(Keystore(path).names()) == 3


def test_no_private_key_and_no_pin_stands_in_the_file(store: Keystore, path: Path) -> None:
    data = path.read_bytes()
    assert b"chair-pin" not in data
    assert private_key("chair-1 courier").private_bytes_raw().hex().encode() not in data


def test_one_pin_and_one_key_never_give_the_same_bytes_twice(store: Keystore, path: Path) -> None:
    before = json.loads(path.read_bytes())["keys"][0]
    store.change_pin(keyid=keyid_of(new_key("chair-1")), pin="chair-pin", new_pin="chair-pin")
    after = json.loads(path.read_bytes())["keys"][0]
    assert (before["salt"], before["sealed"]) != (after["salt"], after["sealed"])


@pytest.mark.parametrize(
    "edit",
    [
        lambda content: content["keys"][0].update(badge="chair-9"),
        lambda content: content["keys"][0].update(role="chair"),
        lambda content: content["keys"][0].update(sealed="00" * 48),
        lambda content: content["keys"][0].update(salt="00" * 16),
        lambda content: content["keys"][0].update(sealed=content["keys"][1]["sealed"], salt=content["keys"][1]["salt"]),
        lambda content: content.update(domain="other.invalid"),
        lambda content: content["cost"].update(log2_n=5),
    ],
)
def test_an_entry_that_was_tampered_with_does_not_open(store: Keystore, path: Path, edit: Any) -> None:
    change(path, edit)
    tampered = Keystore(path)
    for pin in ("chair-pin", "member-pin"):
        with pytest.raises(Refused, match="keystore-wrong-pin"):
            tampered.unlock(keyid=tampered.names()[0].keyid, pin=pin)


@pytest.mark.parametrize(
    "edit",
    [
        lambda content: content.update(format="custody/keystore/v2"),
        lambda content: content.update(note="x"),
        lambda content: content.pop("kdf"),
        lambda content: content.update(kdf="none"),
        lambda content: content["cost"].update(log2_n=31),
        lambda content: content["cost"].update(log2_n=True),
        lambda content: content["keys"][0].update(sealed="zz"),
        lambda content: content["keys"][0].update(public="AA" * 32),
    ],
)
def test_a_damaged_file_is_refused(store: Keystore, path: Path, edit: Any) -> None:
    change(path, edit)
    with pytest.raises(Refused, match="keystore-format"):
        Keystore(path)


@pytest.mark.parametrize("data", [b"", b"{}", b"\xff", b"[" * 100_000, b"null"])
def test_a_file_that_is_no_keystore_is_refused(path: Path, data: bytes) -> None:
    path.write_bytes(data)
    with pytest.raises(Refused, match="keystore-format"):
        Keystore(path)


def test_a_file_that_is_spelt_otherwise_is_refused(store: Keystore, path: Path) -> None:
    path.write_bytes(path.read_bytes() + b"\n")
    with pytest.raises(Refused, match="keystore-format"):
        Keystore(path)


def test_a_doubled_entry_is_refused(store: Keystore, path: Path) -> None:
    change(path, lambda content: content["keys"].append(content["keys"][0]))
    with pytest.raises(Refused, match="keystore-key-exists"):
        Keystore(path)


def test_a_keystore_has_a_greatest_number_of_keys(store: Keystore) -> None:
    with pytest.raises(Refused, match="keystore-format"):
        store.add([new_key("x", role="courier")] * KEYS_MAX)


@pytest.mark.parametrize("cost", [LIGHT_COST, Cost(log2_n=16, r=8, p=1), Cost(log2_n=17, r=7, p=1)])
def test_a_light_cost_is_refused_in_earnest(path: Path, cost: Cost) -> None:
    with pytest.raises(Refused, match="keystore-cost"):
        Keystore.create(path, domain="elections.example", cost=cost)
    assert not path.exists()


def test_a_light_cost_is_refused_in_earnest_in_a_file_too(store: Keystore, path: Path) -> None:
    change(path, lambda content: content.update(domain="elections.example"))
    with pytest.raises(Refused, match="keystore-cost"):
        Keystore(path)


def test_the_full_cost_works(path: Path) -> None:
    store = Keystore.create(path, domain="elections.example")
    store.add([new_key("chair-1")])
    assert json.loads(path.read_bytes())["cost"] == COST.model_dump()
    assert store.unlock(keyid=store.names()[0].keyid, pin="123456").private_bytes_raw()


def test_a_keystore_is_not_made_over_another(store: Keystore, path: Path) -> None:
    with pytest.raises(Misused, match="keystore-exists"):
        Keystore.create(path, domain=DOMAIN, cost=LIGHT_COST)
    assert len(Keystore(path).names()) == 2


@pytest.mark.parametrize("domain", ["", "kz invalid", "KZ.invalid", "a/b.invalid"])
def test_a_keystore_is_made_for_a_domain(path: Path, domain: str) -> None:
    with pytest.raises(Refused, match="keystore-format"):
        Keystore.create(path, domain=domain, cost=LIGHT_COST)


def test_a_file_that_cannot_be_read_or_written_is_said_to_be_unavailable(tmp_path: Path) -> None:
    with pytest.raises(Unavailable, match="keystore-unreadable"):
        Keystore(tmp_path / "missing.json")
    with pytest.raises(Unavailable, match="keystore-not-written"):
        Keystore.create(tmp_path / "missing" / "keys.json", domain=DOMAIN, cost=LIGHT_COST)


@pytest.mark.parametrize("place", range(0, 600, 13))
def test_a_turned_bit_anywhere_never_gives_another_key_or_another_error(
    store: Keystore, path: Path, place: int
) -> None:
    data = bytearray(path.read_bytes())
    data[place % len(data)] ^= 1
    path.write_bytes(bytes(data))
    try:
        opened = Keystore(path)
        private = opened.unlock(keyid=keyid_of(new_key("chair-1")), pin="chair-pin")
    except CustodyError:
        return
    assert private.private_bytes_raw() == private_key("chair-1 courier").private_bytes_raw()
