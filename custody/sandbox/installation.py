"""Installing a demonstration on Kafka and PostgreSQL: users, topic, rights, roles, and the opened election.

Everything here may run any number of times and gives the same.

Not here: the secrets (``secret_files``), the entries (``open_election``), and the servers themselves.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from custody.adapters.kafka import KafkaLog
from custody.adapters.kafka_access import KafkaAccess
from custody.adapters.kafka_topic import create_topic
from custody.adapters.kafka_users import put_users
from custody.adapters.postgres_roles import put_roles
from custody.core.entries.demo_keys import derive_demo_key
from custody.demo.notary import LogWitnesses
from custody.demo.people import demo_domain
from custody.election.model import Election
from custody.election.reference import reference_election
from custody.sandbox.open_election import OpenedElection, open_election, prepared
from custody.sandbox.secret_files import Secrets

WRITERS: Final = ("ledger", "monitor")
"""The roles of PostgreSQL that write: the books, and the alarms beside them."""


@dataclass(frozen=True, slots=True)
class Installation:
    """Where to install, as whom, and for which election."""

    secrets: Secrets
    admin: KafkaAccess
    """as a superuser of Kafka"""
    replicas: int
    postgres: str
    """URL of the books' database, as a superuser, password and all"""
    seed: int
    now: str
    """RFC 3339 with offset"""
    election: Election | None = None
    """None: the reference election"""
    witnesses: LogWitnesses | None = None
    """who cosigns the checkpoints of a play; None: the election has no log witnesses"""


def install(what: Installation) -> OpenedElection:
    """Do all of it; raises what the parts raise, and may be run again after any of it."""
    put_roles(what.postgres, writers=WRITERS, passwords=what.secrets.postgres_passwords())
    put_users(what.admin, passwords=what.secrets.kafka_passwords())
    create_topic(what.admin, replicas=what.replicas)
    election = what.election or reference_election()
    door = election.holders("gateway")[0]
    private = derive_demo_key(seed=what.seed, name=door, domain=demo_domain(election))
    with KafkaLog.open(what.admin) as log:
        entries = prepared(what.seed, election=election, witnesses=what.witnesses)
        return open_election(log, entries=entries, private=private, at=what.now)
