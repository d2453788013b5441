"""Sealed fields: out and back without a trace, and no other value fits a commitment."""

import copy
import hashlib
import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.log.errors import NotCanonicalError
from ledger.trace.errors import SealedFieldError, WrongDisclosureError
from ledger.trace.events.sealed import (
    Disclosure,
    SealRule,
    check_disclosure,
    commitment,
    format_pointer,
    new_salt,
    parse_pointer,
    rules_for,
    seal_event,
    sealed_pointers,
    unseal,
)
from ledger.trace.sectors.templates import TEMPLATES, template
from signing.canonical_base64 import format_base64

EVENT = {
    "type": "ObjectEvent",
    "eventID": "urn:uuid:1",
    "quantityList": [{"epcClass": "urn:x:lot", "quantity": 20, "uom": "KGM"}],
    "destinationList": [{"type": "owning_party", "destination": "urn:x:buyer"}],
    "sogoc:fields": {"a/b": "1", "m~n": "2", "loss": "3.5", "done_by": "TV-01"},
}
RULES = (
    SealRule("/sogoc:fields/loss"),
    SealRule("/sogoc:fields/done_by", "TV-01"),
    SealRule("/quantityList/0/quantity"),
    SealRule("/destinationList"),
)


def counted_salts():
    numbers = itertools.count()
    return lambda: next(numbers).to_bytes(32, "big")


tokens = st.text(max_size=6)


@given(st.lists(tokens, max_size=4))
def test_a_pointer_is_read_back(path):
    assert parse_pointer(format_pointer(*path)) == tuple(path)


@pytest.mark.parametrize("pointer", ["a", "a/b", "/~", "/a~2", "//~"])
def test_another_spelling_of_a_pointer_is_refused(pointer):
    with pytest.raises(SealedFieldError):
        parse_pointer(pointer)


values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | st.text("ab/~", max_size=3),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text("ab/~", max_size=3), inner, max_size=3)
    ),
    max_leaves=8,
)


@given(st.dictionaries(st.text("ab/~", min_size=1, max_size=3), values, max_size=5), st.data())
def test_an_unsealed_event_is_the_event(members, data):
    event = {"type": "ObjectEvent", **members}
    sealed_names = data.draw(st.lists(st.sampled_from(sorted(members)), unique=True)) if members else []
    before = copy.deepcopy(event)
    public, disclosures = seal_event(event, [SealRule(format_pointer(name)) for name in sealed_names])
    assert event == before
    assert not set(public) & set(sealed_names)
    assert unseal(public, disclosures) == event
    for disclosure in disclosures:
        check_disclosure(public, disclosure)


def test_a_commitment_is_what_the_page_says():
    salt = bytes(range(32))
    digest = hashlib.sha256(b"sogoc/sealed/v1\x00" + salt + b'{"a":1,"b":"\xc4\x91"}').digest()
    assert commitment(salt, {"b": "đ", "a": 1}) == format_base64(digest)


def test_the_public_event_keeps_only_commitments():
    public, disclosures = seal_event(EVENT, RULES, salt=counted_salts())
    assert "destinationList" not in public
    assert public["quantityList"] == [{"epcClass": "urn:x:lot", "uom": "KGM"}]
    assert public["sogoc:fields"] == {"a/b": "1", "m~n": "2"}
    assert set(sealed_pointers(public)) == {rule.pointer for rule in RULES}
    assert {item.subject for item in disclosures} == {None, "TV-01"}
    assert unseal(public, disclosures) == EVENT


def test_a_part_of_the_values_may_be_disclosed():
    public, disclosures = seal_event(EVENT, RULES)
    partly = unseal(public, [item for item in disclosures if item.subject is None])
    assert partly["sogoc:fields"] == {"a/b": "1", "m~n": "2", "loss": "3.5"}
    assert set(sealed_pointers(partly)) == {"/sogoc:fields/done_by"}
    rest = [item for item in disclosures if item.subject]
    assert unseal(partly, rest) == EVENT


def test_a_value_that_was_changed_does_not_fit():
    public, disclosures = seal_event(EVENT, RULES)
    for item in disclosures:
        for forged in (
            Disclosure(item.pointer, item.salt, "other"),
            Disclosure(item.pointer, bytes(32), item.value),
            Disclosure(item.pointer, item.salt + b"\0", item.value),
        ):
            with pytest.raises(WrongDisclosureError) as caught:
                unseal(public, [forged])
            assert caught.value.pointer == item.pointer
    with pytest.raises(SealedFieldError):
        check_disclosure(public, Disclosure("/sogoc:fields/a~1b", bytes(32), "1"))


def test_a_value_of_one_place_does_not_open_another():
    public, (first, second) = seal_event({"a": "x", "b": "y"}, [SealRule("/a"), SealRule("/b")])
    with pytest.raises(WrongDisclosureError):
        check_disclosure(public, Disclosure(first.pointer, second.salt, second.value))


