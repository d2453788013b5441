"""Every way to change a bundle: each fails at the step that is there for it."""

import copy
from functools import partial

import orjson
import pytest

from ledger.trace.bundles.bundle import lot_bundle
from ledger.trace.bundles.bundle_verify import verify_bundle
from ledger.trace.errors import BundleError
from signing.keys import PrivateKey, VerifierKey
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


def test_bundle_as_it_was_given_holds(verify, bundle, story):
    report = verify(orjson.dumps(bundle))
    assert report.lot == story.pack
    assert report.sealed_index == story.sealed.index
    assert report.warnings == ()


def test_bundle_entry_replaced_by_another_of_the_log(verify, bundle, story):
    changed = copy.deepcopy(bundle)
    first, second = story.sealed.index - 2, story.sealed.index - 1
    places = place_of(changed, first), place_of(changed, second)
    entries = changed["entries"]
    texts = [entries[place]["entry"] for place in places]
    entries[places[0]]["entry"], entries[places[1]]["entry"] = texts[1], texts[0]
    assert refused_at(verify, changed) in (3, 5)


def test_bundle_entry_omitted_from_the_list_of_history_only(verify, bundle):
    changed = copy.deepcopy(bundle)
    changed["history"].pop(2)
    assert refused_at(verify, changed) == 9


def test_bundle_seal_omitted(verify, bundle, story):
    changed = copy.deepcopy(bundle)
    del changed["entries"][place_of(changed, story.sealed.index)]
    assert refused_at(verify, changed) == 9
    changed["history"] = []
    assert refused_at(verify, changed) == 10
    changed["credential"] = None
    # What is left claims nothing about completeness, and says so.
    assert "chưa được ký" in verify(changed).warnings[0]


def test_bundle_key_omitted(verify, bundle):
    changed = copy.deepcopy(bundle)
    del changed["entries"][0]
    assert refused_at(verify, changed) == 2


def test_bundle_of_another_log(verify, bundle):
    changed = copy.deepcopy(bundle)
    changed["log"] = {
        "origin": "khac.example.vn",
        "vkey": VerifierKey("khac.example.vn", PrivateKey.from_seed(bytes(32)).public_key).format(),
    }
    assert refused_at(verify, changed) == 1


def test_bundle_with_older_checkpoint(farm, story, verify):
    old = farm.ledger.checkpoint().decode()
    farm.diary(story.season, 40)
    changed = farm.read(lot_bundle, story.pack)
    changed["checkpoint"] = old
    assert refused_at(verify, changed) in (3, 5)


def test_bundle_prev_left_out(verify, bundle):
    changed = copy.deepcopy(bundle)
    del changed["entries"][3]["prev"]
    assert refused_at(verify, changed) == 3


def test_bundle_prev_of_another_entry(verify, bundle):
    changed = copy.deepcopy(bundle)
    changed["entries"][5]["prev"] = changed["entries"][4]["prev"]
    assert refused_at(verify, changed) == 3


def test_bundle_of_one_lot_shown_for_another(farm, verify, bundle, story):
    changed = copy.deepcopy(bundle)
    changed["lot"] = story.first
    assert refused_at(verify, changed) == 9


@pytest.mark.parametrize(
    "change",
    [
        {"type": "sogoc/bundle/v2"},
        {"extra": 1},
        {"entries": []},
        {"hashes": ["AAAA"]},
        {"history": ["1"]},
        {"checkpoint": ""},
        {"log": {}},
        {"entries": None},
        {"credential": []},
    ],
)
def test_bundle_of_another_form(verify, bundle, change):
    assert refused_at(verify, {**bundle, **change}) == 1


@pytest.mark.parametrize(
    "data", [b"", b"[]", b"null", b'{"type":"sogoc/bundle/v1"}', b"\xff", b'{"a":1,"a":2}']
)
def test_what_is_no_bundle_at_all(verify, data):
    assert refused_at(verify, data) == 1


def checkpoint_of(bundle):
    from ledger.log.checkpoints import parse_checkpoint_note

    return parse_checkpoint_note(bundle["checkpoint"].encode())[0]


def len_of_checkpoint(bundle):
    return checkpoint_of(bundle).size


@pytest.mark.parametrize("change", ["member", "prev", "position", "unused", "twice", "long", "lot", "order"])
def test_parts_of_another_form(verify, bundle, change):
    changed = copy.deepcopy(bundle)
    entry = changed["entries"][1]
    match change:
        case "member":
            entry["extra"] = 1
        case "prev":
            entry["prev"]["extra"] = 1
        case "position":
            entry["proof"][0] = 10_000
        case "unused":
            changed["hashes"].append("A" * 43 + "=")
        case "twice":
            changed["hashes"].append(changed["hashes"][0])
        case "long":
            entry["proof"] = entry["proof"] * 40
        case "lot":
            changed["lot"] = 7
        case "order":
            changed["entries"].reverse()
    assert refused_at(verify, changed) == 1
