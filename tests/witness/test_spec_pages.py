"""The examples of docs/spec/witness.md and timestamp.md are derived again, from the pages' inputs."""

import hashlib
import subprocess
from base64 import b64decode

import pytest

from ledger.log.entries import parse_time
from ledger.log.merkle import leaf_hash
from ledger.log.policies import NamedWitness, TrustPolicy, format_policy, parse_policy
from ledger.log.witnesses import Witness, WitnessKey, find_cosignatures
from ledger.witness.answering import WitnessService
from ledger.witness.register import Register
from ledger.witness.requests import format_answer, format_request
from signing.keys import NamedKey, PrivateKey, VerifierKey
from signing.ml_dsa import MlDsaPrivateKey, is_ml_dsa_signature
from signing.notes import countersign, parse_note
from signing.timestamps import check_timestamp, load_authorities


@pytest.fixture
def pages(spec_examples):
    return {name: spec_examples(name) for name in ("witness", "timestamp", "checkpoint", "entry")}


def witness_of(line, key=PrivateKey):
    seed, name, at = line.split()
    return Witness(name, key.from_seed(bytes.fromhex(seed)), parse_time(at))


def test_request(pages):
    second = leaf_hash(pages["entry"]["second"].encode())
    request = format_request(1, (second,), pages["checkpoint"]["checkpoint"].encode())
    assert request == pages["witness"]["request"].encode()


def test_answer(pages, tmp_path):
    """A witness that cosigned size 1 before gives the answer of the page."""
    witness = witness_of(pages["checkpoint"]["witness"])
    log = NamedKey("truyxuat.example/log", PrivateKey.from_seed(bytes(range(0x40, 0x60))))
    assert log.verifier_key.format() == pages["checkpoint"]["verifier-key"].strip()
    register = Register(tmp_path / "w.db")
    register.begin(witness.name, b"")
    signer = NamedKey(witness.name, witness.private_key)
    service = WitnessService(register, signer, [log.verifier_key], clock=lambda: witness.now)
    from ledger.log.checkpoints import Checkpoint, sign_checkpoint

    first = Checkpoint(log.name, 1, leaf_hash(pages["entry"]["first"].encode()))
    service.add_checkpoint(format_request(0, (), sign_checkpoint(first, log)))
    answer = service.add_checkpoint(pages["witness"]["request"].encode())
    assert answer == pages["witness"]["answer"].encode()
    cosigned = countersign(parse_note(pages["checkpoint"]["checkpoint"].encode()), witness)
    assert answer == format_answer(cosigned, cosigned.signatures[-1])
    register.close()


def test_second_signature(pages):
    page, note = pages["witness"], parse_note(pages["checkpoint"]["checkpoint"].encode())
    signer = witness_of(page["second-signer"], MlDsaPrivateKey)
    digest, key_id = page["second-key"].split()
    assert hashlib.sha256(signer.key.public_key).hexdigest() == digest
    assert signer.key_id.hex() == key_id
    line = countersign(note, signer).signatures[-1]
    message = bytes.fromhex(page["second-message"].replace("\n", ""))
    assert is_ml_dsa_signature(signer.key.public_key, message, line.signature[8:])
    assert find_cosignatures(countersign(note, signer), (signer.key,)) == {signer.key: signer.now}


def test_policy(pages):
    text = pages["witness"]["policy"]
    log = VerifierKey.parse(pages["checkpoint"]["verifier-key"].strip())
    key = WitnessKey.parse(pages["checkpoint"]["witness-key"].strip())
    policy = TrustPolicy((log,), (NamedWitness("Liên_minh_HTX", key),), 1, ("Liên_minh_HTX",))
    assert format_policy(policy) == text
    assert parse_policy(text) == policy


def test_timestamp(pages, tmp_path):
    pytest.importorskip("rfc3161_client")
    page = pages["timestamp"]
    text = page["text"].encode()
    assert text == parse_note(pages["checkpoint"]["checkpoint"].encode()).text
    assert hashlib.sha256(text).hexdigest() == page["imprint"].strip()
    answer = b64decode(page["token"])
    roots = load_authorities(page["authority"].encode())
    assert check_timestamp(answer, text, roots).isoformat() == page["time"].strip()
    for name, data in (("text", text), ("answer.tsr", answer), ("authority.pem", page["authority"].encode())):
        (tmp_path / name).write_bytes(data)
    command = "openssl ts -verify -data text -in answer.tsr -CAfile authority.pem"
    try:
        done = subprocess.run(command.split(), cwd=tmp_path, capture_output=True, text=True, check=False)
    except FileNotFoundError:
        pytest.skip("no openssl on this machine")
    assert "Verification: OK" in done.stdout