def test_salts_differ_and_stay_out_of_logs():
    public, disclosures = seal_event({"a": "x", "b": "x"}, [SealRule("/a"), SealRule("/b")])
    assert len(set(sealed_pointers(public).values())) == 2
    assert len(new_salt()) == 32
    assert repr(disclosures[0]) == "Disclosure(pointer='/a', subject=None)"


def test_what_is_not_there_is_not_sealed():
    rules = [
        SealRule("/x"),
        SealRule("/quantityList/7/quantity"),
        SealRule("/eventX/0/y"),
        SealRule("/a/b/c"),
    ]
    public, disclosures = seal_event({**EVENT, "a": {"b": "text"}}, rules)
    assert disclosures == ()
    assert "sogoc:sealed" not in public


@pytest.mark.parametrize(
    "pointer", ["", "/type", "/eventID", "/eventTime", "/sogoc:sealed/x", "/quantityList/0", "no pointer"]
)
def test_what_must_stay_public_is_never_sealed(pointer):
    with pytest.raises(SealedFieldError) as caught:
        seal_event(EVENT, [SealRule(pointer)])
    assert caught.value.pointer == pointer


@pytest.mark.parametrize("pointers", [("/a", "/a"), ("/a", "/a/b"), ("/a/b", "/a")])
def test_nothing_is_sealed_twice(pointers):
    with pytest.raises(SealedFieldError):
        seal_event({"a": {"b": 1}}, [SealRule(pointer) for pointer in pointers])


def test_an_event_is_sealed_once():
    public, _ = seal_event(EVENT, RULES)
    with pytest.raises(SealedFieldError):
        seal_event(public, RULES)


@pytest.mark.parametrize("sealed", ["text", ["/a"], {"/a": 7}])
def test_a_map_of_commitments_that_is_none_is_refused(sealed):
    with pytest.raises(SealedFieldError):
        sealed_pointers({"sogoc:sealed": sealed})


def test_a_disclosure_whose_place_is_gone_is_refused():
    for holder in ({}, {"a": []}, {"a": [7]}):
        event = {**holder, "sogoc:sealed": {"/a/0/b": commitment(bytes(32), 1)}}
        with pytest.raises(SealedFieldError):
            unseal(event, [Disclosure("/a/0/b", bytes(32), 1)])


def test_what_is_no_json_has_no_commitment():
    with pytest.raises(NotCanonicalError):
        commitment(bytes(32), {1})


def test_fields_of_people_partners_and_steps_kept_private_are_sealed():
    nho = template("fruit_nho")
    values = {"quantity": "320.5", "household": "TV-01", "buyer_on_site": "P-2", "grade": "A"}
    event = {"sogoc:fields": {**values, "done_by": "TV-02", "note": "mưa", "unheard_of": "?"}}
    assert {(rule.pointer, rule.subject) for rule in rules_for(nho.step("harvest"), event)} == {
        ("/sogoc:fields/household", "TV-01"),
        ("/sogoc:fields/buyer_on_site", None),
        ("/sogoc:fields/done_by", "TV-02"),
        ("/sogoc:fields/note", None),
        ("/sogoc:fields/unheard_of", None),
    }


def test_what_is_shipped_and_to_whom_is_sealed():
    event = {**EVENT, "sogoc:fields": {"to_party": "P-1", "to_province": "24", "quantity": "20"}}
    rules = rules_for(template("fruit_nho").step("shipping"), event)
    assert [rule.pointer for rule in rules] == [
        "/sogoc:fields/to_party",
        "/sogoc:fields/quantity",
        "/quantityList/0/quantity",
        "/quantityList/0/uom",
        "/destinationList",
    ]
    public, disclosures = seal_event(event, rules)
    assert public["quantityList"] == [{"epcClass": "urn:x:lot"}]
    assert unseal(public, disclosures) == event


def test_a_step_that_is_not_public_shows_nothing():
    event = {**EVENT, "sogoc:fields": {"heads": "3", "reason": "bệnh"}}
    pointers = {rule.pointer for rule in rules_for(template("pig_farm").step("mortality"), event)}
    assert pointers >= {"/sogoc:fields/heads", "/sogoc:fields/reason", "/quantityList/0/quantity"}


@pytest.mark.parametrize("sector", sorted(TEMPLATES))
def test_every_value_that_is_not_public_is_sealed_in_every_step(sector):
    for step in TEMPLATES[sector].steps:
        event = {"sogoc:fields": {field.key: "x" for field in step.fields}}
        pointers = {rule.pointer for rule in rules_for(step, event)}
        for field in step.fields:
            hidden = field.visibility != "public" or field.ref in {"member", "user"} or not step.public
            assert (f"/sogoc:fields/{field.key}" in pointers) == hidden
