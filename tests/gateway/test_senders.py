"""Whom a request is charged to: address, key proven at an address, hop before a trusted proxy; and which connection gives way."""

from __future__ import annotations

import pytest

from custody.gateway.connections import CONNECTIONS_A_KEY, Connections
from custody.gateway.forwarded import parse_proxies
from custody.gateway.limits import Rate, sender_of
from custody.gateway.shares import NOTHING_NEW_COST, PROVEN_S, Limits, Shares
from schemas.envelope import ENTRY_BYTES_MAX
from schemas.errors import Misused
from tests.worlds import DEVICE, World

WORLD = World()
ENTRY = WORLD.some(13)[12]
KEY = WORLD.key(DEVICE)[1]


@pytest.mark.parametrize(
    ("one", "other", "are_one"),
    [
        ("2001:db8:0:1::1", "2001:db8:0:ff::2", True),
        ("2001:db8:0:1::1", "2001:db8:0:100::1", False),
        ("::ffff:192.0.2.1", "192.0.2.1", True),
        ("192.0.2.1", "192.0.2.2", False),
    ],
)
def test_an_address_stands_for_itself_and_of_ipv6_its_56(one: str, other: str, are_one: bool) -> None:  # noqa: FBT001
    assert (sender_of(one) == sender_of(other)) is are_one


def sender(peer: str, *, trusted: str = "127.0.0.1,10.0.0.0/8,2001:db8::/32", **headers: str) -> str:
    listed = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    return parse_proxies(trusted).sender({"type": "http", "client": (peer, 1), "headers": listed})


@pytest.mark.parametrize(
    ("peer", "headers", "expected"),
    [
        ("192.0.2.9", {"x_forwarded_for": "198.51.100.1"}, "192.0.2.9"),
        ("127.0.0.1", {}, "127.0.0.1"),
        ("127.0.0.1", {"x_forwarded_for": "198.51.100.1"}, "198.51.100.1"),
        ("127.0.0.1", {"x_forwarded_for": "203.0.113.5, 198.51.100.1"}, "198.51.100.1"),
        ("127.0.0.1", {"x_forwarded_for": "203.0.113.5, 198.51.100.1, 10.1.2.3"}, "198.51.100.1"),
        ("127.0.0.1", {"x_forwarded_for": "198.51.100.1:4711"}, "198.51.100.1"),
        ("127.0.0.1", {"x_forwarded_for": "198.51.100.1, nonsense"}, "127.0.0.1"),
        ("127.0.0.1", {"x_forwarded_for": "198.51.100.1, nonsense, 10.1.2.3"}, "10.1.2.3"),
        ("127.0.0.1", {"x_forwarded_for": "10.1.2.3"}, "10.1.2.3"),
        ("127.0.0.1", {"forwarded": 'for="[2001:470::17]:4711";proto=https'}, sender_of("2001:470::17")),
        ("127.0.0.1", {"forwarded": "for=203.0.113.5, for=198.51.100.1;by=10.0.0.1"}, "198.51.100.1"),
        ("127.0.0.1", {"forwarded": "for=unknown"}, "127.0.0.1"),
        ("127.0.0.1", {"forwarded": "for=203.0.113.5", "x_forwarded_for": "198.51.100.1"}, "127.0.0.1"),
        ("127.0.0.1", {"forwarded": "for=198.51.100.1", "x_forwarded_for": "198.51.100.1"}, "198.51.100.1"),
    ],
)
def test_only_the_rightmost_hop_that_a_trusted_proxy_names_counts(
    peer: str, headers: dict[str, str], expected: str
) -> None:
    assert sender(peer, **headers) == expected


def test_without_trusted_proxies_no_header_counts() -> None:
    assert sender("127.0.0.1", trusted="", x_forwarded_for="198.51.100.1", forwarded="for=198.51.100.1") == "127.0.0.1"


@pytest.mark.parametrize("text", ["x", "10.0.0.1/8", "127.0.0.1;10.0.0.1", "300.0.0.1"])
def test_what_is_no_list_of_networks_is_misuse(text: str) -> None:
    with pytest.raises(Misused, match="trusted-proxies"):
        parse_proxies(text)


class Held:
    """A connection that only counts."""

    def __init__(self) -> None:
        self.is_answering = self.is_ended = False

    def is_waiting(self) -> bool:
        return not self.is_answering

    def end(self) -> None:
        self.is_ended = True


def admitted(connections: Connections, *, count: int, address: str) -> list[Held]:
    held = [Held() for _ in range(count)]
    for number, one in enumerate(held):
        assert connections.admit(one, peer=(address, len(connections) * 1_000 + number), sender=address)
    return held


def test_an_addresss_own_oldest_waiting_connection_gives_way() -> None:
    connections = Connections(an_address=3)
    other = admitted(connections, count=3, address="b")
    mine = admitted(connections, count=3, address="a")
    mine[0].is_answering = True
    admitted(connections, count=1, address="a")
    assert [one.is_ended for one in mine] == [False, True, False]
    assert not any(one.is_ended for one in other)
    assert connections.count("a") == 3


