"""Events that no honest device would make: well-formed and well-signed, with parts of other events where they do not belong."""

from __future__ import annotations

import json
from random import Random
from typing import Any

from custody.core.entries.signing import sign
from custody.core.ledger import Ledger
from schemas.envelope import Signature, format_envelope, make_envelope, pae, parse_envelope
from schemas.strict_json import canonical
from tests.core.ledger.fillers import Filler, places, schema_of
from tests.core.ledger.playing import Play

_HUGE = (0, 1, 2, 40, 100_000_000, 2**40)


class Mutator:
    """Recombines the payloads of a play: each value is replaced by one that stands under the same name somewhere else."""

    def __init__(self, play: Play, random: Random) -> None:
        self._random = random
        self._payloads = [json.loads(parse_envelope(entry).payload) for entry in play.log]
        self._payloads = [payload for payload in self._payloads if payload["type"] != "ElectionOpened"]
        self._private = play.private_keys()
        self._values: dict[str, list[Any]] = {}
        for payload in self._payloads:
            self._collect(payload, name="")
        links = ("previous", "observed", "offer", "event", "corrective")
        self._filler = Filler(self._values, random)
        self._events = [item for name in links for item in self._values.get(name, []) if item]

    def entry(self, ledger: Ledger) -> bytes:
        """One mutant, signed by everybody it lists; it often follows what is really there."""
        payload = json.loads(json.dumps(self._random.choice(self._payloads)))
        if payload["device"] is not None and self._random.random() < 0.9:
            payload["device"]["number"] = self._random.randrange(10**6, 10**9)
        if self._random.random() < 0.6:
            for ref in payload.get("units", ()):
                head = ledger.state.paths.head(ref["unit"])
                if head is not None:
                    ref["previous" if "previous" in ref else "observed"] = head.act
        for _ in range(self._random.choice((1, 1, 1, 2, 3, 5))):
            self._mutate(payload)
        data = canonical(payload)
        keys = sorted({signer["key"] for signer in payload["signers"]} & set(self._private))
        kept = [key for key in keys if self._random.random() < 0.97]
        signed = [Signature(key, sign(self._private[key], pae(data))) for key in kept]
        if not signed:
            return data
        return format_envelope(make_envelope(payload=data, signatures=signed))

    def _collect(self, value: Any, *, name: str) -> None:
        self._values.setdefault(name, []).append(value)
        if isinstance(value, dict):
            for key, item in value.items():
                self._collect(item, name=key)
        elif isinstance(value, list):
            for item in value:
                self._collect(item, name=f"{name}[]")

    def _mutate(self, payload: dict[str, Any]) -> None:
        random = self._random
        choice = random.random()
        if choice < 0.3 and payload.get("units"):
            self._shuffle_units(payload["units"])
            return
        if choice < 0.5:
            self._fill(payload)
            return
        holder, key, name = random.choice(list(_places(payload, name="")))
        if name == "election":
            return
        if isinstance(holder[key], int) and not isinstance(holder[key], bool) and choice < 0.7:
            holder[key] = random.choice(_HUGE)
        elif isinstance(holder[key], list) and choice < 0.8:
            holder[key] = random.choice(([], holder[key][:1], holder[key] * 2))
        else:
            holder[key] = json.loads(json.dumps(random.choice(self._values.get(name) or [None])))

    def _fill(self, payload: dict[str, Any]) -> None:
        """A field that is null says something, or a number goes to a bound."""
        rows = [place for place in places(payload) if place.value is None or place.bounds() is not None]
        if not rows:
            return
        place = self._random.choice(rows)
        bounds = place.bounds()
        if bounds is not None and (place.value is not None or self._random.random() < 0.5):
            place.holder[place.key] = self._random.choice(bounds)
        else:
            place.holder[place.key] = self._filler.value(place, whole=schema_of(payload["type"]))

    def signed(self, payload: dict[str, Any]) -> bytes:
        """The event, signed by everybody it lists."""
        data = canonical(payload)
        keys = sorted({signer["key"] for signer in payload["signers"]} & set(self._private))
        return format_envelope(
            make_envelope(
                payload=data, signatures=[Signature(key, sign(self._private[key], pae(data))) for key in keys]
            )
        )

    @property
    def payloads(self) -> list[dict[str, Any]]:
        """A payload of each type that the play knows, the last one."""
        last = {payload["type"]: payload for payload in self._payloads}
        return [json.loads(json.dumps(payload)) for payload in last.values()]

    def _shuffle_units(self, units: list[dict[str, Any]]) -> None:
        random = self._random
        other = random.choice(self._values["units[]"])
        row = random.choice(units)
        link = "previous" if "previous" in row else "observed"
        event = other.get("previous") or other.get("observed") or random.choice(self._events)
        act = random.randrange(6)
        if act == 0:
            row["unit"] = other["unit"]
        elif act == 1:
            row.update({"unit": other["unit"], link: event})
        elif act == 2:
            row[link] = random.choice(self._events)
        elif act == 3:
            units.append({"unit": other["unit"], link: event})
        elif act == 4:
            units.append(dict(row))
        else:
            row[link] = None if link == "previous" else "ab" * 32


def _places(value: Any, *, name: str) -> Any:
    if isinstance(value, dict):
        for key, item in value.items():
            yield value, key, key
            yield from _places(item, name=key)
    elif isinstance(value, list):
        for key, item in enumerate(value):
            yield value, key, f"{name}[]"
            yield from _places(item, name=f"{name}[]")
