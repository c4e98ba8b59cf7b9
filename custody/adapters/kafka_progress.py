"""Progress of a reader, told to Kafka under a consumer group, so that its ordinary tools show the lag.

Informational only: it is never read back.  Where a reader really stands it keeps for itself, in one transaction with what
it made of the entries (design D6).  So whatever goes wrong here is left at that.
"""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from kafka import KafkaConsumer, TopicPartition
from kafka.errors import KafkaError
from kafka.structs import OffsetAndMetadata

from custody.adapters.kafka_access import PARTITION, KafkaAccess

_TIMEOUT_MS = 3_000


class GroupProgress:
    """The committed position of one group on one topic."""

    def __init__(self, access: KafkaAccess, *, group: str) -> None:
        """Nothing is opened until the first :meth:`tell`; the group's name begins with ``custody-``."""
        self._access = access
        self._group = group
        self._consumer: Any = None

    def tell(self, position: int) -> bool:
        """Commit ``position``; whether that worked."""
        place = TopicPartition(self._access.topic, PARTITION)
        try:
            if self._consumer is None:
                self._consumer = KafkaConsumer(
                    **self._access.client_settings(), group_id=self._group, enable_auto_commit=False
                )
                self._consumer.assign([place])
            self._consumer.commit({place: OffsetAndMetadata(position, "", -1)}, timeout_ms=_TIMEOUT_MS)
        except (KafkaError, OSError):
            self.close()
            return False
        return True

    def close(self) -> None:
        """Give the connection back."""
        consumer, self._consumer = self._consumer, None
        if consumer is not None:
            with suppress(KafkaError, OSError):
                consumer.close(autocommit=False)