def test_where_all_are_being_answered_the_new_one_is_refused() -> None:
    connections = Connections(an_address=3)
    for one in admitted(connections, count=3, address="a"):
        one.is_answering = True
    assert not connections.admit(Held(), peer=("a", 99), sender="a")
    assert connections.admit(Held(), peer=("b", 1), sender="b")


def test_when_there_are_too_many_in_all_the_address_that_has_most_gives_way() -> None:
    connections = Connections(an_address=5, in_all=7)
    few = admitted(connections, count=2, address="few")
    many = admitted(connections, count=5, address="many")
    admitted(connections, count=1, address="new")
    assert (len(connections), [one.is_ended for one in many].count(True), any(one.is_ended for one in few)) == (
        7,
        1,
        False,
    )


def test_a_proxy_may_have_any_number() -> None:
    connections = Connections(an_address=2, is_exempt=lambda address: address == "proxy")
    assert not any(one.is_ended for one in admitted(connections, count=20, address="proxy"))


def test_a_connection_that_brought_a_keys_event_is_the_keys_and_a_key_has_a_few() -> None:
    connections = Connections(an_address=6)
    held = {("a", number): Held() for number in range(6)}
    for peer, one in held.items():
        connections.admit(one, peer=peer, sender="a")
    for peer in held:
        connections.vouch(peer, key="k")
        connections.vouch(peer, key="k")
    assert (connections.count("k@a"), connections.count("a")) == (CONNECTIONS_A_KEY, 6 - CONNECTIONS_A_KEY)
    for peer in held:
        connections.forget(peer)
    assert (len(connections), connections.count("k@a")) == (0, 0)


def test_a_key_is_proven_where_it_brought_something_and_for_a_while() -> None:
    shares = Shares(Limits())
    assert shares.lane([ENTRY], address="a", at_s=0.0) == "a"
    shares.prove(KEY, address="a", at_s=0.0)
    assert shares.lane([ENTRY], address="a", at_s=1.0) == f"{KEY}@a"
    assert shares.lane([ENTRY], address="b", at_s=1.0) == "b"
    assert shares.lane([b"rubbish"], address="a", at_s=1.0) == "a"
    assert shares.lane([], address="a", at_s=1.0) == "a"
    assert shares.lane([ENTRY], address="a", at_s=PROVEN_S + 1.0) == "a"


def test_a_proven_key_has_a_share_of_its_own_where_its_address_has_used_up_its() -> None:
    shares = Shares(Limits(key=Rate(per_second=0.001, burst=3), address=Rate(per_second=0.001, burst=20)))
    shares.prove(KEY, address="a", at_s=0.0)
    assert shares.charge_request("a", count=20, at_s=0.0) == 0.0
    assert shares.charge_request("a", count=1, at_s=0.0) > 0.0
    assert shares.may_be_read("a", length=ENTRY_BYTES_MAX, at_s=0.0)
    waits = [shares.charge_entries(1, paid=0, address="a", lane=f"{KEY}@a", at_s=0.0).wait_s for _ in range(4)]
    assert [wait > 0.0 for wait in waits] == [False, False, False, True]
    assert shares.charge_entries(1, paid=0, address="a", lane="a", at_s=0.0).wait_s > 0.0
    assert not shares.may_be_read("b", length=1, at_s=0.0)


def test_beyond_its_share_long_bodies_are_read_only_as_far_as_one_key_may_send() -> None:
    shares = Shares(Limits(key=Rate(per_second=0.001, burst=300)))
    shares.prove(KEY, address="a", at_s=0.0)
    assert [shares.may_be_read("a", length=1_047_801, at_s=0.0) for _ in range(3)] == [True, False, False]
    assert all(shares.may_be_read("a", length=ENTRY_BYTES_MAX, at_s=0.0) for _ in range(10))


def test_what_brings_something_new_is_paid_by_its_key_and_given_back_to_the_address() -> None:
    shares = Shares(Limits(key=Rate(per_second=0.001, burst=2), address=Rate(per_second=0.001, burst=NOTHING_NEW_COST)))
    for _ in range(2):
        assert shares.charge_entries(1, paid=0, address="a", lane="a", at_s=0.0).wait_s == 0.0
        assert shares.charge_key("k", payer="a", at_s=0.0) == 0.0
    assert shares.charge_entries(1, paid=0, address="a", lane="a", at_s=0.0).wait_s == 0.0
    assert shares.charge_key("k", payer="a", at_s=0.0) > 0.0
    assert shares.charge_entries(1, paid=0, address="a", lane="a", at_s=0.0).wait_s > 0.0


def test_all_tables_of_shares_are_bounded() -> None:
    shares = Shares(Limits(), proven_max=10)
    for number in range(1_000):
        shares.prove(f"k{number}", address=f"a{number % 7}", at_s=float(number))
    assert len(shares) <= 20
    shares.prove("k", address="a", at_s=PROVEN_S * 9)
    assert len(shares) == 2
