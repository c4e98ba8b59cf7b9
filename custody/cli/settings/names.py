"""Every CUSTODY_* setting of the environment and what it says: for `custody doctor`, and for docs/operating.md.

A setting that is a secret may instead be the name of a file that holds nothing else, with ``_FILE`` behind its name.

Not here: how a setting is read (``environment``, ``books``, ``kafka``).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

SETTINGS: Final[Mapping[str, str]] = {
    "CUSTODY_KAFKA_BOOTSTRAP": "brokers, host:port,host:port; the others are learned from them",
    "CUSTODY_KAFKA_TOPIC": "the topic that is the log",
    "CUSTODY_KAFKA_SECURITY": "PLAINTEXT, SSL, SASL_PLAINTEXT or SASL_SSL; with SASL, SCRAM-SHA-512",
    "CUSTODY_KAFKA_USER": "user of Kafka",
    "CUSTODY_KAFKA_PASSWORD": "its password",
    "CUSTODY_KAFKA_PASSWORD_FILE": "a file that holds it",
    "CUSTODY_KAFKA_CA_FILE": "certificates that the brokers' own must come from, PEM; unset: those that the system trusts",
    "CUSTODY_KAFKA_REPLICAS": "how many replicas the topic must have; unset: 3",
    "CUSTODY_KAFKA_REQUEST_TIMEOUT_MS": "how long a broker has to answer; unset: 15000",
    "CUSTODY_KAFKA_DELIVERY_TIMEOUT_MS": "after how long an append without an answer counts as unknown; unset: 30000",
    "CUSTODY_POSTGRES": "the database of the books, postgresql://role@host:port/database, without the password",
    "CUSTODY_POSTGRES_PASSWORD": "the role's password",
    "CUSTODY_POSTGRES_PASSWORD_FILE": "a file that holds it",
    "CUSTODY_ROOT": "the election id to pin, 64 hex digits; unset: whatever the log begins with",
    "CUSTODY_KEYSTORE": "the keystore of a service that signs",
    "CUSTODY_BADGE": "whose key in it",
    "CUSTODY_LANG": "the language in which commands tell: en, ru or kk; the default of `--lang`",
    "CUSTODY_PIN": "what opens the key",
    "CUSTODY_PIN_FILE": "a file that holds it",
    "CUSTODY_LISTEN": "host:port on which a gateway or web answers",
    "CUSTODY_HEALTH_LISTEN": "host:port on which a service answers for its health",
    "CUSTODY_TOKENS": "gateway, web: the file of tokens that open what is withheld (custody token issue)",
    "CUSTODY_TOKEN": "audit, sync: the token to send to a gateway",
    "CUSTODY_TOKEN_FILE": "a file that holds it",
    "CUSTODY_WATCH_S": "how often a service looks at the topic, seconds; unset: 15",
    "CUSTODY_CLOCK": "monitor, checkpointer: wall, or for demonstrations log (the newest time claimed on the log); unset: wall",
    "CUSTODY_KEY_RATE": "gateway: entries of one device, per-second:at-once",
    "CUSTODY_ADDRESS_RATE": "gateway: requests and entries of one address, per-second:at-once",
    "CUSTODY_ADDRESS_CONNECTIONS": "gateway: connections that one address (of IPv6 its /56) may have open; unset: 32",
    "CUSTODY_TRUSTED_PROXIES": "gateway: addresses and networks of proxies whose X-Forwarded-For or Forwarded counts",
    "CUSTODY_TILES": "gateway: the checkpointer's folder of tiles, to serve at /logs/0/; unset: it serves none",
    "CUSTODY_BOXES": "gateway: a folder for boxes of enrolment by a one-time code; unset: in memory, gone with a restart",
    "CUSTODY_WITNESSES": "checkpointer: the file of log witnesses to ask, witness <name> <vkey> <url> each; unset: none",
    "CUSTODY_WITNESS_DIR": "witness: the folder of its keys and its state; unset: witness",
    "CUSTODY_WITNESS_LISTEN": "witness: host:port on which it answers; unset: 127.0.0.1:8001",
    "CUSTODY_WITNESS_LOGS": "witness: the file of the logs that it witnesses",
    "CUSTODY_WITNESS_PIN": "witness: what opens its keys",
    "CUSTODY_WITNESS_PIN_FILE": "a file that holds it",
    "CUSTODY_TRACEBACK": "1: errors show their traceback, for whoever repairs the program",
}
