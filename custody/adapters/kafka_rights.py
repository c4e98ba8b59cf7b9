"""Rights on the topic: those that are given to users one by one, and rights that nobody may have.

Gateways and the services that log may append; readers may read; nobody but a superuser may delete, alter, or hold a
transactional id (control records would leave holes in the log).  Superusers can do everything: the Merkle log shows it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from kafka.admin import (
    ACL,
    ACLFilter,
    ACLOperation,
    ACLPermissionType,
    ACLResourcePatternType,
    KafkaAdminClient,
    ResourcePattern,
    ResourcePatternFilter,
    ResourceType,
)
from kafka.errors import AuthorizationError, SecurityDisabledError

from custody.ports import Alarm

WRITERS: Final = ("gateway-1", "gateway-2", "checkpointer", "monitor")
READERS: Final = ("ledger", "auditor")
MONITOR: Final = "monitor"
"""Notes silence on the log, and sees everybody's rights."""
GROUP: Final = "custody-"
"""A reader may keep its position under this name and its own, for ordinary tools to show how far it has come."""

_READ: Final = (ACLOperation.READ, ACLOperation.DESCRIBE, ACLOperation.DESCRIBE_CONFIGS)
_NEVER: Final = frozenset({ACLOperation.ALL, ACLOperation.DELETE, ACLOperation.ALTER, ACLOperation.ALTER_CONFIGS})
_ANY_HOST: Final = "*"
_CLUSTER: Final = "kafka-cluster"


def grant(client: KafkaAdminClient, *, topic: str) -> None:
    """Give every user what it may do; rights that are there already stay as they are.  Raises KafkaError."""
    failed = client.create_acls(list(_wanted(topic)))["failed"]
    if failed:
        raise failed[0]("Kafka did not take the rights.")


def check_rights(client: KafkaAdminClient, *, topic: str) -> list[Alarm]:
    """Rights that nobody may have; empty also where this user may not look at rights, or the cluster keeps none."""
    everything = ACLFilter(
        principal=None,
        host=None,
        operation=ACLOperation.ANY,
        permission_type=ACLPermissionType.ANY,
        resource_pattern=ResourcePatternFilter(ResourceType.ANY, None, ACLResourcePatternType.ANY),
    )
    try:
        found, _ = client.describe_acls(everything)
    except (AuthorizationError, SecurityDisabledError):
        return []
    return [
        Alarm("topic-acls", f"{acl.principal} may {acl.operation.name.lower().replace('_', ' ')} {_what(acl)}.")
        for acl in found
        if acl.permission_type == ACLPermissionType.ALLOW and _is_forbidden(acl, topic=topic)
    ]


def _wanted(topic: str) -> Iterator[ACL]:
    for user in (*WRITERS, *READERS):
        operations = (*_READ, ACLOperation.WRITE) if user in WRITERS else _READ
        for operation in operations:
            yield _right(user, operation=operation, resource=ResourcePattern(ResourceType.TOPIC, topic))
    for user in (*READERS, MONITOR):
        yield _right(user, operation=ACLOperation.READ, resource=ResourcePattern(ResourceType.GROUP, GROUP + user))
    yield _right(MONITOR, operation=ACLOperation.DESCRIBE, resource=ResourcePattern(ResourceType.CLUSTER, _CLUSTER))


def _right(user: str, *, operation: ACLOperation, resource: ResourcePattern) -> ACL:
    return ACL(
        principal=f"User:{user}",
        host=_ANY_HOST,
        operation=operation,
        permission_type=ACLPermissionType.ALLOW,
        resource_pattern=resource,
    )


def _is_forbidden(acl: ACL, *, topic: str) -> bool:
    resource = acl.resource_pattern
    if resource.resource_type == ResourceType.TRANSACTIONAL_ID:
        return True
    is_ours = resource.resource_name in (topic, "*") or (
        resource.pattern_type == ACLResourcePatternType.PREFIXED and topic.startswith(resource.resource_name)
    )
    if resource.resource_type == ResourceType.TOPIC:
        return is_ours and acl.operation in _NEVER
    return resource.resource_type == ResourceType.CLUSTER and acl.operation in _NEVER


def _what(acl: ACL) -> str:
    resource = acl.resource_pattern
    if resource.resource_type == ResourceType.CLUSTER:
        return "the whole cluster"
    word = "topics" if resource.resource_type == ResourceType.TOPIC else "transactional ids"
    return f"{word} named {resource.resource_name}"
