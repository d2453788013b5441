"""Checking a credential of anyone, from files alone: the steps, then code in their order. Pure.

1. **parse** - the credential and, for a token, its envelope have their one valid form.
2. **issuer** - the method that signed stands in the issuer's own DID document, for signing credentials, and
   was not revoked when it signed.
3. **signature** - the key verifies it.
4. **time** - now lies between ``validFrom`` and ``validUntil``.
5. **status list** - the list is the one that the credential names, is for the same purpose, is by the same
   issuer, and passes steps 1 to 4 itself. An old list that is sent again has run out (``validUntil``).
6. **status** - the credential's bit in the list is not set.

Any failure raises ``CredentialError`` with the step's number and name. Which DID document is the issuer's is
for the caller to know: ``did:web`` fetches it from the issuer's own host.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from ledger.log.errors import LogError
from ledger.trace.credentials.dids import DidKeys, parse_did_document
from ledger.trace.credentials.moments import parse_moment
from ledger.trace.credentials.status_lists import ENTRY_TYPE, LIST_TYPE, is_set, parse_list
from ledger.trace.errors import CredentialError, TraceError
from ledger.trace.events.strict_json import parse_json
from signing.data_integrity import check_proof
from signing.errors import SigningError
from signing.jose import MAX_TOKEN_LENGTH, check_jws, parse_jws

STEPS = ("parse", "issuer", "signature", "time", "status list", "status")
MEDIA_TYPE = "vc+jwt"
CONTENT_TYPE = "vc"
SKEW = timedelta(minutes=5)
"""How far two clocks may be apart."""

Credential = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class _Signed:
    """What steps 2 and 3 look at: the URL of the method, and the moment of signing."""

    method: str
    signed_at: datetime


def check_token(token: str, did_document: Mapping[str, Any], now: datetime) -> Credential:
    """Steps 1 to 4 for a ``vc+jwt`` (W3C vc-jose-cose §3.1.1): the credential in it. ``now`` is aware.

    Raises ``CredentialError``.
    """
    with _step(1):
        jws = parse_jws(token)
        if (jws.type, jws.content_type) != (MEDIA_TYPE, CONTENT_TYPE):
            raise TraceError(f"a token of type {jws.type} with {jws.content_type}")
        credential = _parse_credential(jws.payload)
        if "proof" in credential:
            raise TraceError("a proof inside a token")
        issued = credential.get("iat")
        if type(issued) is not int or credential.get("iss", _issuer(credential)) != _issuer(credential):
            raise TraceError("a token has iat, and iss only as its issuer")
        signed = _Signed(jws.key, datetime.fromtimestamp(issued, UTC))
    key = _check_issuer(credential, signed, did_document)
    with _step(3):
        check_jws(jws, key)
    _check_time(credential, signed, now)
    return credential


def check_embedded(
    credential: Credential | bytes, did_document: Mapping[str, Any], now: datetime
) -> Credential:
    """Steps 1 to 4 for a credential with an ``eddsa-jcs-2022`` proof in it. Raises ``CredentialError``."""
    with _step(1):
        parsed = _parse_credential(credential) if isinstance(credential, bytes) else credential
        _issuer(parsed)
        proof = parsed["proof"]
        if proof.get("@context", parsed["@context"]) != parsed["@context"]:
            raise TraceError("contexts that the proof does not cover")
        signed = _Signed(str(proof["verificationMethod"]), parse_moment(proof.get("created")))
    key = _check_issuer(parsed, signed, did_document)
    with _step(3):
        check_proof(parsed, key)
    _check_time(parsed, signed, now)
    return parsed


def check_status(credential: Credential, status_list: Credential) -> None:
    """Steps 5 and 6, for a credential and one of the lists that it names; both passed steps 1 to 4.

    Raises ``CredentialError``, at step 6 for a bit that is set.
    """
    with _step(5):
        entry = _entry_for(credential, status_list)
        if _issuer(status_list) != _issuer(credential):
            raise TraceError(f"a list of {_issuer(status_list)}, a credential of {_issuer(credential)}")
        subject = status_list["credentialSubject"]
        if LIST_TYPE not in status_list["type"] or subject["type"] != "BitstringStatusList":
            raise TraceError("not a status list")
        if subject["statusPurpose"] != entry["statusPurpose"] or entry.get("statusSize", 1) != 1:
            raise TraceError(f"a list for {subject['statusPurpose']}, an entry for {entry['statusPurpose']}")
        if "validUntil" not in status_list:
            raise TraceError("a list that never runs out")
        found = is_set(parse_list(subject["encodedList"]), int(entry["statusListIndex"]))
    if found:
        raise _failed(6, f"bit {entry['statusListIndex']} for {entry['statusPurpose']} is set")


def status_addresses(credential: Credential) -> tuple[str, ...]:
    """Where the lists are that the credential names."""
    return tuple(str(entry["statusListCredential"]) for entry in _entries(credential))


def _check_issuer(credential: Credential, signed: _Signed, did_document: Mapping[str, Any]) -> bytes:
    with _step(2):
        keys: DidKeys = parse_did_document(did_document)
        issuer = _issuer(credential)
        if keys.did != issuer:
            raise TraceError(f"issued by {issuer}, the keys are of {keys.did}")
        key = keys.methods.get(signed.method)
        if key is None:
            raise TraceError(f"{signed.method} signs no credentials of {issuer}")
        if key.revoked_at is not None and signed.signed_at >= key.revoked_at:
            raise TraceError(f"{signed.method} signed at {signed.signed_at}, revoked at {key.revoked_at}")
        return key.public_key


def _check_time(credential: Credential, signed: _Signed, now: datetime) -> None:
    with _step(4):
        if max(parse_moment(credential.get("validFrom")), signed.signed_at) > now + SKEW:
            raise TraceError("not valid yet")
        if "validUntil" in credential and parse_moment(credential["validUntil"]) <= now - SKEW:
            raise TraceError(f"ran out at {credential['validUntil']}")


def _parse_credential(data: bytes) -> dict[str, Any]:
    credential = parse_json(data, max_bytes=MAX_TOKEN_LENGTH, keeps_text=True)
    if not isinstance(credential, dict) or "VerifiableCredential" not in credential["type"]:
        raise TraceError("not a verifiable credential")
    return credential


def _issuer(credential: Credential) -> str:
    issuer = credential["issuer"]
    found = issuer if isinstance(issuer, str) else issuer["id"]
    if not isinstance(found, str):
        raise TraceError("the issuer has no id")
    return found


def _entries(credential: Credential) -> list[Mapping[str, Any]]:
    entries = credential.get("credentialStatus", [])
    listed = [entries] if isinstance(entries, Mapping) else entries
    return [entry for entry in listed if entry["type"] == ENTRY_TYPE]


def _entry_for(credential: Credential, status_list: Credential) -> Mapping[str, Any]:
    for entry in _entries(credential):
        if entry["statusListCredential"] == status_list["id"]:
            return entry
    raise TraceError(f"the credential names no list {status_list['id']}")


@contextmanager
def _step(number: int) -> Iterator[None]:
    try:
        yield
    except (LogError, SigningError, TraceError) as error:
        raise _failed(number, str(error)) from error
    except (LookupError, TypeError, ValueError, AttributeError, OverflowError, OSError) as error:
        raise _failed(number, f"malformed: {error!r}") from error


def _failed(number: int, message: str) -> CredentialError:
    return CredentialError(number, STEPS[number - 1], message)
