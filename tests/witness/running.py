"""Witnesses as processes of their own, and logs that ask them, honest or not."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from base64 import b64encode
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from http.client import HTTPConnection
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from custody.core.entries.signing import public_bytes
from custody.core.tlog.merkle import Tree, leaf_hashes
from custody.core.tlog.notes import VerifierKey, format_verifier_key, sign_text
from custody.core.tlog.proofs import consistency_proof
from custody.witness.home import make_home
from custody.witness.keys import WitnessKeys
from custody.witness.submission import format_line

PIN = "123456"
NAME = "witness.invalid/w1"


@dataclass(slots=True)
class TestLog:
    """A log of invented entries under a key of its own."""

    __test__ = False

    origin: str
    entries: str = "entry"
    """What its entries begin with: two logs of one origin and other entries are a fork."""
    tree: Tree = field(default_factory=Tree)

    @property
    def private(self) -> Ed25519PrivateKey:
        """The log key, which follows from the origin."""
        return Ed25519PrivateKey.from_private_bytes(sha256(self.origin.encode()).digest())

    @property
    def key(self) -> VerifierKey:
        """Its verifier key."""
        return VerifierKey(self.origin, public_bytes(self.private))

    @property
    def line(self) -> str:
        """Its line in a file of logs."""
        return f"log {format_verifier_key(self.key)}\n"

    def grown(self, size: int) -> TestLog:
        """The log with at least so many entries."""
        added = [f"{self.entries} {number}".encode() for number in range(self.tree.size, size)]
        self.tree.extend(leaf_hashes(added))
        return self

    def text(self, size: int) -> str:
        """The text of a checkpoint."""
        root = b64encode(self.grown(size).tree.root(size)).decode()
        return f"{self.origin}\n{size}\n{root}\n"

    def note(self, text: str) -> str:
        """A signed checkpoint of this text."""
        return f"{text}\n{format_line(sign_text(text=text, key=self.key, sign=self.private.sign))}"

    def proof(self, old: int, *, new: int) -> str:
        """The lines of a consistency proof."""
        made = consistency_proof(nodes=self.grown(new).tree.node, old=old, new=new)
        return "".join(f"{b64encode(one).decode()}\n" for one in made)

    def submission(self, old: int, *, new: int) -> bytes:
        """An honest request."""
        return f"old {old}\n{self.proof(old, new=new)}\n{self.note(self.text(new))}".encode()


@dataclass(frozen=True, slots=True)
class Reply:
    """What a witness answered."""

    status: int
    type: str
    body: bytes


@dataclass(slots=True)
class Running:
    """A witness's process."""

    process: subprocess.Popen[str]
    port: int

    def ask(self, method: str, path: str, body: bytes | None = None, *, asked: str = "") -> Reply:
        """One request over a connection of its own; OSError where the process is gone."""
        connection = HTTPConnection("127.0.0.1", self.port, timeout=20)
        try:
            connection.request(method, path, body=body, headers={"Accept-Language": asked})
            answer = connection.getresponse()
            return Reply(answer.status, answer.getheader("Content-Type", ""), answer.read())
        finally:
            connection.close()

    def add(self, body: bytes) -> Reply:
        """Ask for a cosignature."""
        return self.ask("POST", "/add-checkpoint", body)

    def kill(self) -> None:
        """End it as a power cut does."""
        self.process.send_signal(signal.SIGKILL)
        self.process.wait(timeout=10)


def home(folder: Path, *, logs: Sequence[TestLog]) -> WitnessKeys:
    """The folder of a new witness that knows these logs."""
    keys = make_home(folder, name=NAME, pin=PIN)
    (folder / "logs").write_text("# for tests\n\n" + "".join(log.line for log in logs), encoding="utf-8")
    return keys


def start(
    folder: Path,
    *,
    python: str = sys.executable,
    environment: dict[str, str] | None = None,
    clock: str = "wall",
) -> Running:
    """A witness over its folder, at a free port."""
    words = ["-m", "custody.cli", "witness", "--dir", str(folder), "--logs", str(folder / "logs"), "--clock", clock]
    process = subprocess.Popen(
        [python, *words, "--listen", "127.0.0.1:0"],
        env={**(os.environ if environment is None else environment), "CUSTODY_WITNESS_PIN": PIN},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    line = process.stdout.readline()
    if not line.startswith("Witness: http://127.0.0.1:"):
        said = process.communicate(timeout=10)
        raise AssertionError(f"the witness did not start: {line}{said}")
    return Running(process, int(line.split(":")[3].split("/")[0]))


@contextmanager
def running(folder: Path, *, clock: str = "wall") -> Iterator[Running]:
    """A witness for as long as the block runs; it must end well when it is asked to."""
    witness = start(folder, clock=clock)
    try:
        yield witness
    finally:
        witness.process.terminate()
        _, said = witness.process.communicate(timeout=30)
    assert (witness.process.returncode, said) == (0, "")
