"""A time-stamp authority made of ``openssl ts``: its certificates, and a small HTTP server."""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.support.witnessing import answering

CONFIGURATION = """
[ tsa ]
default_tsa = tsa_config
[ tsa_config ]
serial = ./serial
crypto_device = builtin
signer_digest = sha256
default_policy = 1.3.6.1.4.1.99999.1
digests = sha256
accuracy = secs:1
ordering = yes
tsa_name = no
ess_cert_id_chain = no
ess_cert_id_alg = sha256
"""
EXTENSIONS = (
    "extendedKeyUsage=critical,timeStamping\nbasicConstraints=CA:FALSE\nkeyUsage=critical,digitalSignature\n"
)


@dataclass(frozen=True)
class TimeAuthority:
    """``folder`` holds ``ca.pem``, which vouches for the authority, and all that signing needs."""

    folder: Path

    @property
    def pem(self) -> Path:
        return self.folder / "ca.pem"

    def reply(self, request: bytes) -> bytes:
        """What the authority answers to a ``TimeStampReq``."""
        (self.folder / "request.tsq").write_bytes(request)
        _run(
            self.folder,
            "openssl ts -reply -queryfile request.tsq -config tsa.cnf -section tsa_config "
            "-signer tsa.pem -inkey tsa.key -chain ca.pem -out reply.tsr",
        )
        return (self.folder / "reply.tsr").read_bytes()

    @contextmanager
    def serving(self) -> Iterator[str]:
        """The authority's address while the block runs."""
        headers = {"Content-Type": "application/timestamp-reply"}
        with answering(lambda _path, body: (200, headers, self.reply(body))) as url:
            yield f"{url}/tsa"


def make_authority(folder: Path, name: str = "TSA thu nghiem") -> TimeAuthority:
    """A new authority under a certificate authority of its own."""
    folder.mkdir(exist_ok=True)
    (folder / "tsa.cnf").write_text(CONFIGURATION)
    (folder / "serial").write_text("01\n")
    (folder / "extensions").write_text(EXTENSIONS)
    new_key = "-newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes"
    _run(
        folder,
        f"openssl req -x509 {new_key} -keyout ca.key -out ca.pem -subj '/CN={name} CA' -days 3650 "
        "-addext basicConstraints=critical,CA:TRUE",
    )
    _run(folder, f"openssl req {new_key} -keyout tsa.key -out tsa.csr -subj '/CN={name}'")
    _run(
        folder,
        "openssl x509 -req -in tsa.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 3650 "
        "-extfile extensions -out tsa.pem",
    )
    return TimeAuthority(folder)


def _run(folder: Path, command: str) -> None:
    done = subprocess.run(command, shell=True, cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
