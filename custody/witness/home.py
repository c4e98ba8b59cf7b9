"""The folder of a witness: its keystore and its state, made together, once.

    keystore.json     the secret, under a PIN (custody.adapters.keystore)
    witness.db        what was cosigned, and whose file it is (custody.adapters.witness_state)

A copy of the folder is a second witness with the same keys, and a restored one has forgotten what it signed: both could sign two
histories. A witness whose state is lost gets new keys.

Misused: witness-exists. Unavailable: witness-state-foreign and those of both files.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from custody.adapters.durable import make_folder
from custody.adapters.keystore import Keystore, NewKey
from custody.adapters.keystore_file import COST, LIGHT_COST
from custody.adapters.witness_state import WitnessNames, WitnessState
from custody.witness.keys import WitnessKeys, check_name
from schemas.demo_domain import is_demo_domain
from schemas.errors import Misused, Unavailable

KEYSTORE: Final = "keystore.json"
STATE: Final = "witness.db"
ROLE: Final = "witness"
BADGE: Final = "witness"
_SECRET_BYTES: Final = 32


def make_home(folder: Path, *, name: str, pin: str, draw: Callable[[int], bytes] = os.urandom) -> WitnessKeys:
    """Make the keys of a witness of this name, and its empty state; ``draw`` gives that many fresh random bytes."""
    check_name(name)
    private = Ed25519PrivateKey.from_private_bytes(draw(_SECRET_BYTES))
    keys, domain = WitnessKeys.of(private, name=name), name.partition("/")[0]
    if any((folder / name).exists() for name in (KEYSTORE, STATE)):
        raise Misused("witness-exists", f"There is a witness in {folder.name} already.")
    make_folder(folder)
    folder.chmod(0o700)
    try:
        store = Keystore.create(folder / KEYSTORE, domain=domain, cost=LIGHT_COST if is_demo_domain(domain) else COST)
        store.add([NewKey(badge=BADGE, role=ROLE, private=private, pin=pin)])
        WitnessState.create(folder / STATE, owner=_owner(keys))
    except BaseException:
        for made in (STATE, KEYSTORE):
            (folder / made).unlink(missing_ok=True)
        raise
    return keys


def open_home(folder: Path, *, pin: str) -> tuple[WitnessKeys, WitnessState]:
    """The keys of a folder, and its state; Unavailable where one is missing, or not the other's."""
    state = WitnessState.open(folder / STATE)
    try:
        store = Keystore(folder / KEYSTORE)
        private = store.unlock(keyid=store.find(badge=BADGE, role=ROLE).keyid, pin=pin)
        keys = WitnessKeys.of(private, name=state.owner.name)
        if _owner(keys) != state.owner:
            raise Unavailable("witness-state-foreign", f"{STATE} is not the state of the keys in {KEYSTORE}.")
    except BaseException:
        state.close()
        raise
    return keys, state


def _owner(keys: WitnessKeys) -> WitnessNames:
    return WitnessNames(keys.name, "\n".join(keys.vkeys))
