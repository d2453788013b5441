import os
import stat

import pytest
from hypothesis import given
from hypothesis import strategies as st

from signing.errors import VaultError
from signing.vault import (
    MAX_PLAINTEXT_BYTES,
    Vault,
    create_master_key,
    derive_key,
    load_master_key,
    new_data_key,
)

MASTER = bytes(range(32))


@given(st.binary(max_size=300), st.text(st.characters(exclude_categories=("Cs",)), min_size=1))
def test_open_undoes_seal(plaintext, purpose):
    sealed = Vault(MASTER).seal(plaintext, purpose)
    assert Vault(MASTER).open(sealed, purpose) == plaintext
    assert len(sealed) == len(plaintext) + 29
    assert sealed[0] == 1


def test_the_same_secret_is_sealed_differently_each_time():
    vault = Vault(MASTER)
    assert vault.seal(b"bi mat", "p") != vault.seal(b"bi mat", "p")


@given(st.integers(0, 34 * 8 - 1))
def test_a_changed_bit_does_not_open(bit):
    sealed = bytearray(Vault(MASTER).seal(b"bimat", "p"))
    sealed[bit // 8] ^= 1 << bit % 8
    with pytest.raises(VaultError):
        Vault(MASTER).open(bytes(sealed), "p")


def test_another_purpose_or_another_master_key_does_not_open():
    sealed = Vault(MASTER).seal(b"bi mat", "key/a")
    with pytest.raises(VaultError, match="key/b"):
        Vault(MASTER).open(sealed, "key/b")
    with pytest.raises(VaultError):
        Vault(new_data_key()).open(sealed, "key/a")


@pytest.mark.parametrize("sealed", [b"", b"\x01", b"\x01" + bytes(27), b"\x02" + bytes(40)], ids=bytes.hex)
def test_what_is_not_a_sealed_secret_is_refused(sealed):
    with pytest.raises(VaultError, match="version 1"):
        Vault(MASTER).open(sealed, "p")


def test_a_secret_without_purpose_is_refused():
    with pytest.raises(VaultError, match="purpose"):
        Vault(MASTER).seal(b"bi mat", "")


def test_sixteen_mebibytes_are_the_limit():
    vault = Vault(MASTER)
    largest = bytes(MAX_PLAINTEXT_BYTES)
    assert vault.open(vault.seal(largest, "p"), "p") == largest
    with pytest.raises(VaultError, match="at most"):
        vault.seal(largest + b"\x00", "p")


def test_derived_keys_repeat_and_differ_by_purpose_and_master_key():
    vault = Vault(MASTER)
    assert vault.derive("stamps") == Vault(MASTER).derive("stamps")
    assert len({vault.derive("stamps"), vault.derive("cookies"), Vault(new_data_key()).derive("stamps")}) == 3
    assert len(vault.derive("stamps")) == 32


def test_key_derivation_is_hkdf_of_rfc_5869():
    """HKDF-SHA256 by its two formulas (§2.2, §2.3), with the standard library alone."""
    import hmac

    extracted = hmac.digest(bytes(32), MASTER, "sha256")
    assert derive_key(MASTER, b"label") == hmac.digest(extracted, b"label\x01", "sha256")


def test_a_vault_does_not_show_its_key():
    shown = repr(Vault(MASTER))
    assert MASTER.hex() not in shown
    assert str(MASTER) not in shown


@pytest.mark.parametrize("size", [0, 16, 31, 33])
def test_a_master_key_of_another_length_is_refused(size):
    with pytest.raises(VaultError, match="32 bytes"):
        Vault(bytes(size))


def test_a_master_key_is_created_for_its_owner_alone_and_read_back(tmp_path):
    path = tmp_path / "master.key"
    created = create_master_key(path)
    assert load_master_key(path) == created
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert path.read_bytes().endswith(b"=\n")


def test_a_master_key_is_never_replaced(tmp_path):
    path = tmp_path / "master.key"
    created = create_master_key(path)
    with pytest.raises(VaultError, match="exists") as refused:
        create_master_key(path)
    assert load_master_key(path) == created
    assert str(path) in refused.value.sentence


def test_a_master_key_is_not_created_in_a_missing_folder(tmp_path):
    with pytest.raises(VaultError, match="No such file"):
        create_master_key(tmp_path / "absent" / "master.key")


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620, 0o666])
def test_a_master_key_that_others_can_reach_is_refused(tmp_path, mode):
    path = tmp_path / "master.key"
    create_master_key(path)
    path.chmod(mode)
    with pytest.raises(VaultError, match="only its owner") as refused:
        load_master_key(path)
    assert f"chmod 600 {path}" in refused.value.sentence


@pytest.mark.parametrize(
    "content",
    [b"", b"\n", b"AAAA\n", b"A" * 43 + b"=\n\n", b"A" * 43 + b"= ", b"\xff" * 44, b"A" * 4000],
    ids=len,
)
def test_a_damaged_master_key_file_is_refused(tmp_path, content):
    path = tmp_path / "master.key"
    path.write_bytes(content)
    path.chmod(0o600)
    with pytest.raises(VaultError) as refused:
        load_master_key(path)
    assert "sao lưu" in refused.value.sentence


def test_a_missing_master_key_or_a_folder_is_refused(tmp_path):
    for path in (tmp_path / "absent.key", tmp_path):
        with pytest.raises(VaultError):
            load_master_key(path)


def test_a_master_key_that_is_not_a_regular_file_is_refused(tmp_path):
    """A device, for instance: its modes say nothing about who else reads it."""
    path = tmp_path / "master.key"
    path.symlink_to(os.devnull)
    with pytest.raises(VaultError, match="regular file"):
        load_master_key(path)
