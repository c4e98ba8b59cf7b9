"""The address of the log in Kafka and its user, from CUSTODY_KAFKA_* settings of the environment or a kafka:// address.

Not here: the settings of the books (``books``), and how a secret is read (``environment``).
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

from custody.adapters.kafka_access import SECURITIES, KafkaAccess
from custody.cli.settings.environment import secret, setting
from schemas.errors import Misused

SCHEME: Final = "kafka://"
_REPLICAS_MAX: Final = 9
_TIMEOUT_MS_MAX: Final = 600_000
_ADDRESS: Final = re.compile(r"(?:\[[0-9A-Fa-f:]+\]|[A-Za-z0-9._-]+):[0-9]{1,5}")
_TOPIC: Final = re.compile(r"[A-Za-z0-9._-]{1,249}")


def kafka_access(source: str | None = None) -> KafkaAccess:
    """The log that ``source`` (kafka://host:port,host:port/topic) or the settings name, and the user that they name.

    Misused, naming the setting, for what is missing or malformed.
    """
    bootstrap, topic = _place() if source is None else _parsed(source)
    security = setting("CUSTODY_KAFKA_SECURITY") or "PLAINTEXT"
    if security not in SECURITIES:
        raise Misused("setting-kafka-security", f"CUSTODY_KAFKA_SECURITY is one of {', '.join(SECURITIES)}.")
    user, password = setting("CUSTODY_KAFKA_USER"), secret("CUSTODY_KAFKA_PASSWORD")
    if security.startswith("SASL_") and (user is None or password is None):
        raise Misused(
            "setting-kafka-user", f"{security} needs CUSTODY_KAFKA_USER, and CUSTODY_KAFKA_PASSWORD or _PASSWORD_FILE."
        )
    ca_file = setting("CUSTODY_KAFKA_CA_FILE")
    if ca_file is not None and not Path(ca_file).is_file():
        raise Misused("setting-kafka-ca", "CUSTODY_KAFKA_CA_FILE names no file.")
    return KafkaAccess(
        bootstrap=bootstrap,
        topic=topic,
        security=security,
        user=user,
        password=password,
        ca_file=None if ca_file is None else Path(ca_file),
        request_timeout_ms=_number(
            "CUSTODY_KAFKA_REQUEST_TIMEOUT_MS", default=15_000, least=1_000, most=_TIMEOUT_MS_MAX
        ),
        delivery_timeout_ms=_number(
            "CUSTODY_KAFKA_DELIVERY_TIMEOUT_MS", default=30_000, least=2_000, most=_TIMEOUT_MS_MAX
        ),
    )


def replicas() -> int:
    """How many replicas the topic must have: CUSTODY_KAFKA_REPLICAS, or 3."""
    return _number("CUSTODY_KAFKA_REPLICAS", default=3, least=1, most=_REPLICAS_MAX)


def watch_s() -> int:
    """How often a service looks at the topic, in seconds: CUSTODY_WATCH_S, or 15; drift is an alarm within a minute."""
    return _number("CUSTODY_WATCH_S", default=15, least=1, most=60)


def _number(name: str, *, default: int, least: int, most: int) -> int:
    value = setting(name) or str(default)
    if not (value.isascii() and value.isdigit() and len(value) < 10 and least <= int(value) <= most):
        raise Misused("setting-number", f"{name} is a number from {least:,} to {most:,}.")
    return int(value)


def _place() -> tuple[tuple[str, ...], str]:
    bootstrap, topic = setting("CUSTODY_KAFKA_BOOTSTRAP"), setting("CUSTODY_KAFKA_TOPIC")
    if bootstrap is None or topic is None:
        name = "CUSTODY_KAFKA_TOPIC" if topic is None and bootstrap else "CUSTODY_KAFKA_BOOTSTRAP"
        raise Misused("setting-kafka", f"{name} is not set: it says where the log is.")
    return _checked(bootstrap, topic=topic, told="CUSTODY_KAFKA_BOOTSTRAP and CUSTODY_KAFKA_TOPIC")


def _parsed(source: str) -> tuple[tuple[str, ...], str]:
    bootstrap, _, topic = source.removeprefix(SCHEME).partition("/")
    return _checked(bootstrap, topic=topic, told=f"The source {SCHEME}HOST:PORT,HOST:PORT/TOPIC")


def _checked(bootstrap: str, *, topic: str, told: str) -> tuple[tuple[str, ...], str]:
    addresses = tuple(address.strip() for address in bootstrap.split(","))
    if not all(_ADDRESS.fullmatch(address) and int(address.rpartition(":")[2]) < 65_536 for address in addresses):
        raise Misused("setting-kafka-bootstrap", f"{told}: brokers are host:port, separated by commas.")
    if not _TOPIC.fullmatch(topic):
        raise Misused(
            "setting-kafka-topic", f"{told}: a topic has 1 to 249 letters, digits, dots, hyphens and underscores."
        )
    return addresses, topic
