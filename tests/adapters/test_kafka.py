"""The log's contract on a real broker."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from custody.adapters.kafka import KafkaLog
from custody.adapters.kafka_access import KafkaAccess
from custody.adapters.kafka_topic import create_topic
from tests.contracts.log_contract import LogContract, OpenLog


class TestKafkaLog(LogContract):
    @pytest.fixture
    def open_log(self, kafka_access: KafkaAccess) -> Iterator[OpenLog]:
        create_topic(kafka_access, replicas=1)
        opened: list[KafkaLog] = []

        def open_log() -> KafkaLog:
            opened.append(KafkaLog.open(kafka_access))
            return opened[-1]

        yield open_log
        for log in opened:
            log.close()
