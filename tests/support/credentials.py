"""What a verifier of credentials fetches of a farm, and credentials that were never issued so."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from ledger.log.canonical import format_canonical
from ledger.log.memory import open_signer
from ledger.trace.credentials.dids import issuer_did, token_method
from ledger.trace.credentials.status_lists import StatusPurpose
from ledger.trace.credentials.verifying import check_embedded, check_status, check_token
from ledger.trace.events.strict_json import parse_json
from ledger.trace.issuing import (
    StatusList,
    WantedList,
    lot_credential,
    lot_vc_jwt,
    organisation_did_document,
    status_list,
    status_positions,
)
from signing.jose import sign_jws
from signing.keys import PrivateKey
from tests.support.farm import BASE, Farm


@dataclass(frozen=True)
class Fetched:
    """What is fetched of one lot, at the time of the farm's clock or another."""

    farm: Farm
    lot: str

    @property
    def token(self) -> str:
        return self.farm.read(lot_vc_jwt, self.farm.vault, self.lot)

    @property
    def embedded(self) -> bytes:
        return self.farm.read(lot_credential, self.lot)

    @property
    def did_document(self) -> dict[str, Any]:
        return self.farm.read(organisation_did_document, self.farm.code)

    @property
    def did(self) -> str:
        return issuer_did(BASE, self.farm.code)

    def listed(
        self, purpose: StatusPurpose = StatusPurpose.REVOCATION, at: datetime | None = None
    ) -> StatusList:
        wanted = WantedList(self.farm.code, purpose, 1)
        positions = self.farm.read(status_positions, wanted)
        now = at or self.farm.clock.now
        return self.farm.read(status_list, self.farm.vault, wanted, positions=positions, now=now)

    def check_all(self, now: datetime | None = None) -> None:
        """Everything that a careful verifier does, in both forms."""
        at = now or self.farm.clock.now
        document = self.did_document
        token, embedded = check_token(self.token, document, at), check_embedded(self.embedded, document, at)
        check_status(token, check_token(self.listed(at=at).token, document, at))
        for purpose in StatusPurpose:
            check_status(embedded, check_embedded(self.listed(purpose, at).embedded, document, at))

    def key(self) -> PrivateKey:
        """The organisation's key of today: what a thief would have."""

        def find(session: Any) -> PrivateKey:
            return open_signer(session, self.farm.vault, self.farm.ledger.origin, self.farm.code).private_key

        return self.farm.read(find)


def payload_of(token: str, did_document: Mapping[str, Any], now: datetime) -> dict[str, Any]:
    return dict(check_token(token, did_document, now))


def sign_token(document: Mapping[str, Any], signer: PrivateKey, did: str, **header: str) -> str:
    """A token over any document at all."""
    options = {"key": token_method(did, signer.public_key), "type_": "vc+jwt", "content_type": "vc", **header}
    return sign_jws(format_canonical(dict(document)), signer, **options)


def parsed(data: bytes) -> dict[str, Any]:
    return dict(parse_json(data, keeps_text=True))
