"""The log's second key: ML-DSA-44 beside Ed25519, on published checkpoints only (docs/adr/0011).

It signs as a cosigner under the log's own name (signature type 0x06, C2SP tlog-cosignature), as C2SP
tlog-checkpoint recommends. Who does not know the key passes its line over.
"""

from datetime import UTC, datetime

from sqlalchemy.orm import Session

from ledger.log.sealed_secrets import find_secret, keep_secret
from ledger.log.unit import Unit
from ledger.log.witnesses import Witness, WitnessKey
from signing.ml_dsa import MlDsaPrivateKey
from signing.vault import Vault

SECOND_KEY_PURPOSE = "log key ml-dsa-44"


def hold_second_key(unit: Unit) -> WitnessKey:
    """The public half of the second key, which is made when there is none yet. A use case."""
    if find_secret(unit.session, unit.vault, SECOND_KEY_PURPOSE) is None:
        keep_secret(unit.session, unit.vault, SECOND_KEY_PURPOSE, MlDsaPrivateKey.generate().seed)
    return second_signer(unit.session, unit.vault, unit.origin, unit.now).key


def find_second_key(session: Session, vault: Vault, origin: str) -> WitnessKey | None:
    """The public half of the second key, ``None`` while the log has none. Raises ``VaultError``."""
    seed = find_secret(session, vault, SECOND_KEY_PURPOSE)
    return None if seed is None else _signer(seed, origin, datetime.min.replace(tzinfo=UTC)).key


def second_signer(session: Session, vault: Vault, origin: str, now: datetime) -> Witness:
    """What signs with the second key, as of ``now``. Raises ``LookupError`` while there is none."""
    seed = find_secret(session, vault, SECOND_KEY_PURPOSE)
    if seed is None:
        raise LookupError("the log holds no second key")
    return _signer(seed, origin, now)


def _signer(seed: bytes, origin: str, now: datetime) -> Witness:
    return Witness(origin, MlDsaPrivateKey.from_seed(seed), now)
