"""Every example of a format's page is derived again, from the inputs that the page gives."""

import hashlib
import hmac
import json
from datetime import datetime

import rfc8785

from signing import vault
from signing.data_integrity import _hash_data, add_proof, check_proof, multikey
from signing.keys import NamedKey, PrivateKey, VerifierKey
from signing.notes import check_note, parse_note, sign_note
from signing.scratch_codes import ScratchCodec
from signing.short_digests import short_digest
from signing.stamp_codes import StampCodec, read_printed
from signing.vault import Vault, derive_key, load_master_key


def test_signed_note(spec_examples):
    page = spec_examples("signed-note")
    signers = []
    for line in page["signers"].splitlines():
        seed, name = line.split(" ")
        signers.append(NamedKey(name, PrivateKey.from_seed(bytes.fromhex(seed))))
    assert sign_note(page["text"].encode(), *signers).decode() == page["note"]
    identifiers = "".join(f"{signer.key_id.hex()} {signer.name}\n" for signer in signers)
    assert identifiers == page["key-ids"]
    verified = check_note(parse_note(page["note"].encode()), [signer.verifier_key for signer in signers])
    assert verified == tuple(signer.name for signer in signers)


def test_verifier_key(spec_examples):
    page = {label: text.rstrip("\n") for label, text in spec_examples("verifier-key").items()}
    private_key = PrivateKey.from_seed(bytes.fromhex(page["seed"]))
    key = VerifierKey(page["name"], private_key.public_key)
    assert key.public_key.hex() == page["public-key"]
    assert key.key_id.hex() == page["key-id"]
    assert key.format() == page["verifier-key"]
    assert VerifierKey.parse(page["verifier-key"]) == key


def test_stamp_address(spec_examples):
    page = spec_examples("stamp-url")
    steps = dict(line.rsplit(maxsplit=1) for line in page["seal"].splitlines())
    leaf = bytes.fromhex(steps["leaf hash"])
    stretched = hashlib.pbkdf2_hmac("sha256", leaf, b"sogoc/stamp-url/v1", 100_000, 4)
    assert stretched.hex() == steps["stretched"]
    assert short_digest(leaf) == steps["characters"]
    assert read_printed(steps["address"].rpartition("/")[2]) == ("5T01NPNXJA157", steps["characters"])
    for line in page["characters"].splitlines():
        digest, characters = line.split(" ")
        assert short_digest(bytes.fromhex(digest)) == characters
    entry = json.loads(spec_examples("bundle")["bundle"])["entries"][7]["entry"]
    assert hashlib.sha256(b"\0" + entry.encode()).digest() == leaf


def test_stamp_code(spec_examples):
    page = spec_examples("stamp-code")
    secret = bytes.fromhex(page["secret"])
    keys = dict(line.split(" ") for line in page["keys"].splitlines())
    k1, k2 = bytes.fromhex(keys["k1"]), bytes.fromhex(keys["k2"])
    assert k1 == derive_key(secret, b"sogoc/stamp-code/v1/tag")
    assert k2 == derive_key(secret, b"sogoc/stamp-code/v1/mask")
    codec = StampCodec(k1, k2)
    for line in page["codes"].splitlines():
        number, code = line.split()
        assert codec.format(int(number)) == StampCodec.from_secret(secret).format(int(number)) == code
        assert codec.parse(code) == int(number)

    steps = dict(line.rsplit(maxsplit=1) for line in page["steps"].splitlines())
    number = int(steps["number"])
    assert codec._tag(number).hex() == steps["tag"]
    assert codec._mask(bytes.fromhex(steps["tag"])) == int(steps["mask"], 2)
    assert number ^ int(steps["mask"], 2) == int(steps["masked number"], 2)
    assert codec.format(number) == steps["code"]


def test_scratch_code(spec_examples):
    page = spec_examples("scratch-code")
    secret, key = bytes.fromhex(page["secret"]), bytes.fromhex(page["key"])
    assert key == derive_key(secret, b"sogoc/scratch-code/v1")
    for line in page["codes"].splitlines():
        number, code = line.split()
        assert ScratchCodec(key).format(int(number)) == code
        ScratchCodec.from_secret(secret).check(int(number), code)
    steps = dict(line.split() for line in page["steps"].splitlines())
    number = int(steps["number"]).to_bytes(8, "big")
    assert hmac.digest(key, number, "sha256")[:5].hex() == steps["bits"]
    assert ScratchCodec(key).format(int(steps["number"])) == steps["code"]


def test_vault(spec_examples, tmp_path, monkeypatch):
    page = {label: text.rstrip("\n") for label, text in spec_examples("vault").items()}
    master_key, plaintext = bytes.fromhex(page["master-key"]), bytes.fromhex(page["plaintext"])
    sealed = bytes.fromhex(page["sealed"])
    assert derive_key(master_key, b"sogoc/vault/seal/v1").hex() == page["encryption-key"]
    assert Vault(master_key).open(sealed, page["purpose"]) == plaintext
    monkeypatch.setattr(vault.os, "urandom", lambda size: bytes(range(size)))
    assert Vault(master_key).seal(plaintext, page["purpose"]) == sealed
    assert Vault(master_key).derive("cookies").hex() == page["derived-cookies"]
    path = tmp_path / "master.key"
    path.write_text(page["master-key-file"])
    path.chmod(0o600)
    assert load_master_key(path) == master_key


def test_data_integrity(spec_examples):
    page = spec_examples("data-integrity")
    document, signed = json.loads(page["document"]), json.loads(page["signed"])
    options = json.loads(page["options"])
    assert rfc8785.dumps(options).decode() + "\n" == page["options"]
    assert _hash_data(document, options).hex() == page["hash-data"].replace("\n", "")
    key = PrivateKey.from_seed(bytes.fromhex(page["seed"]))
    assert multikey(key.public_key) + "\n" == page["multikey"]
    created = datetime.fromisoformat(options["created"])
    assert add_proof(document, key, options["verificationMethod"], created) == signed
    check_proof(signed, key.public_key)
