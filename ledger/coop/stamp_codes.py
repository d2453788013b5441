"""The key behind the printed codes: kept sealed beside the log, the same for every organisation.

Losing it makes every printed code unreadable, so it is a secret that is never replaced.
"""

from sqlalchemy.orm import Session

from ledger.log.sealed_secrets import find_secret, keep_secret
from ledger.log.unit import Unit
from signing.stamp_codes import StampCodec
from signing.vault import Vault, new_data_key

PURPOSE = "stamp codes"


def open_stamp_codec(session: Session, vault: Vault) -> StampCodec | None:
    """The codec of this system's stamp codes; ``None`` when no stamp was ever reserved."""
    secret = find_secret(session, vault, PURPOSE)
    return None if secret is None else StampCodec.from_secret(secret)


def create_stamp_codec(unit: Unit) -> StampCodec:
    """The codec, made now if there is none yet."""
    codec = open_stamp_codec(unit.session, unit.vault)
    if codec is not None:
        return codec
    secret = new_data_key()
    keep_secret(unit.session, unit.vault, PURPOSE, secret)
    return StampCodec.from_secret(secret)
