"""The watch over what may not change under a running service: the topic's identity, beginning, end, settings, and any entry.

Kafka's superusers can delete records, recreate a topic under its old name, lose the end of a log by an unclean election, or
have it compacted for a moment.  Whoever reads on would not notice.  So every service asks at its start and every minute, and
reads the log again (``kafka_patrol``); while an alarm stands nothing calls itself proven.

What a service remembers lasts as long as its process; across restarts the ledger's and the checkpointer's own heads
(leaf and root at their position) show the same.
"""

from __future__ import annotations

from custody.adapters.kafka import KafkaLogReader
from custody.adapters.kafka_access import KafkaAccess
from custody.adapters.kafka_patrol import Patrol
from custody.adapters.kafka_rights import check_rights
from custody.adapters.kafka_topic import TopicAsFound, administering, compared, see
from custody.ports import Alarm
from schemas.errors import NotEstablished


class TopicWatch:
    """Watches one topic for as long as a process lives."""

    def __init__(self, access: KafkaAccess, *, replicas: int) -> None:
        """``replicas``: how many the topic must have."""
        self._access = access
        self._replicas = replicas
        self._topic_id: str | None = None
        self._end = 0
        self._patrol = Patrol()

    def check(self) -> list[Alarm]:
        """Everything that is not as it must be, now or compared with any earlier check of this process.

        LogUnavailable if nobody answers, or this user may not look.
        """
        with administering(self._access) as client:
            seen = see(client, topic=self._access.topic)
        if seen is None:
            return [Alarm("topic-missing", f"There is no topic {self._access.topic}, or this user may not see it.")]
        alarms = [*compared(seen, replicas=self._replicas), *self._changed(seen)]
        self._topic_id = self._topic_id or seen.topic_id
        self._end = max(self._end, seen.end)
        return alarms or self._patrolled()

    def _patrolled(self) -> list[Alarm]:
        with KafkaLogReader.open(self._access) as log:
            try:
                found = self._patrol.look(log)
            except (
                NotEstablished
            ):  # deleted, or cut off, under the reader: that is looked at above, next time at the latest
                return []
        return [] if found is None else [found]

    def _changed(self, seen: TopicAsFound) -> list[Alarm]:
        alarms = []
        if self._topic_id not in (None, seen.topic_id):
            sentence = f"The topic {self._access.topic} was deleted and made again: it is not the log that was read."
            alarms.append(Alarm("topic-recreated", sentence))
        if seen.end < self._end:
            alarms.append(Alarm("log-shorter", f"The log ends at {seen.end}; it had {self._end} entries before."))
        return alarms


class RightsWatch:
    """As :class:`TopicWatch`, and whether somebody has got a right that nobody may have; for a user who may see rights."""

    def __init__(self, access: KafkaAccess, *, replicas: int) -> None:
        """``replicas``: how many the topic must have."""
        self._access = access
        self._topic = TopicWatch(access, replicas=replicas)

    def check(self) -> list[Alarm]:
        """See :meth:`TopicWatch.check`."""
        alarms = self._topic.check()
        with administering(self._access) as client:
            return [*alarms, *check_rights(client, topic=self._access.topic)]
