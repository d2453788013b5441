"""The file that discloses one sealed field: one form, nine steps, each failing by its number."""

import json

import pytest

from ledger.log.canonical import format_canonical
from ledger.log.checkpoints import parse_checkpoint_note, sign_checkpoint
from ledger.log.keys import chain_keys, replace_key, revoke_key
from ledger.log.witnesses import WitnessKey, WitnessPolicy
from ledger.trace.errors import DisclosureFileError, SealedFieldError
from ledger.trace.sealed_fields.disclosing import disclosure_file
from ledger.trace.sealed_fields.disclosure_file import (
    STEPS,
    format_disclosure_file,
    parse_disclosure_file,
    verify_disclosure_file,
)
from ledger.trace.sealed_fields.disclosures import find_disclosure
from signing.keys import NamedKey, PrivateKey, VerifierKey
from tests.support.farm import ORIGIN, Farm

POINTER = "/sogoc:fields/done_by"
THIEF = NamedKey(ORIGIN, PrivateKey.from_seed(bytes([66]) * 32))


@pytest.fixture
def farm(sqlite_database):
    """One event under the chain's first key, one under its second."""
    farm = Farm(sqlite_database)
    farm.register()
    season, _ = farm.season()
    farm.index = farm.diary(season, 3, dose="2").index
    first = next(iter(farm.read(chain_keys, farm.code))).key
    farm.write(replace_key, farm.code)
    farm.write(revoke_key, farm.code, first)
    farm.later = farm.diary(season, 5, dose="1").index
    return farm


@pytest.fixture
def file(farm):
    return farm.read(disclosure_file, farm.vault, farm.later, POINTER)


def changed(file, change):
    body = json.loads(file)
    change(body)
    return format_canonical(body) + b"\n"


def fails_at(step, file, **options):
    with pytest.raises(DisclosureFileError) as caught:
        verify_disclosure_file(file, **options)
    assert (caught.value.step, caught.value.name) == (step, STEPS[step - 1][0]), str(caught.value)
    assert f"bước {step}" in caught.value.sentence
    return caught.value


def test_a_disclosure_holds_with_the_log_s_key_and_nothing_else(farm, file):
    found = verify_disclosure_file(file, vkey=farm.ledger.vkey)
    assert (found.pointer, found.value, found.record.index) == (POINTER, "TV-07", farm.later)
    assert found.record.body["sogoc:step"] == "fertilising"


def test_an_entry_signed_by_a_key_revoked_since_holds_too(farm):
    earlier = farm.read(disclosure_file, farm.vault, farm.index, POINTER)
    assert verify_disclosure_file(earlier, vkey=farm.ledger.vkey).value == "TV-07"


def test_a_file_has_one_form(file):
    assert format_disclosure_file(parse_disclosure_file(file)) == file
    assert "TV-07" not in repr(parse_disclosure_file(file))
    spaced = file.replace(b'":', b'": ', 1)
    for other in (file[:-1], file + b"\n", b" " + file, spaced, b" " * 5_000_000 + b"\n"):
        fails_at(1, other)


@pytest.mark.parametrize(
    "change",
    [
        lambda body: body.update(type="sogoc/bundle/v1"),
        lambda body: body.update(more=1),
        lambda body: body.pop("salt"),
        lambda body: body.update(log=7),
        lambda body: body.update(log={"vkey": body["log"]["vkey"]}),
        lambda body: body.update(log={"origin": "so.example.vn/khac", "vkey": body["log"]["vkey"]}),
        lambda body: body.update(log=body["log"] | {"vkey": "no key"}),
        lambda body: body.update(log=body["log"] | {"vkey": 7}),
        lambda body: body.update(index=True),
        lambda body: body.update(index=99),
        lambda body: body.update(pointer=None),
        lambda body: body.update(salt="no base64"),
        lambda body: body.update(entries={}),
        lambda body: body.update(entries=[]),
        lambda body: body.update(checkpoint="no note"),
        lambda body: body["entries"][0].update(entry="no entry"),
    ],
)
def test_what_has_not_its_form_fails_at_parse(file, change):
    fails_at(1, changed(file, change))


def test_another_value_or_salt_or_place_fails_at_disclosure(file):
    error = fails_at(9, changed(file, lambda body: body.update(value="TV-99")))
    assert (error.evidence["pointer"], error.evidence["value"]) == (POINTER, "TV-99")
    fails_at(9, changed(file, lambda body: body.update(salt="A" * 43 + "=")))
    fails_at(9, changed(file, lambda body: body.update(salt="AAAA")))
    fails_at(9, changed(file, lambda body: body.update(pointer="/sogoc:fields/note")))
    fails_at(9, changed(file, lambda body: body.update(index=body["entries"][0]["index"])))


def test_each_other_step_fails_by_its_number(farm, file):
    def entry(number, old, new):
        def change(body):
            assert old in body["entries"][number]["entry"]
            body["entries"][number]["entry"] = body["entries"][number]["entry"].replace(old, new)

        return changed(file, change)

    checkpoint, _ = parse_checkpoint_note(json.loads(file)["checkpoint"].encode())

    def forged(body):
        body["checkpoint"] = sign_checkpoint(checkpoint, THIEF).decode()
        body["log"]["vkey"] = THIEF.verifier_key.format()

    fails_at(2, entry(-1, '"dose":"1"', '"dose":"9"'))
    fails_at(2, changed(file, lambda body: body["entries"].pop(1)))
    fails_at(3, changed(file, lambda body: body["entries"][-1].pop("prev")))
    fails_at(3, changed(file, lambda body: body["entries"][-1]["prev"].update(proof=[])))
    fails_at(5, entry(-1, ".000Z", ".001Z"))
    fails_at(6, changed(file, forged), vkey=farm.ledger.vkey)
    assert not verify_disclosure_file(changed(file, forged)).is_own_key
    fails_at(1, file, vkey=VerifierKey("so.example.vn/khac", THIEF.verifier_key.public_key))
    witness = WitnessKey("lien-minh.example", PrivateKey.generate().public_key)
    fails_at(7, file, witnesses=WitnessPolicy((witness,), 1))


def test_a_statement_discloses_nothing(farm, file):
    error = fails_at(9, changed(file, lambda body: body.update(index=body["entries"][1]["index"])))
    assert "no event" in error.message


def test_only_what_is_kept_can_be_found(farm):
    with pytest.raises(SealedFieldError):
        farm.read(find_disclosure, farm.vault, farm.index, "/sogoc:fields/note")
    with pytest.raises(SealedFieldError):
        farm.read(find_disclosure, farm.vault, 0, POINTER)
