"""The table of a ceremony: a folder that travels between machines, with requests, the derived genesis and signatures.

    requests/BADGE.json     what each keyholder brought
    genesis.json            the payload of genesis, as whoever opens the election derived it
    signatures/BADGE.event  an envelope with one officer's signature
    opened.json             which log it became
    enrolments/             requests of everybody else, the acts that enrol them, and officers' signatures on these
    names.json              the names by language, whose SHA-256 genesis states

Everything here is public. Each step is one file, put in its place whole: what was interrupted is done again by the same command.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final

from custody.adapters.durable import write_file
from custody.core.entries.signing import keyid, verify
from custody.election.ceremony import KeyRequest, needed, read_request
from custody.election.model import Election
from schemas.election_names import NAMES_FILE
from schemas.envelope import ENTRY_BYTES_MAX, Signature, pae, parse_envelope
from schemas.errors import Misused, Refused, Unavailable

_FILE_MAX: Final = ENTRY_BYTES_MAX + 1


class CeremonyTable:
    """One ceremony's folder."""

    def __init__(self, path: Path) -> None:
        """Misused where ``path`` is something else than a folder, or cannot be one."""
        self.path = path
        try:
            for part in ("requests", "signatures", "enrolments"):
                (path / part).mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise Misused("ceremony-table", f"{path} cannot be the folder of a ceremony: {error.strerror}.") from error

    @property
    def genesis(self) -> Path:
        """The payload of genesis."""
        return self.path / "genesis.json"

    @property
    def opened(self) -> Path:
        """What was opened."""
        return self.path / "opened.json"

    @property
    def names(self) -> Path:
        """The names by language whose sum genesis states, for wherever the log is read."""
        return self.path / NAMES_FILE

    def enrolment(self, badge: str) -> Path:
        """The file of the request of somebody who is enrolled after genesis."""
        return self.path / "enrolments" / f"{badge}.json"

    def act(self, number: int) -> Path:
        """The payload of an act that enrols some of them; its signatures lie beside it."""
        return self.path / "enrolments" / f"act-{number}.json"

    def act_signature(self, number: int, *, badge: str) -> Path:
        """The file of an officer's signature on such an act."""
        return self.path / "enrolments" / f"act-{number}-{badge}.event"

    def request(self, badge: str) -> Path:
        """The file of somebody's request."""
        return self.path / "requests" / f"{badge}.json"

    def signature(self, badge: str) -> Path:
        """The file of an officer's signature."""
        return self.path / "signatures" / f"{badge}.event"

    def read(self, path: Path) -> bytes | None:
        """The bytes of a file, None where it is not there. Unavailable where the disk refuses."""
        try:
            with path.open("rb") as file:
                return file.read(_FILE_MAX)
        except FileNotFoundError:
            return None
        except OSError as error:
            raise Unavailable("ceremony-table", f"{path} cannot be read: {error.strerror}.") from error

    def write(self, path: Path, data: bytes) -> None:
        """Put a file in its place, whole."""
        write_file(path, data)

    def requests(self, election: Election) -> dict[str, KeyRequest]:
        """The requests that genesis waits for and that are there, by badge. Refused for one that is altered or another's."""
        found: dict[str, KeyRequest] = {}
        for badge in needed(election):
            data = self.read(self.request(badge))
            if data is None:
                continue
            said = read_request(data, name=str(self.request(badge)))
            if said.badge != badge:
                raise Refused("request-badge", f"{self.request(badge)} is the request of {said.badge}, not of {badge}.")
            found[badge] = said
        self._check_apart(found)
        for path in sorted((self.path / "requests").glob("*.json")):
            if path.stem not in needed(election):
                told = f"{path} is nobody's whom this election names: the root is {', '.join(election.root)}."
                raise Refused("request-stranger", told)
        return found

    def signatures(self, election: Election, *, payload: bytes) -> Iterator[tuple[str, Signature]]:
        """Good signatures over the derived genesis, with whose they are. Refused for one over anything else."""
        known = self.requests(election)
        for path in sorted((self.path / "signatures").glob("*.event")):
            data = self.read(path) or b""
            try:
                envelope = parse_envelope(data)
            except Refused as error:
                raise Refused("signature-form", f"{path} is no signed genesis: {error.sentence}") from error
            if envelope.payload != payload:
                told = f"{path} signs another genesis than the one on this table: sign again."
                raise Refused("signature-other", told)
            public = bytes.fromhex(known[path.stem].public) if path.stem in known else b""
            for signature in envelope.signatures:
                if path.stem not in election.root or signature.keyid != keyid(public):
                    told = f"{path} is not signed with the key that {path.stem} brought to this ceremony."
                    raise Refused("signature-stranger", told)
                if not verify(public=public, message=pae(payload), signature=signature.sig):
                    raise Refused("signature-bad", f"The signature in {path} is not one.")
                yield path.stem, signature

    @staticmethod
    def _check_apart(found: dict[str, KeyRequest]) -> None:
        """No key and no person twice."""
        keys: dict[str, str] = {}
        persons: dict[str, str] = {}
        for badge, said in found.items():
            if said.public in keys:
                told = f"{badge} and {keys[said.public]} brought the same key: each needs one of their own."
                raise Refused("request-key-twice", told)
            keys[said.public] = badge
            if said.person is not None and said.person in persons:
                told = f"{badge} and {persons[said.person]} are the same person by their tags."
                raise Refused("request-person-twice", told)
            if said.person is not None:
                persons[said.person] = badge
