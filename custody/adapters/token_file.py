"""The file of tokens beside a gateway's or a web server's settings: read again whenever it has changed, replaced whole.

It holds no token, only what they are recognised by, and is for its owner's eyes all the same: 0600. Two commands never change it
at once. A file that is not there holds no token; one that cannot be read lets nobody in.

Unavailable: tokens-unreadable, file-not-written, runner-active. Refused: tokens-format. Misused: token-unknown.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, replace
from pathlib import Path
from typing import Annotated, Final, Literal

from pydantic import Field, ValidationError

from custody.adapters.durable import make_folder, read_file, write_private
from custody.adapters.lock import held
from custody.core.authority.tokens import TOKEN_BYTES, Token, admit, digest
from schemas.base import Strict
from schemas.errors import Misused, Refused, Unavailable
from schemas.identifiers import Digest, Timestamp, epoch_seconds
from schemas.strict_json import canonical, parse

FILE_BYTES_MAX: Final = 1_000_000
TOKENS_MAX: Final = 1_000
LABEL_CHARACTERS_MAX: Final = 100
_WAIT_MS: Final = 2_000


class _Row(Strict):
    id: Annotated[str, Field(pattern=r"^[0-9a-f]{8}$")]
    label: Annotated[str, Field(min_length=1, max_length=LABEL_CHARACTERS_MAX)]
    sha256: Digest
    issued: Timestamp
    expires: Timestamp
    revoked: Timestamp | None


class _Content(Strict):
    format: Literal["custody/tokens/v1"]
    tokens: Annotated[tuple[_Row, ...], Field(max_length=TOKENS_MAX)]


class TokenFile:
    """The tokens of one file; ``path`` None: there are none, and whoever brings one is not admitted."""

    def __init__(self, path: Path | None, *, clock: Callable[[], str]) -> None:
        self._path = path
        self._clock = clock
        self._mark: tuple[int, int, int] | None = None
        self._tokens: tuple[Token, ...] = ()

    @classmethod
    def none(cls) -> TokenFile:
        """Where nobody was given a token."""
        return cls(None, clock=lambda: "")

    def admits(self, header: str | None) -> bool:
        """See ``core.tokens.admit``, of the tokens in the file now. NotAdmitted; Unavailable, Refused for the file."""
        return header is not None and admit(header, tokens=self.tokens(), at=self._clock())

    def tokens(self) -> tuple[Token, ...]:
        """All that were ever issued, in that order; the file is read again if it is another than before."""
        mark = self._marked()
        if mark != self._mark:
            self._tokens = () if mark is None or self._path is None else _read(self._path)
            self._mark = mark
        return self._tokens

    def issue(self, label: str, *, expires: str, draw: Callable[[int], bytes]) -> tuple[Token, str]:
        """Keep a new token for somebody; what is kept of it, and the token itself, which nobody can be told again.

        ``draw`` gives that many fresh random bytes. Misused("token-label", "token-expiry", "tokens-many").
        """
        now, text = self._clock(), draw(TOKEN_BYTES).hex()
        if not 1 <= len(label) <= LABEL_CHARACTERS_MAX or not label.isprintable():
            raise Misused("token-label", f"A label has 1 to {LABEL_CHARACTERS_MAX} printable characters.")
        if epoch_seconds(expires) <= epoch_seconds(now):
            raise Misused("token-expiry", "A token expires after now.")
        made = Token(draw(4).hex(), label, digest(text), now, expires)
        with held(self._place().with_name(f"{self._place().name}.lock"), wait_ms_max=_WAIT_MS):
            before = self._fresh()
            if len(before) >= TOKENS_MAX:
                raise Misused("tokens-many", f"A file holds at most {TOKENS_MAX} tokens; begin another.")
            self._write((*before, made))
        return made, text

    def revoke(self, identity: str) -> Token:
        """Let a token open nothing from now on; once revoked it stays so. Misused("token-unknown")."""
        with held(self._place().with_name(f"{self._place().name}.lock"), wait_ms_max=_WAIT_MS):
            before = self._fresh()
            found = next((token for token in before if token.id == identity), None)
            if found is None:
                raise Misused("token-unknown", "There is no token with this id; custody token list names them.")
            gone = replace(found, revoked=found.revoked or self._clock())
            self._write(tuple(gone if token.id == identity else token for token in before))
        return gone

    def _place(self) -> Path:
        if self._path is None:
            raise Misused("no-token-file", "Set CUSTODY_TOKENS or give --dir: it says where tokens are kept.")
        make_folder(self._path.parent)
        return self._path

    def _fresh(self) -> tuple[Token, ...]:
        self._mark = None
        return self.tokens()

    def _marked(self) -> tuple[int, int, int] | None:
        """Which file is there, and as of when; None: none is."""
        try:
            found = None if self._path is None else self._path.lstat()
        except FileNotFoundError:
            return None
        except OSError as error:
            raise Unavailable("tokens-unreadable", "The file of tokens cannot be read.") from error
        return None if found is None else (found.st_ino, found.st_mtime_ns, found.st_size)

    def _write(self, tokens: tuple[Token, ...]) -> None:
        content = {"format": "custody/tokens/v1", "tokens": [asdict(token) for token in tokens]}
        write_private(self._place(), canonical(content))
        self._mark = None


def _read(path: Path) -> tuple[Token, ...]:
    try:
        data = read_file(path, bytes_max=FILE_BYTES_MAX)
    except OSError as error:
        raise Unavailable("tokens-unreadable", "The file of tokens cannot be read.") from error
    try:
        parse(data, bytes_max=FILE_BYTES_MAX)
        rows = _Content.model_validate_json(data).tokens
    except (Refused, ValidationError) as error:
        raise Refused("tokens-format", "The file of tokens is damaged.") from error
    return tuple(Token(**row.model_dump()) for row in rows)
