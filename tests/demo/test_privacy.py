"""What the cooperatives of the demo keep to themselves is in their books and nowhere else."""

import re

import pytest

from ledger.coop.registers.members import list_members
from ledger.coop.registers.organisations import list_organisations
from ledger.coop.registers.partners import list_partners
from tests.demo.story_words import log_bytes, records_of, values_in
from web.demo import cast


@pytest.fixture(scope="module")
def public(built, ledger):
    """Every byte that the demo shows to strangers: the log and the bundles."""
    bundles = [built.file(lot["bundle"]).read_bytes() for lot in built.said["lots"]]
    return b"\n".join([log_bytes(ledger), *bundles])


@pytest.mark.parametrize("word", cast.PRIVATE)
def test_a_private_word_is_not_in_the_log(word, public):
    assert word.encode() not in public
    assert word.replace(" ", "").encode() not in public


@pytest.mark.parametrize("quantity", cast.PRIVATE_QUANTITIES)
def test_how_much_was_delivered_is_not_in_the_log(quantity, ledger):
    for record in records_of(ledger):
        assert quantity not in [value for value in values_in(record.body) if type(value) in (int, float)]
        assert str(quantity) not in [value for value in values_in(record.body) if isinstance(value, str)]


def test_private_words_are_not_in_the_database_either_in_clear(built):
    stored = built.config.data.joinpath("sogoc.db").read_bytes()
    names = [person.name for people in cast.PEOPLE.values() for person in people]
    assert [name for name in names if name.encode() in stored] == []


def test_their_own_people_can_read_them(ledger):
    with ledger.database.reading() as session:
        for organisation in list_organisations(session):
            members = list_members(session, ledger.vault, organisation.code)
            assert {member.name for member in members} == {
                person.name for person in cast.PEOPLE[organisation.name]
            }
        partners = {
            partner.name
            for organisation in list_organisations(session)
            for partner in list_partners(session, ledger.vault, organisation.code)
        }
    assert cast.TRADER[0] in partners


def test_every_telephone_number_is_one_that_nobody_has():
    numbers = re.findall(r"0\d{3} \d{3} \d{3}", repr(cast.PRIVATE))
    numbers += [o.phone for o in (cast.GRAPES, cast.CUSTARD_APPLES, cast.PIGS, cast.HONEY, cast.DISTRIBUTOR)]
    assert numbers
    # No network begins so; with 0730 the program at least takes it for a mobile telephone's number.
    assert all(number.startswith(("0100 ", "0730 ")) for number in numbers)
