"""Sealed values outside the log: kept, erased, moved, changed."""

import pytest
from sqlalchemy import delete, select, update

from ledger.log.records import read_record
from ledger.trace.errors import ErasedError, WrongDisclosureError
from ledger.trace.events.sealed import sealed_pointers, unseal
from ledger.trace.sealed_fields.disclosures import destroy_key, open_private, read_disclosures, seal_private
from ledger.trace.tables import DataKey, DisclosureRow
from signing.vault import Vault
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


def test_disclosure_moved_to_another_entry(farm, index):
    other = farm.diary(farm.lot("V260901-1"), 4).index
    farm.tamper(
        delete(DisclosureRow).where(DisclosureRow.index == other),
        update(DisclosureRow).where(DisclosureRow.index == index).values(index=other),
    )
    with pytest.raises(WrongDisclosureError):
        disclosures_of(farm, other)
    assert {("disclosure", index), ("disclosure", other)} <= {
        (finding.where, finding.index) for finding in farm.findings()
    }


def test_disclosure_encrypted_anew_with_other_value(farm, index):
    """The attacker has the master key, too: the commitment in the log still tells."""
    with farm.ledger.database.reading() as session:
        row = session.execute(select(DataKey).where(DataKey.subject == "TV-07")).scalar_one()
        key = farm.vault.open(row.sealed, f"ledger.trace/data-key/{farm.code}/TV-07")
        stored = session.execute(select(DisclosureRow).where(DisclosureRow.index == index)).scalar_one()
        purpose = f"ledger.trace/disclosure/{index}{stored.pointer}"
        plain = Vault(key).open(stored.ciphertext, purpose)
    forged = Vault(key).seal(plain.replace(b"TV-07", b"TV-99"), purpose)
    farm.tamper(update(DisclosureRow).where(DisclosureRow.index == index).values(ciphertext=forged))
    with pytest.raises(WrongDisclosureError):
        unseal(farm.read(read_record, index).body, disclosures_of(farm, index))
    assert [(finding.where, finding.index) for finding in farm.findings()] == [("disclosure", index)]


def test_shipped_quantity_and_buyer_not_in_log_bytes(farm):
    season, _ = farm.season("V260901-2")
    first, _ = farm.harvest(season, "261001-9", 100, 30)
    pack, _ = farm.pack([(first, 50)], "261002-9", 100, 31)
    receipt = farm.ship(pack, 73, 32)
    assert b"73" not in receipt.entry.partition(b'"quantityList"')[2].partition(b"]")[0]
    assert b"destination" not in receipt.entry.replace(b"/destinationList", b"")
    assert set(sealed_pointers(farm.read(read_record, receipt.index).body)) == {
        "/destinationList",
        "/quantityList/0/quantity",
    }


def test_erasing_a_person_leaves_every_proof_valid(farm, index):
    covered = farm.write(destroy_key, farm.code, "TV-07")
    assert covered == 1
    assert disclosures_of(farm, index) == ()
    farm.check()
    with pytest.raises(ErasedError):
        farm.diary(farm.lot("V260901-1"), 5)
    with pytest.raises(ErasedError):
        farm.write(destroy_key, farm.code, "TV-07")


def test_erasing_an_organisations_key_leaves_stock_and_proofs(farm):
    season, _ = farm.season("V260901-2")
    first, _ = farm.harvest(season, "261001-9", 100, 30)
    pack, _ = farm.pack([(first, 50)], "261002-9", 100, 31)
    farm.ship(pack, 73, 32)
    farm.write(destroy_key, farm.code, "")
    farm.check()


def test_disclosure_row_deleted(farm, index):
    farm.tamper(delete(DisclosureRow))
    assert [(finding.where, finding.index) for finding in farm.findings()] == [("disclosure", index)]


def test_private_values_of_the_working_books_go_with_the_same_key(farm):
    sealed = farm.write(
        lambda unit: seal_private(unit, farm.code, "TV-09", "Lê Văn A".encode(), purpose="name")
    )

    def opened():
        return farm.read(open_private, farm.vault, farm.code, "TV-09", sealed, purpose="name")

    assert opened().decode() == "Lê Văn A"
    farm.write(destroy_key, farm.code, "TV-09")
    with pytest.raises(ErasedError):
        opened()


def test_key_row_deleted(farm, index):
    farm.tamper(delete(DataKey))
    assert {(finding.where, finding.index) for finding in farm.findings()} == {("disclosure", index)}
    with pytest.raises(WrongDisclosureError):
        disclosures_of(farm, index)
