"""Access to a Kafka cluster, its address and the user: the plain configuration of every client here.

The password is no part of the representation, so that it reaches no log line.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, TypeVar

from kafka.errors import BrokerResponseError, KafkaError

ClientT = TypeVar("ClientT")

SECURITIES: Final = ("PLAINTEXT", "SSL", "SASL_PLAINTEXT", "SASL_SSL")
MECHANISM: Final = "SCRAM-SHA-512"
BOOTSTRAP_MS: Final = 5_000
"""How long one broker has to answer a new client, before the next is asked."""
PARTITION: Final = 0
"""One log is one partition (design D5)."""


class _Hidden(str):
    """A secret as kafka-python needs it, a str, but not shown where it writes all its settings into a line of its log."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "'(hidden)'"


@dataclass(frozen=True, slots=True, kw_only=True)
class KafkaAccess:
    """One topic of one cluster, and the user who asks for it."""

    bootstrap: tuple[str, ...]
    """host:port of some brokers; the others are learned from them."""
    topic: str
    security: str = "PLAINTEXT"
    """One of SECURITIES; with SASL the mechanism is SCRAM-SHA-512."""
    user: str | None = None
    password: str | None = field(default=None, repr=False)
    ca_file: Path | None = None
    """Certificates that the brokers' own must come from, PEM; None: those that the system trusts."""
    request_timeout_ms: int = 15_000
    delivery_timeout_ms: int = 30_000
    """After this long without an answer the outcome of an append counts as unknown."""

    def client_settings(self) -> dict[str, Any]:
        """The settings that producer, consumer and admin client of kafka-python have in common."""
        settings: dict[str, Any] = {
            "bootstrap_servers": list(self.bootstrap),
            "security_protocol": self.security,
            "request_timeout_ms": self.request_timeout_ms,
        }
        if self.security.startswith("SASL_"):
            settings |= {
                "sasl_mechanism": MECHANISM,
                "sasl_plain_username": self.user,
                "sasl_plain_password": None if self.password is None else _Hidden(self.password),
            }
        if self.security.endswith("SSL") and self.ca_file is not None:
            settings["ssl_cafile"] = str(self.ca_file)
        return settings

    def connected(self, make: Callable[..., ClientT], **settings: Any) -> ClientT:
        """A producer, consumer or admin client that has found the cluster; the last broker's KafkaError if none answers.

        Each broker is asked on its own: kafka-python asks one at random, and if that one is silent (a stopped process, a
        cut network) the whole time allowed for starting is spent on it.
        """
        failure: KafkaError | None = None
        for address in self.bootstrap:
            own = self.client_settings() | {"bootstrap_servers": [address], "bootstrap_timeout_ms": BOOTSTRAP_MS}
            try:
                return make(**own, **settings)
            except KafkaError as error:
                failure = error
        raise failure or KafkaError("no address of a broker was given")


def not_reached(access: KafkaAccess, *, error: Exception) -> str:
    """The sentence for a cluster that does not do what was asked: a wrong password looks to a client like silence."""
    where = ", ".join(access.bootstrap)
    if isinstance(error, BrokerResponseError):
        return (
            f"Kafka at {where} does not do what was asked ({type(error).__name__}): try again, and look at its brokers."
        )
    causes = "brokers down, network cut, a wrong user name or password, or TLS that does not fit"
    return f"Kafka does not answer at {where}: {causes}."
