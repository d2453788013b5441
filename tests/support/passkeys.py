"""A passkey without a browser: answers as an authenticator does (W3C WebAuthn level 2 §6), well or badly."""

import hashlib
import json
from dataclasses import dataclass, field

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from fido2 import cbor
from fido2.cose import ES256
from fido2.utils import websafe_decode, websafe_encode

PRESENT, VERIFIED, ATTESTED = 0x01, 0x04, 0x40


@dataclass
class SoftPasskey:
    """A key for the site at ``origin``; ``flags`` and ``count`` are what it says of its user and itself."""

    origin: str
    credential_id: bytes = b"a passkey of tests"
    flags: int = PRESENT | VERIFIED
    count: int = 0
    alg: int | None = None
    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))

    def create(self, options, **said):
        """The answer to ``navigator.credentials.create``."""
        cose = dict(ES256.from_cryptography_key(self.key.public_key()))
        if self.alg is not None:
            cose[3] = self.alg
        attested = bytes(16) + len(self.credential_id).to_bytes(2, "big") + self.credential_id
        data = self._data(options["rp"]["id"], ATTESTED, attested + cbor.encode(cose))
        made = cbor.encode({"fmt": "none", "attStmt": {}, "authData": data})
        client = self._client("webauthn.create", options, said)
        return self._answer({"clientDataJSON": client, "attestationObject": made})

    def get(self, options, **said):
        """The answer to ``navigator.credentials.get``."""
        data = self._data(options["rpId"], 0, b"")
        client = self._client("webauthn.get", options, said)
        signature = self.key.sign(data + hashlib.sha256(client).digest(), ec.ECDSA(SHA256()))
        return self._answer({"clientDataJSON": client, "authenticatorData": data, "signature": signature})

    def _data(self, rp_id, flags, more):
        head = hashlib.sha256(rp_id.encode()).digest() + bytes([self.flags | flags])
        return head + self.count.to_bytes(4, "big") + more

    def _client(self, kind, options, said):
        told = {"type": kind, "challenge": options["challenge"], "origin": self.origin, **said}
        return json.dumps(told).encode()

    def _answer(self, response):
        name = websafe_encode(self.credential_id)
        coded = {key: websafe_encode(value) for key, value in response.items()}
        return json.dumps({"id": name, "rawId": name, "type": "public-key", "response": coded})


def challenge_in(options):
    """The bytes of the challenge that the browser was given."""
    return websafe_decode(options["challenge"])
