"""Passkeys: what a browser is asked, and whether its answer is good (W3C WebAuthn level 2, §7.1 and §7.2).

Options and answers are the JSON forms of WebAuthn level 3 (§5.1.8, §5.1.9): every binary value is base64url
without padding. Attestation is neither asked for nor looked at: which make of key somebody uses is their
business. The person must be verified by the key itself (finger, face, PIN), so a passkey is two factors.
"""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar
from urllib.parse import urlsplit

from fido2.cose import CoseKey
from fido2.server import Fido2Server
from fido2.utils import websafe_decode, websafe_encode
from fido2.webauthn import (
    Aaguid,
    AttestedCredentialData,
    AuthenticationResponse,
    PublicKeyCredentialDescriptor,
    PublicKeyCredentialRpEntity,
    PublicKeyCredentialType,
    PublicKeyCredentialUserEntity,
    RegistrationResponse,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from signing.errors import PasskeyError

MAX_ANSWER_CHARACTERS = 16_384
MAX_CREDENTIAL_ID_BYTES = 1023
"""WebAuthn level 2 §7.1 step 21 and level 3 §4: longer ids are refused."""
MIN_CHALLENGE_BYTES = 16
"""WebAuthn level 2 §13.4.3."""

_REQUIRED = UserVerificationRequirement.REQUIRED
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class RelyingParty:
    """The site that passkeys are made for: its origin (``https://so.example.vn``) and a name to show."""

    origin: str
    name: str

    @property
    def id(self) -> str:
        """The origin's host: the RP ID."""
        return urlsplit(self.origin).hostname or ""

    @property
    def is_usable(self) -> bool:
        """Whether a browser makes passkeys for it: a secure origin with a name, not a number (§5.1.3)."""
        parts = urlsplit(self.origin)
        is_number = self.id.replace(".", "").isdigit() or ":" in self.id
        return not is_number and (parts.scheme == "https" or self.id == "localhost")


@dataclass(frozen=True, slots=True)
class Passkey:
    """What is kept of a passkey: its id, its public key (COSE_Key, RFC 9052 §7) and its signature counter."""

    credential_id: bytes
    public_key: bytes
    sign_count: int


def creation_options(
    party: RelyingParty, challenge: bytes, *, user_id: bytes, user_name: str, known: Sequence[bytes] = ()
) -> dict[str, Any]:
    """What ``navigator.credentials.create`` is given. ``known`` are the credential ids there are already."""
    user = PublicKeyCredentialUserEntity(id=user_id, name=user_name, display_name=user_name)
    options, _ = _server(party).register_begin(
        user,
        [PublicKeyCredentialDescriptor(type=PublicKeyCredentialType.PUBLIC_KEY, id=one) for one in known],
        resident_key_requirement=ResidentKeyRequirement.REQUIRED,
        user_verification=_REQUIRED,
        challenge=challenge,
    )
    asked: dict[str, Any] = dict(options.public_key)
    return asked


def request_options(party: RelyingParty, challenge: bytes) -> dict[str, Any]:
    """What ``navigator.credentials.get`` is given: any passkey of this site will do."""
    options, _ = _server(party).authenticate_begin(user_verification=_REQUIRED, challenge=challenge)
    asked: dict[str, Any] = dict(options.public_key)
    return asked


def challenge_of(answer: str) -> bytes:
    """The challenge that the answer says it is to. It proves nothing yet. Raises ``PasskeyError``."""

    def read() -> bytes:
        sent = _parse(answer)["response"]["clientDataJSON"]
        return bytes(websafe_decode(json.loads(websafe_decode(sent))["challenge"]))

    return _guarded(read)


def credential_of(answer: str) -> bytes:
    """The id of the passkey that answers. It proves nothing yet. Raises ``PasskeyError``."""
    return _guarded(lambda: AuthenticationResponse.from_dict(_parse(answer)).raw_id)


def check_registration(party: RelyingParty, challenge: bytes, answer: str) -> Passkey:
    """The new passkey, after every check of WebAuthn §7.1 but attestation. Raises ``PasskeyError``."""

    def check() -> Passkey:
        state = {"challenge": websafe_encode(challenge), "user_verification": _REQUIRED}
        made = _server(party).register_complete(state, RegistrationResponse.from_dict(_parse(answer)))
        credential = made.credential_data
        if credential is None or len(credential.credential_id) > MAX_CREDENTIAL_ID_BYTES:
            raise ValueError("no credential, or one whose id is too long")
        return Passkey(credential.credential_id, _public_key_of(credential), made.counter)

    return _guarded(check)


def check_assertion(party: RelyingParty, challenge: bytes, passkey: Passkey, answer: str) -> int:
    """The new signature counter, after every check of WebAuthn §7.2. Raises ``PasskeyError``.

    A counter that does not rise tells of a copied key (§6.1.1); keys that do not count stay at zero.
    """

    def check() -> int:
        known = AttestedCredentialData(
            Aaguid.NONE
            + len(passkey.credential_id).to_bytes(2, "big")
            + passkey.credential_id
            + passkey.public_key
        )
        response = AuthenticationResponse.from_dict(_parse(answer))
        state = {"challenge": websafe_encode(challenge), "user_verification": _REQUIRED}
        _server(party).authenticate_complete(state, [known], response)
        counter = response.response.authenticator_data.counter
        if counter <= passkey.sign_count and (counter or passkey.sign_count):
            raise ValueError(f"counter went from {passkey.sign_count} to {counter}")
        return counter

    return _guarded(check)


def _server(party: RelyingParty) -> Fido2Server:
    def is_ours(origin: str) -> bool:
        return origin == party.origin

    return Fido2Server(PublicKeyCredentialRpEntity(id=party.id, name=party.name), verify_origin=is_ours)


def _public_key_of(credential: AttestedCredentialData) -> bytes:
    # aaguid (16) ‖ length (2) ‖ credential id ‖ COSE key (§6.5.2): the rest is the key as it was sent.
    key = bytes(credential)[18 + len(credential.credential_id) :]
    if credential.public_key.ALGORITHM not in CoseKey.supported_algorithms():
        raise ValueError("an algorithm that was not asked for")
    return key


def _parse(answer: str) -> dict[str, Any]:
    if len(answer) > MAX_ANSWER_CHARACTERS:
        raise ValueError("too long for an answer of a passkey")
    parsed = json.loads(answer)
    if not isinstance(parsed, dict):
        raise TypeError("not a JSON object")
    return parsed


def _guarded(work: Callable[[], T]) -> T:
    """What ``work`` gives. A forged answer may make the library raise anything: it is all one error."""
    try:
        return work()
    except Exception as error:
        raise PasskeyError(f"bad answer of a passkey: {type(error).__name__}: {error}") from error
