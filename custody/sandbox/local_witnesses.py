"""The log witnesses of a demonstration as processes of their own: ``custody witness``, three of them, on loopback.

Each has its folder with keys and state, and keeps it when it ends: started again it goes on where it was. They sign the time that
the play tells them (``--clock log``), so the same play comes out byte for byte the same.

Not here: who they are (``play_witnesses``), and any witness in earnest (docs/witness.md).
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from time import monotonic
from typing import Any, Final, Self

from consumers.collection import Collector
from consumers.witnesses import NamedWitness
from custody.adapters.durable import make_folder
from custody.adapters.witness_client import AskWitness, WitnessClient
from custody.core.tlog.cosignatures import format_witness_key
from custody.core.tlog.merkle import Tree
from custody.core.tlog.notes import VerifierKey, format_verifier_key
from custody.demo.people import DOMAIN
from custody.sandbox.local_processes import KEPT
from custody.sandbox.play_witnesses import NAMES, policy, witness_key, witness_private
from custody.witness.home import KEYSTORE, make_home
from schemas.errors import Unavailable

PIN: Final = "000000"
ASKED: Final = "asked"
"""The file of who is asked, as CUSTODY_WITNESSES names it; it is right for as long as the processes run."""
_ANSWER_S: Final = 20.0
_STOPS_WITHIN_S: Final = 15
_READY: Final = "Witness: "

Told = Callable[[], int | None]
"""What time it is in the play, seconds since 1970."""


class LocalWitnesses:
    """The three, as ``custody.demo.notary.LogWitnesses``; a context manager that ends them all."""

    def __init__(self, folder: Path, *, seed: int, domain: str = DOMAIN) -> None:
        """In ``folder``, which has one folder for each of them; nothing is started yet."""
        self._folder = folder
        self._seed = seed
        self._domain = domain
        self._running: dict[str, subprocess.Popen[str]] = {}
        self._named: dict[str, NamedWitness] = {}
        self._clients: list[WitnessClient] = []
        self._collector: Collector | None = None
        self._tree = Tree()
        self._at: int | None = None

    @property
    def policy(self) -> dict[str, Any]:
        """What genesis says of them."""
        return policy(self._seed, domain=self._domain)

    def meet(self, key: VerifierKey) -> None:
        """Start them as witnesses of this log; returns before they answer."""
        for name in NAMES:
            home = self._folder / name
            if not (home / KEYSTORE).is_file():
                make_folder(home)
                self._make(name, home=home)
            (home / "logs").write_text(f"log {format_verifier_key(key)}\n", encoding="utf-8")
            self._running[name] = _started(home)

    def _make(self, name: str, *, home: Path) -> None:
        def draw(_: int) -> bytes:
            return witness_private(name, seed=self._seed, domain=self._domain).private_bytes_raw()

        make_home(home, name=witness_key(name, seed=self._seed, domain=self._domain).name, pin=PIN, draw=draw)

    def cosign(self, note: bytes, *, tree: Tree, at: int) -> bytes:
        """The signed checkpoint with the cosignatures of all three; Unavailable("witness-silent") where one is missing."""
        self._tree, self._at = tree, at
        if self._collector is None:
            asked = self.asked(lambda: self._at)
            self._collector = Collector(asked, nodes_of=lambda _: self._tree.node, clock=monotonic)
        cosigned = self._collector.cosigned(note, wait_s=_ANSWER_S)
        if len(self._collector.cosigners) < len(NAMES):
            trouble = {name: one.trouble for name, one in self._collector.standing.items() if one.trouble}
            raise Unavailable("witness-silent", f"Not all log witnesses of the demonstration cosigned: {trouble}.")
        return cosigned

    def asked(self, told: Told) -> Mapping[NamedWitness, AskWitness]:
        """Each with how it is asked, once it answers."""
        clients = {one: WitnessClient(one.url, answer_s=_ANSWER_S, told=told) for one in self._answering()}
        self._clients += clients.values()
        return {one: client.add_checkpoint for one, client in clients.items()}

    def settings(self) -> dict[str, str]:
        """What a checkpointer's process is told, to ask these: settings of its environment."""
        lines = [f"witness {one.name} {format_witness_key(one.key)} {one.url}\n" for one in self._answering()]
        path = self._folder / ASKED
        path.write_text("".join(lines), encoding="utf-8")
        return {"CUSTODY_WITNESSES": str(path), "CUSTODY_CLOCK": "log"}

    def _answering(self) -> Sequence[NamedWitness]:
        for name, process in self._running.items():
            if name not in self._named:
                self._named[name] = NamedWitness(
                    name, witness_key(name, seed=self._seed, domain=self._domain), _address(process, name=name)
                )
        return tuple(self._named.values())

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._collector is not None:
            self._collector.close()
        for client in self._clients:
            client.close()
        for process in self._running.values():
            process.send_signal(signal.SIGTERM)
        for process in self._running.values():
            with suppress(subprocess.TimeoutExpired):
                process.wait(_STOPS_WITHIN_S)
            if process.poll() is None:
                process.kill()
                process.wait()
            if process.stdout is not None:
                process.stdout.close()
        self._running.clear()


def _started(home: Path) -> subprocess.Popen[str]:
    words = ["witness", "--dir", str(home), "--logs", str(home / "logs"), "--listen", "127.0.0.1:0", "--clock", "log"]
    return subprocess.Popen(  # noqa: S603 - our own program
        [sys.executable, "-m", "custody.cli", *words],
        env={name: os.environ[name] for name in KEPT if name in os.environ} | {"CUSTODY_WITNESS_PIN": PIN},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,  # Ctrl-C is for us, who end them in good order
    )


def _address(process: subprocess.Popen[str], *, name: str) -> str:
    """Where a witness answers, which is what it says first."""
    said = "" if process.stdout is None else process.stdout.readline()
    if not said.startswith(_READY):
        raise Unavailable(
            "witness-silent", f"The log witness {name} did not start: {said.strip() or 'it said nothing'}."
        )
    return said.removeprefix(_READY).split()[0].rstrip("/")
