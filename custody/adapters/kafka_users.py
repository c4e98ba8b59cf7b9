"""Users of a Kafka cluster: SCRAM-SHA-512 credentials, put there by a superuser.

A password leaves this process salted and hashed only. Not here: what a user may do (``kafka_topic``), and the superusers
``broker`` and ``admin``, which exist before the first broker starts (deploy/kafka/start.sh).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from kafka.admin import KafkaAdminClient, ScramMechanism, UserScramCredentialUpsertion
from kafka.errors import KafkaError

from custody.adapters.kafka_access import KafkaAccess
from schemas.errors import LogUnavailable

ITERATIONS: Final = 8192
"""Of the hash that the cluster keeps; the passwords are random, so that guessing is hopeless at any number."""


def put_users(access: KafkaAccess, *, passwords: Mapping[str, str]) -> None:
    """Make these users able to prove who they are by these passwords, whatever theirs were; ``access`` is a superuser's.

    LogUnavailable if the cluster cannot be reached, does not know the superuser, or takes not all of them.
    """
    wanted = [
        UserScramCredentialUpsertion(user, ScramMechanism.SCRAM_SHA_512, password, iterations=ITERATIONS)
        for user, password in passwords.items()
    ]
    try:
        client = access.connected(KafkaAdminClient)
        try:
            told = client.alter_user_scram_credentials(wanted)
        finally:
            client.close()
    except (KafkaError, OSError) as error:
        reason = f"Kafka did not take the users ({type(error).__name__}): is it reachable, and the password right?"
        raise LogUnavailable("kafka-users", reason) from error
    failed = sorted(user for user, reason in told.items() if reason is not None)
    if failed:
        raise LogUnavailable("kafka-users", f"Kafka did not take the users {', '.join(failed)}.")
