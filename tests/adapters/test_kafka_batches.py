"""Record batches as brokers keep them: the leaf of every record, in bounded memory, whatever lies around its value."""

from __future__ import annotations

import gzip
import struct
import tracemalloc
import zlib
from collections.abc import Iterable
from hashlib import sha256

import pytest
from kafka.errors import CorruptRecordError, UnsupportedCodecError
from kafka.record.default_records import DefaultRecordBatch
from kafka.record.util import calc_crc32c, encode_varint

from custody.adapters.kafka_batches import leaves_of
from custody.core.entries.unrepresentable import leaf_bytes

NONE, GZIP, SNAPPY = 0, 1, 2
VALUES = [b"one", None, b"", b"\x00" * 65_535, b"\x01" * 65_536, bytes(1_000_000), b"last"]


def varint(number: int) -> bytes:
    found = bytearray()
    encode_varint(number, found.append)
    return bytes(found)


def sized(value: bytes | None) -> bytes:
    return varint(-1) if value is None else varint(len(value)) + value


def record(
    value: bytes | None,
    *,
    delta: int = 0,
    key: bytes | None = None,
    headers: Iterable[tuple[bytes, bytes | None]] = (),
) -> bytes:
    told = list(headers)
    body = b"\x00" + varint(0) + varint(delta) + sized(key) + sized(value) + varint(len(told))
    body += b"".join(sized(name) + sized(content) for name, content in told)
    return varint(len(body)) + body


def batch(payload: bytes, *, count: int, codec: int = NONE, base: int = 40) -> DefaultRecordBatch:
    """What a broker keeps: the header of a batch around the records, which are compressed already."""
    after_crc = struct.pack(">hiqqqhii", codec, count - 1, 0, 0, -1, -1, -1, count) + payload
    header = struct.pack(">qiibI", base, len(after_crc) + 9, 0, 2, calc_crc32c(after_crc))
    return DefaultRecordBatch(memoryview(header + after_crc))


def some(values: Iterable[bytes | None]) -> bytes:
    return b"".join(record(value, delta=number) for number, value in enumerate(values))


@pytest.mark.parametrize("codec", [NONE, GZIP])
def test_every_record_has_the_leaf_of_its_value(codec: int) -> None:
    payload = some(VALUES)
    told = batch(gzip.compress(payload) if codec else payload, count=len(VALUES), codec=codec)
    assert list(leaves_of(told)) == [(40 + number, leaf_bytes(value)) for number, value in enumerate(VALUES)]


def test_keys_and_headers_are_passed_over_whatever_they_hold() -> None:
    rotten = [
        record(b"0", delta=0, key=b"\xff" * 200_000),
        record(b"1", delta=1, headers=[(b"\xff\xfe", b"no UTF-8")]),
        record(b"2", delta=2, headers=[(b"", None)] * 5_000),
        record(b"3", delta=3, headers=[(b"big", bytes(900_000))]),
    ]
    told = batch(gzip.compress(b"".join(rotten)), count=4, codec=GZIP)
    assert [leaf for _, leaf in leaves_of(told)] == [b"0", b"1", b"2", b"3"]


@pytest.mark.parametrize("cut", [1, 7, 20])
def test_a_stream_in_members_and_what_lies_behind_it_are_read_as_a_broker_reads_them(cut: int) -> None:
    payload = some([b"one", b"two" * 100])
    members = gzip.compress(payload[:cut]) + gzip.compress(payload[cut:]) + b"garbage behind the stream"
    told = batch(members, count=2, codec=GZIP)
    assert [leaf for _, leaf in leaves_of(told)] == [b"one", b"two" * 100]


def test_a_gigabyte_of_zeros_takes_little_memory() -> None:
    length = 256 * 1024 * 1024
    head = b"\x00" + varint(0) + varint(0) + varint(-1) + varint(length)
    stream = zlib.compressobj(1, zlib.DEFLATED, 31)
    piece = bytes(1024 * 1024)
    parts = [stream.compress(varint(len(head) + length + 1) + head)]
    parts += [stream.compress(piece) for _ in range(length // len(piece))]
    parts += [stream.compress(varint(0)), stream.flush()]
    told, hashed = batch(b"".join(parts), count=1, codec=GZIP), sha256()
    for _ in range(length // len(piece)):
        hashed.update(piece)
    tracemalloc.start()
    ((_, leaf),) = leaves_of(told)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert leaf == f"custody/unrepresentable/v1\n{length}\n{hashed.hexdigest()}\n".encode()
    assert peak < 4 * 1024 * 1024


@pytest.mark.parametrize(
    "payload",
    [
        pytest.param(b"", id="nothing"),
        pytest.param(record(b"one")[:-2], id="cut short"),
        pytest.param(b"\xff" * 11, id="a length without an end"),
        pytest.param(varint(-5) + bytes(20), id="a length below zero"),
        pytest.param(varint(5) + b"\x00" + varint(0) * 2 + sized(None) + sized(b"longer than its record"), id="longer"),
    ],
)
def test_a_batch_that_is_not_in_its_form_is_damage_and_no_record_of_it_is_made_up(payload: bytes) -> None:
    for told in (batch(payload, count=1), batch(gzip.compress(payload), count=1, codec=GZIP)):
        with pytest.raises(CorruptRecordError):
            list(leaves_of(told))


def test_a_batch_with_a_wrong_checksum_or_a_broken_stream_is_damage() -> None:
    whole = batch(some([b"one"]), count=1)
    broken = bytearray(whole._buffer)
    broken[-3] ^= 1
    for told in (DefaultRecordBatch(memoryview(broken)), batch(b"no gzip at all" * 9, count=1, codec=GZIP)):
        with pytest.raises(CorruptRecordError):
            list(leaves_of(told))


def test_a_codec_that_this_program_has_no_library_for_is_named() -> None:
    with pytest.raises(UnsupportedCodecError):
        list(leaves_of(batch(some([b"one"]), count=1, codec=SNAPPY)))
