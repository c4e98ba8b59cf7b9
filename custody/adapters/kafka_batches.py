"""The content of a record batch, read within bounds: the leaf of each of its records, whatever a stranger put around it.

kafka-python unpacks a whole batch into memory (a megabyte of it can hold a gigabyte of zeros) and gives up on all of it, for
good, where a header's name is not UTF-8 or bytes follow the compressed stream.  Brokers take such batches, and a reader that
stops at one record stops at the log.  So what the consumer fetched is unpacked here: piece by piece, never more than one entry
at a time, and of a record only its value is looked at.  Key and headers are skipped by their length: they are hints, outside
the leaf (design D15).

The format is Kafka's record batch, version 2; its checksum is compared first.  What does not fit it raises CorruptRecordError:
a disk is wrong, or we are, and nothing is skipped.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from hashlib import sha256
from typing import Any, Final

from kafka import KafkaConsumer, TopicPartition
from kafka.consumer.fetcher import ConsumerRecord, Fetcher
from kafka.errors import CorruptRecordError, UnsupportedCodecError
from kafka.record import MemoryRecords
from kafka.record.default_records import DefaultRecordBatch

from custody.core.entries.unrepresentable import ENTRY_BYTES_MAX, leaf_bytes, unrepresentable, unrepresentable_length

_PIECE_BYTES: Final = 64 * 1024
_FED_BYTES: Final = 4 * 1024
_GZIP: Final = 16 + zlib.MAX_WBITS
_MAGIC: Final = 2
_VARINT_BITS_MAX: Final = 63


def reading_leaves(consumer: KafkaConsumer) -> KafkaConsumer:
    """The same consumer; its records have from now on the leaf of their position as value, no key and no headers."""
    consumer._fetcher.PartitionRecords = _Leaves  # noqa: SLF001 - where the library unpacks what it has fetched
    return consumer


def leaves_of(batch: DefaultRecordBatch) -> Iterator[tuple[int, bytes]]:
    """(offset, leaf bytes) of every record of a batch.  CorruptRecordError, UnsupportedCodecError."""
    if batch.magic != _MAGIC or not batch.validate_crc():
        raise CorruptRecordError(f"The batch at offset {batch.base_offset} is damaged.")
    packed = memoryview(batch._buffer)[batch.HEADER_STRUCT.size :]  # noqa: SLF001 - it gives its bytes to nobody else
    stream = _Stream(packed, codec=batch.compression_type)
    for _ in range(batch.records_count):
        yield _record(stream, base=batch.base_offset)


class _Stream:
    """The records of a batch as one stream of bytes, unpacked as far as it was asked for."""

    def __init__(self, packed: memoryview, *, codec: int) -> None:
        if codec not in {DefaultRecordBatch.CODEC_NONE, DefaultRecordBatch.CODEC_GZIP}:
            raise UnsupportedCodecError(f"A batch is compressed with codec {codec}; logs keep gzip.")
        self._packed = packed
        self._gzip: Any = zlib.decompressobj(_GZIP) if codec else None
        self._fed = b""
        self._piece = b""
        self._at = 0
        self.taken = 0
        """How many bytes were taken out so far."""

    def varint(self) -> int:
        """The next number: zigzag, seven bits a byte."""
        bits, shift = 0, 0
        while True:
            byte = self._byte()
            bits |= (byte & 0x7F) << shift
            if byte < 0x80:
                return (bits >> 1) ^ -(bits & 1)
            shift += 7
            if shift > _VARINT_BITS_MAX:
                raise CorruptRecordError("A number in a record has no end.")

    def pieces(self, count: int) -> Iterator[bytes]:
        """The next ``count`` bytes, in pieces."""
        while count > 0:
            if self._at == len(self._piece):
                self._refill()
            piece = self._piece[self._at : self._at + count]
            self._at += len(piece)
            self.taken += len(piece)
            count -= len(piece)
            yield piece

    def _byte(self) -> int:
        if self._at == len(self._piece):
            self._refill()
        self._at += 1
        self.taken += 1
        return self._piece[self._at - 1]

    def _refill(self) -> None:
        self._at = 0
        self._piece = self._packed_piece(_PIECE_BYTES) if self._gzip is None else self._unpacked()
        if not self._piece:
            raise CorruptRecordError("A batch ends within a record.")

    def _packed_piece(self, count: int) -> bytes:
        piece, self._packed = bytes(self._packed[:count]), self._packed[count:]
        return piece

    def _unpacked(self) -> bytes:
        """The next piece, b"" at the end.  The stream may consist of several members; what follows is not looked at."""
        while self._fed or self._packed:
            if self._gzip.eof:
                self._gzip = zlib.decompressobj(_GZIP)
            self._fed = self._fed or self._packed_piece(_FED_BYTES)
            try:
                piece: bytes = self._gzip.decompress(self._fed, _PIECE_BYTES)
            except zlib.error as error:
                raise CorruptRecordError("A batch is not compressed as it says.") from error
            self._fed = self._gzip.unused_data if self._gzip.eof else self._gzip.unconsumed_tail
            if piece:
                return piece
        return b""


def _record(stream: _Stream, *, base: int) -> tuple[int, bytes]:
    """(offset, leaf bytes) of the next record."""
    length = stream.varint()
    end = stream.taken + length
    _skip(stream, 1)  # attributes, of which there are none
    stream.varint()  # its time; the brokers' clock says another one anyway
    offset = base + stream.varint()
    _skip(stream, stream.varint())
    leaf = _leaf(stream, length=stream.varint())
    if stream.taken > end:
        raise CorruptRecordError("A record is longer than it says.")
    _skip(stream, end - stream.taken)
    return offset, leaf


def _leaf(stream: _Stream, *, length: int) -> bytes:
    if length < 0:
        return unrepresentable("null")
    if length <= ENTRY_BYTES_MAX:
        return leaf_bytes(b"".join(stream.pieces(length)))
    hashed = sha256()
    for piece in stream.pieces(length):
        hashed.update(piece)
    return unrepresentable_length(length, sha256_hex=hashed.hexdigest())


def _skip(stream: _Stream, count: int) -> None:
    for _ in stream.pieces(count):
        pass


class _Leaves(Fetcher.PartitionRecords):  # type: ignore[misc]  # the library has no types
    """What the consumer has fetched of one partition, unpacked by :func:`leaves_of`."""

    def _unpack_records(self, place: TopicPartition, records: MemoryRecords, *_: object) -> Iterator[ConsumerRecord]:
        batch = records.next_batch()
        while batch is not None:
            self.leader_epoch = batch.leader_epoch
            if not batch.is_control_batch:
                for offset, leaf in leaves_of(batch):
                    self.records_read += 1
                    self.bytes_read += len(leaf)
                    self.next_fetch_offset = offset + 1
                    yield self._consumed(place, batch, offset, leaf)
            self.next_fetch_offset = batch.next_offset
            batch = records.next_batch()
        self.drain()

    def _consumed(self, place: TopicPartition, batch: DefaultRecordBatch, offset: int, leaf: bytes) -> ConsumerRecord:  # noqa: PLR0917
        return ConsumerRecord(
            topic=place.topic,
            partition=place.partition,
            leader_epoch=batch.leader_epoch,
            offset=offset,
            timestamp=batch.max_timestamp,
            timestamp_type=batch.timestamp_type,
            key=None,
            value=leaf,
            headers=(),
            checksum=None,
            serialized_key_size=-1,
            serialized_value_size=len(leaf),
            serialized_header_size=-1,
        )
