"""Certificates for servers of the tests, and TLS before a PostgreSQL that was built without it."""

from __future__ import annotations

import socket
import ssl
import threading
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import Final, Self

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

_FROM: Final = datetime(2026, 1, 1, tzinfo=UTC)
_PEM: Final = serialization.Encoding.PEM
_SSL_REQUEST: Final = (80_877_103).to_bytes(4, "big")
"""What a client of PostgreSQL asks first, after the length 8, if it wants TLS (protocol 3, "SSLRequest")."""


@dataclass(frozen=True, slots=True)
class Authority:
    """Whoever signs the certificates of servers; its own certificate is ``ca``."""

    key: ec.EllipticCurvePrivateKey
    name: x509.Name
    ca: Path

    @classmethod
    def new(cls, folder: Path) -> Self:
        """A new authority, its certificate in ``folder``."""
        key = ec.generate_private_key(ec.SECP256R1())
        authority = cls(key, _named("authority of the tests"), folder / "ca.pem")
        root = authority._builder(authority.name, public=key.public_key())
        root = root.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        root = root.add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        authority.ca.write_bytes(root.sign(key, hashes.SHA256()).public_bytes(_PEM))
        return authority

    def issue(self, path: Path, *, address: str = "127.0.0.1") -> Path:
        """A key and its certificate for a server at ``address``, both in the file ``path``."""
        key = ec.generate_private_key(ec.SECP256R1())
        host = x509.SubjectAlternativeName([x509.IPAddress(ip_address(address))])
        made = self._builder(_named("server of the tests"), public=key.public_key()).add_extension(host, critical=False)
        private = key.private_bytes(_PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        path.write_bytes(private + made.sign(self.key, hashes.SHA256()).public_bytes(_PEM))
        return path

    def _builder(self, subject: x509.Name, *, public: ec.EllipticCurvePublicKey) -> x509.CertificateBuilder:
        made = x509.CertificateBuilder().subject_name(subject).issuer_name(self.name).public_key(public)
        made = made.serial_number(x509.random_serial_number())
        made = made.not_valid_before(_FROM).not_valid_after(_FROM + timedelta(days=36_500))
        own = x509.SubjectKeyIdentifier.from_public_key(self.key.public_key())
        return made.add_extension(x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(own), critical=False)


def _named(name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])


class PostgresOverTls:
    """Speaks PostgreSQL with TLS on a port of its own, and the same without TLS to the server behind it."""

    def __init__(self, *, port: int, certificate: Path) -> None:
        """Before the server at ``port`` of loopback; listens at once."""
        self._behind = port
        self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._context.load_cert_chain(certificate)
        self._open = ExitStack()
        self._listening = self._open.enter_context(socket.create_server(("127.0.0.1", 0)))
        self.port = int(self._listening.getsockname()[1])
        self.taken = 0
        """Connections that began with TLS."""
        threading.Thread(target=self._accept, daemon=True).start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        with suppress(OSError):
            self._listening.shutdown(socket.SHUT_RDWR)
        self._open.close()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                client, _ = self._listening.accept()
                threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client: socket.socket) -> None:
        with ExitStack() as stack, suppress(OSError):
            stack.enter_context(client)
            asked = client.recv(8, socket.MSG_WAITALL)
            if asked[4:] != _SSL_REQUEST:
                return
            client.sendall(b"S")
            secure = stack.enter_context(self._context.wrap_socket(client, server_side=True))
            behind = stack.enter_context(socket.create_connection(("127.0.0.1", self._behind)))
            self.taken += 1
            back = threading.Thread(target=_pump, args=(behind, secure), daemon=True)
            back.start()
            _pump(secure, behind)
            back.join()


def _pump(source: socket.socket, sink: socket.socket) -> None:
    with suppress(OSError):
        while data := source.recv(65_536):
            sink.sendall(data)
    with suppress(OSError):
        sink.shutdown(socket.SHUT_RDWR)
