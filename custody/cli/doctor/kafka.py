"""The looks of `custody doctor` at Kafka: brokers, TLS, the user, the topic, the user's rights on it, and the clock."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Final

from custody.adapters.kafka_access import KafkaAccess
from custody.adapters.kafka_survey import Survey, reach, survey
from custody.adapters.kafka_topic import check_topic
from custody.cli.doctor.looks import CheckResult, bad, good
from custody.cli.settings.environment import setting
from custody.cli.settings.kafka import kafka_access, replicas
from custody.core.wording.numbers import at_position
from schemas.errors import CustodyError

CLOCK_MS_MAX: Final = 5_000
"""How far the last entry may lie in this machine's future."""
MUST: Final = frozenset({"READ", "DESCRIBE", "DESCRIBE_CONFIGS"})
NEVER: Final = frozenset({"DELETE", "ALTER", "ALTER_CONFIGS"})


def look_at_kafka() -> Iterator[CheckResult]:
    """All of it, as far as the looks before allow."""
    if setting("CUSTODY_KAFKA_BOOTSTRAP") is None:
        return
    try:
        access = kafka_access()
    except CustodyError as error:
        yield bad("kafka", error.sentence, advice="Compare the CUSTODY_KAFKA_ settings with docs/operating.md.")
        return
    brokers = [_broker(address, access=access) for address in access.bootstrap]
    yield from brokers
    if any(look.is_good for look in brokers):
        yield from _inside(access)


def _broker(address: str, *, access: KafkaAccess) -> CheckResult:
    try:
        return good(f"broker {address}", reach(address, access=access))
    except CustodyError as error:
        advice = "Is the broker running, the address right, and CUSTODY_KAFKA_SECURITY what its listener speaks?"
        return bad(f"broker {address}", error.sentence, advice=advice)


def _inside(access: KafkaAccess) -> Iterator[CheckResult]:
    try:
        seen = survey(access)
    except CustodyError as error:
        advice = "custody topics create makes the topic and its rights; CUSTODY_KAFKA_USER and _PASSWORD say who asks."
        yield bad("user of Kafka", error.sentence, advice=advice)
        return
    yield good("user of Kafka", f"{access.user or 'nobody'} is accepted")
    yield from _topic(access)
    yield _rights(seen, user=access.user or "nobody")
    yield _clock(seen)


def _topic(access: KafkaAccess) -> Iterator[CheckResult]:
    try:
        alarms = check_topic(access, replicas=replicas())
    except CustodyError as error:
        yield bad("topic", error.sentence, advice="Try again; see docs/operating.md.")
        return
    for alarm in alarms:
        yield bad(
            "topic", f"{alarm.sentence} ({alarm.code})", advice="docs/operating.md says what each alarm asks for."
        )
    if not alarms:
        yield good("topic", f"{access.topic} is as it must be")


def _rights(seen: Survey, *, user: str) -> CheckResult:
    too_few, too_many = sorted(MUST - seen.rights), sorted(NEVER & seen.rights)
    if too_few:
        return bad(
            "rights in Kafka", f"{user} may not {_words(too_few)}.", advice="As a superuser: custody topics create."
        )
    if too_many:
        sentence = f"{user} may {_words(too_many)} the topic: no service should."
        return bad("rights in Kafka", sentence, advice="Run services as their own users, never as a superuser.")
    return good("rights in Kafka", f"{user} may {_words(sorted(seen.rights & (MUST | {'WRITE'})))}, and delete nothing")


def _clock(seen: Survey) -> CheckResult:
    if seen.last is None:
        return good("clock", "the log is empty: nothing to compare with")
    at = at_position(seen.last)
    if seen.last_ms is None:
        return good("clock", f"the log ends at {at}, whose time Kafka does not give")
    ahead_ms = seen.last_ms - round(time.time() * 1000)
    if ahead_ms > CLOCK_MS_MAX:
        sentence = f"The last entry, {at}, was appended {ahead_ms / 1000:.0f} s in this machine's future."
        return bad("clock", sentence, advice="Set this machine's clock and the brokers' by NTP.")
    return good("clock", f"the last entry, {at}, was appended {-ahead_ms / 1000:.0f} s ago by the brokers' clock")


def _words(rights: list[str]) -> str:
    return ", ".join(right.lower().replace("_", " ") for right in rights)
