"""A phone that signs what is recorded on it, as the browser does it, for tests without a browser."""

import hashlib
from dataclasses import dataclass, field
from typing import Any

from ledger.coop.devices.requests import AskDevice, DecideDevice, approve_device, ask_device
from ledger.coop.devices.signed_answers import SignedAnswers, answers_digest
from ledger.log.canonical import format_canonical
from ledger.log.keys import key_added_text
from ledger.log.record_notes import RECORD_TYPE
from signing.canonical_base64 import format_base64
from signing.keys import NamedKey, PrivateKey
from signing.notes import sign_note

SALT = bytes(range(32))
RECORDED_AT = "2026-11-12T01:02:03.004Z"


@dataclass(frozen=True)
class SigningPhone:
    """A phone called ``name`` with a key of its own."""

    name: str
    key: NamedKey = field(repr=False)

    def request(self) -> AskDevice:
        """Its own ``KeyAdded``."""
        return AskDevice(sign_note(key_added_text(self.key.verifier_key), self.key))

    def note(self, digest: bytes, recorded_at: str = RECORDED_AT) -> bytes:
        """A record note over ``digest``."""
        body = {"digest": format_base64(digest), "recordedAt": recorded_at}
        return sign_note(RECORD_TYPE.encode() + b"\n" + format_canonical(body) + b"\n", self.key)

    def signed(self, answers: dict[str, Any], salt: bytes = SALT) -> SignedAnswers:
        """Answers as the server reads them, and what the phone signed of them."""
        return SignedAnswers(self.note(answers_digest(salt, answers)), salt, answers)


def phone_of(world, name="may-a2b3c4d5", organisation=None) -> SigningPhone:
    """A phone of the organisation, by default the cooperative, that nobody took in yet."""
    code = (organisation or world.coop).code
    seed = hashlib.sha256(f"{code}/{name}".encode()).digest()
    return SigningPhone(name, NamedKey(f"{world.ledger.origin}/{code}/{name}", PrivateKey.from_seed(seed)))


def registered_phone(world, name="may-a2b3c4d5") -> SigningPhone:
    """A phone of the cooperative that a manager took in."""
    phone = phone_of(world, name)
    asked = world.run(ask_device, phone.request())
    world.run(approve_device, DecideDevice(asked.id))
    return phone
