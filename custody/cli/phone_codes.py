"""Codes between a device on the command line and a phone: files as codes, and codes as files (docs/spec/transport.md).

What a command writes for the other device is shown as one code where it fits one, else as the lines of a set of codes; what a
camera or a scanner read becomes the file that a command takes. A compact code is read with what the device knows.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Final

from custody.adapters.outbox import Outbox
from custody.courier.client import PASSED_BYTES_MAX, read_passed
from custody.courier.knowledge import Knowledge
from custody.paper.compact import CodeKnowledge, KnownKey, read_compact, write_compact
from custody.paper.compact_parts import NotCompact
from custody.paper.one_code import (
    ShownInvitation,
    is_single,
    parse_single,
    read_invitation,
    single_code,
    write_invitation,
)
from custody.paper.packing import ACTS_MAX, PackedAct, pack, unpack
from custody.paper.transport import Carried, Gathering, printed, set_of
from schemas.envelope import event_id, parse_envelope
from schemas.errors import Refused
from schemas.invitation import FORMAT, Invitation, format_invitation, parse_invitation
from schemas.transfer import HandoverAnswered, HandoverOffered
from schemas.union import parse_event

SCREEN_CHARS_MAX: Final = 900


def codes_of(data: bytes, *, box: Outbox) -> list[str]:
    """The codes of an invitation, an offer or an answer that this device made: one, or those of a set."""
    if data.startswith(b"{") and b'"payload"' not in data.split(b"\n", 1)[0]:
        shown_here = ShownInvitation(invitation=parse_invitation(data), device=box.device()[1])
        return _one_or(single_code(write_invitation(shown_here), kind="N"), content=Carried("B", data))
    along, entry = read_passed(data)
    try:
        code = single_code(write_compact(entry, offer=_offer_of(entry, box=box)), kind="C")
    except NotCompact:
        code = None
    acts = [PackedAct(one) for one in (*along[-(ACTS_MAX - 1) :], entry)]
    return _one_or(code, content=Carried("A", pack(acts)))


def file_of(codes: Iterable[str], *, box: Outbox, knowledge: Knowledge) -> bytes:
    """The file that codes stand for. Refused where they are none of a handover, or some are lacking ("codes-lacking")."""
    gathering, name = Gathering(), b""
    for code in codes:
        if is_single(code):
            return _of_single(code, box=box, knowledge=knowledge)
        name = gathering.add(code)
    content = gathering.content(name)
    if content is None:
        raise Refused("codes-lacking", "Codes are lacking: read all that the other device shows.")
    if content.kind != "A":
        return content.data
    data = b"\n".join(act.entry for act in unpack(content.data))
    if len(data) > PASSED_BYTES_MAX:
        raise Refused("transport-oversize", "These codes carry more than a handover.")
    return data


def _one_or(code: str | None, *, content: Carried) -> list[str]:
    return [code] if code is not None else printed(set_of(content, chars_max=SCREEN_CHARS_MAX))


def _offer_of(entry: bytes, *, box: Outbox) -> bytes | None:
    """The payload of the offer that an answer is to; None for an offer, and for an answer whose offer is not kept here."""
    event = parse_event(parse_envelope(entry).payload)
    kept = box.find(event.offer) if isinstance(event, HandoverAnswered) else ()
    return parse_envelope(kept[-1].entry).payload if kept else None


def _of_single(code: str, *, box: Outbox, knowledge: Knowledge) -> bytes:
    kind, content = parse_single(code)
    if kind == "N":
        return format_invitation(read_invitation(content).invitation)
    entry = read_compact(content, context=_known_to(box, knowledge=knowledge)).entry
    _check_history(entry, knowledge=knowledge)
    return entry


def _check_history(entry: bytes, *, knowledge: Knowledge) -> None:
    """Refused("history-unseen") for an offer that follows acts which this device has not seen."""
    event = parse_event(parse_envelope(entry).payload)
    previous = [ref.previous for ref in event.units] if isinstance(event, HandoverOffered) else []
    # transport.md C7
    if any(act is not None and act not in knowledge.state.records for act in previous):
        raise Refused(
            "history-unseen", "This device has not seen what came before: read the codes of the history, or refuse."
        )


def _known_to(box: Outbox, *, knowledge: Knowledge) -> CodeKnowledge:
    election = knowledge.state.election
    given = [
        Invitation(format=FORMAT, election=election, keys=keys, nonce=nonce) for nonce, keys in box.invited() if keys
    ]
    made = [parse_envelope(kept.entry).payload for kept in box.kept() if kept.source == "own"]
    offers = {event_id(payload): payload for payload in made if parse_event(payload).type == "HandoverOffered"}
    return CodeKnowledge(
        keys=_keys(knowledge),
        invitations=lambda named: [one for one in given if one.nonce.startswith(named.hex())],
        offers=lambda named: [payload for name, payload in offers.items() if name.startswith(named.hex())],
    )


def _keys(knowledge: Knowledge) -> Callable[[bytes], Sequence[KnownKey]]:
    def found(named: bytes) -> Sequence[KnownKey]:
        alike = (one for one in knowledge.state.roster if one.keyid.startswith(named.hex()) and one.revoked is None)
        return [KnownKey(keyid=one.keyid, public=one.public, person=one.person or None) for one in alike]

    return found
