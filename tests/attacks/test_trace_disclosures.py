"""Sealed values: what is not public is not in the log, and what is disclosed cannot be another value."""

import pytest

from ledger.log.queries import read_entry
from ledger.log.records import read_record
from ledger.trace.disclosures import read_disclosures
from ledger.trace.errors import WrongDisclosureError
from ledger.trace.sealed import Disclosure, check_disclosure, unseal
from tests.support.farm import Farm


@pytest.fixture
def farm(sqlite_database):
    farm = Farm(sqlite_database)
    farm.register()
    return farm


@pytest.fixture
def index(farm):
    season, _ = farm.season()
    return farm.diary(season, 3, dose="2").index


def disclosures_of(farm, index):
    return farm.read(read_disclosures, farm.vault, index)


def test_disclosure_with_other_value(farm, index):
    (disclosure,) = disclosures_of(farm, index)
    event = farm.read(read_record, index).body
    check_disclosure(event, disclosure)
    forged = Disclosure(disclosure.pointer, disclosure.salt, "TV-99", disclosure.subject)
    with pytest.raises(WrongDisclosureError):
        check_disclosure(event, forged)


def test_sealed_value_not_in_log_bytes(farm, index):
    entry = farm.read(read_entry, index).entry
    assert b"TV-07" not in entry
    assert b"/sogoc:fields/done_by" in entry
    full = unseal(farm.read(read_record, index).body, disclosures_of(farm, index))
    assert full["sogoc:fields"]["done_by"] == "TV-07"
