"""A bundle is changed on its way to the verifier: each change fails at the step that is there for it."""

import copy
import json
import unicodedata
from functools import partial

import pytest

from ledger.log.checkpoints import Checkpoint, sign_checkpoint
from ledger.trace.bundles.bundle import lot_bundle
from ledger.trace.bundles.bundle_verify import verify_bundle
from ledger.trace.errors import BundleError
from signing.keys import NamedKey, PrivateKey
from tests.support.farm import Farm


@pytest.fixture
def farm(sqlite_database):
    return Farm(sqlite_database)


@pytest.fixture
def story(farm):
    return farm.story()


@pytest.fixture
def bundle(farm, story):
    return farm.read(lot_bundle, story.pack)


@pytest.fixture
def verify(farm):
    return partial(verify_bundle, vkey=farm.ledger.vkey)


def place_of(bundle, index):
    return next(place for place, item in enumerate(bundle["entries"]) if item["index"] == index)


def refused_at(verify, bundle):
    with pytest.raises(BundleError) as refused:
        verify(bundle)
    assert "Gói bằng chứng không đạt" in refused.value.sentence
    return refused.value.step


def test_bundle_entry_replaced(verify, bundle, story):
    changed = copy.deepcopy(bundle)
    place = place_of(changed, story.sealed.index)
    entry = changed["entries"][place]["entry"]
    changed["entries"][place]["entry"] = entry.replace('"weightKg":"100"', '"weightKg":"900"')
    assert refused_at(verify, changed) == 2


def test_bundle_entry_omitted(verify, bundle, story):
    """One spraying fewer: every proof that is left is good, the history is not."""
    changed = copy.deepcopy(bundle)
    omitted = changed["history"][2]
    del changed["entries"][place_of(changed, omitted)]
    changed["history"].remove(omitted)
    assert refused_at(verify, changed) == 9


def test_bundle_signed_by_foreign_key(farm, verify, bundle):
    """A whole bundle with the attacker's own log key: proofs fit, the key is not the one we know."""
    attacker = NamedKey(farm.ledger.origin, PrivateKey.from_seed(bytes([66]) * 32))
    size, root = (
        len_of_checkpoint(bundle),
        checkpoint_of(bundle).root,
    )
    changed = copy.deepcopy(bundle)
    changed["checkpoint"] = sign_checkpoint(Checkpoint(farm.ledger.origin, size, root), attacker).decode()
    changed["log"]["vkey"] = attacker.verifier_key.format()
    assert refused_at(verify, changed) == 6
    report = verify_bundle(changed)
    assert "Khóa của sổ lấy từ chính gói này" in report.warnings[0]
    assert not report.is_own_key


def test_bundle_with_other_checkpoint(farm, story, verify, bundle):
    """A genuine checkpoint of the same log, of another size: no proof leads to its root hash."""
    farm.diary(story.season, 40)
    changed = copy.deepcopy(bundle)
    changed["checkpoint"] = farm.ledger.checkpoint().decode()
    assert refused_at(verify, changed) in (3, 5)


@pytest.mark.parametrize("change", ["subject", "digest", "removed", "proof"])
def test_bundle_credential_changed(verify, bundle, change):
    changed = copy.deepcopy(bundle)
    match change:
        case "subject":
            changed["credential"]["credentialSubject"]["weightKg"] = "900"
        case "digest":
            changed["credential"]["name"] = "thêm một chữ"
        case "removed":
            changed["credential"] = None
        case "proof":
            changed["credential"]["proof"]["proofValue"] = "z" + "1" * 88
    assert refused_at(verify, changed) == 10


def checkpoint_of(bundle):
    from ledger.log.checkpoints import parse_checkpoint_note

    return parse_checkpoint_note(bundle["checkpoint"].encode())[0]


def len_of_checkpoint(bundle):
    return checkpoint_of(bundle).size


def test_bundle_entry_respelt(verify, bundle):
    """Letters composed another way look the same and are other bytes."""
    changed = copy.deepcopy(bundle)
    for item in changed["entries"]:
        item["entry"] = unicodedata.normalize("NFD", item["entry"])
    for sent in (changed, json.dumps(changed, ensure_ascii=False).encode(), json.dumps(changed).encode()):
        assert refused_at(verify, sent) == 1
