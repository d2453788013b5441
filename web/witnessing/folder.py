"""A witness's folder: its master key, its register, and the list of logs it watches."""

import os
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from pathlib import Path

from ledger.log.policies import parse_policy
from ledger.witness.answering import WitnessService
from ledger.witness.errors import WitnessStateError
from ledger.witness.register import Register
from signing.keys import NamedKey, PrivateKey, VerifierKey, check_name
from signing.vault import Vault, create_master_key, load_master_key

MASTER_KEY, REGISTER, LOGS = "master.key", "witness.db", "logs.txt"
_PURPOSE = "witness key"


def found_witness(folder: Path, name: str) -> None:
    """Make folder, master key and key of the witness ``name`` where they are missing.

    Raises ``WitnessStateError`` when the folder is another witness's, ``MalformedKeyError`` for a name that
    cannot be a key's, ``VaultError`` when the master key cannot be used.
    """
    check_name(name)
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    register = _open_register(folder)
    try:
        known = register.witness()
        if known is None:
            if not (folder / MASTER_KEY).exists():
                create_master_key(folder / MASTER_KEY)
            vault = Vault(load_master_key(folder / MASTER_KEY))
            register.begin(name, vault.seal(PrivateKey.generate().seed, _PURPOSE))
        elif known[0] != name:
            sentence = f"Thư mục này là của bên làm chứng {known[0]}. Hãy dùng tên đó hoặc thư mục khác."
            raise WitnessStateError(f"the witness here is {known[0]}", sentence=sentence)
    finally:
        register.close()


def open_witness(
    folder: Path, log_keys: Iterable[VerifierKey] = (), *, clock: Callable[[], datetime] | None = None
) -> WitnessService:
    """The witness in ``folder``, watching ``log_keys`` and those of its ``logs.txt``.

    Raises ``WitnessStateError`` when there is none, ``PolicyError`` for a malformed list.
    """
    if not (folder / REGISTER).is_file():
        raise WitnessStateError(
            f"no {REGISTER} in {folder}", sentence=f"Thư mục {folder} chưa có bên làm chứng nào."
        )
    register = _open_register(folder)
    known = register.witness()
    if known is None:
        raise WitnessStateError(f"{folder / REGISTER} is empty")
    name, sealed = known
    seed = Vault(load_master_key(folder / MASTER_KEY)).open(sealed, _PURPOSE)
    signer = NamedKey(name, PrivateKey.from_seed(seed))
    keys = (*read_logs(folder), *log_keys)
    return WitnessService(register, signer, keys, clock=clock or (lambda: datetime.now(UTC)))


def read_logs(folder: Path) -> tuple[VerifierKey, ...]:
    """The logs of ``logs.txt``: ``log <vkey>`` lines of a C2SP tlog-policy; none where the file is missing.

    Raises ``PolicyError``.
    """
    try:
        text = (folder / LOGS).read_text(encoding="utf-8")
    except FileNotFoundError:
        return ()
    return parse_policy(text).logs


def _open_register(folder: Path) -> Register:
    path = folder / REGISTER
    # SQLite would make it readable by all, as the umask says.
    os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
    return Register(path)
