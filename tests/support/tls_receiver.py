"""Somebody's server behind TLS: an authority, a certificate for a name, and what was posted to it."""

import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID


@dataclass
class TlsReceiver:
    """``trust`` is a client's context that knows the authority; ``answers`` are given in turn, then 200."""

    port: int
    trust: ssl.SSLContext
    answers: list[int] = field(default_factory=list)
    names: list[str | None] = field(default_factory=list)
    """What names clients asked for (server name indication)."""
    posted: list[tuple[str, dict[str, str], bytes]] = field(default_factory=list)
    """Path, headers, body."""


@contextmanager
def receiving(folder: Path, name: str) -> Iterator[TlsReceiver]:
    """A receiver with a certificate for ``name``, on a free port of this machine."""
    authority, certificate = _certificates(folder, name)
    trust = ssl.create_default_context(cafile=str(authority))
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    receiver = TlsReceiver(server.server_address[1], trust)
    server.receiver = receiver  # type: ignore[attr-defined]
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    context.sni_callback = lambda _socket, asked, _context: receiver.names.append(asked)
    # In the handler's thread: a client that breaks the handshake off is nobody else's trouble.
    _Handler.context = context
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield receiver
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class _Handler(BaseHTTPRequestHandler):
    context: ssl.SSLContext
    server: Any

    def setup(self) -> None:
        self.is_broken = False
        try:
            self.request = self.context.wrap_socket(self.request, server_side=True)
        except OSError:
            self.is_broken = True
        super().setup()

    def handle(self) -> None:
        if not self.is_broken:
            super().handle()

    def finish(self) -> None:
        super().finish()
        self.request.close()

    def do_POST(self) -> None:
        receiver = self.server.receiver
        body = self.rfile.read(int(self.headers["Content-Length"]))
        receiver.posted.append((self.path, dict(self.headers), body))
        self.send_response(receiver.answers.pop(0) if receiver.answers else 200)
        self.send_header("Location", "https://elsewhere.example.com/")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002  # the base class's name
        """Say nothing."""


def _certificates(folder: Path, name: str) -> tuple[Path, Path]:
    """Files of an authority, and of a certificate with its key."""
    root, key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    issuer = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Authority of a test")])
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    signed = _builder(issuer, issuer, root.public_key()).add_extension(
        x509.BasicConstraints(ca=True, path_length=0), critical=True
    )
    usage = x509.KeyUsage(*[True, False, False, False, False, True, True, False, False])
    authority = signed.add_extension(usage, critical=True).sign(root, SHA256())
    leaf = (
        _builder(issuer, subject, key.public_key())
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(root.public_key()), critical=False)
        .sign(root, SHA256())
    )
    trusted, own = folder / "authority.pem", folder / "receiver.pem"
    trusted.write_bytes(authority.public_bytes(Encoding.PEM))
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    own.write_bytes(leaf.public_bytes(Encoding.PEM) + private)
    return trusted, own


def _builder(issuer: x509.Name, subject: x509.Name, key: Any) -> x509.CertificateBuilder:
    now = datetime.now(UTC)
    return (
        x509.CertificateBuilder()
        .issuer_name(issuer)
        .subject_name(subject)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(hours=1))
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)
    )
