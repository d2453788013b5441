"""What is missing of a product and its lots, read from the log and mended where it is said."""

import pytest

from ledger.coop.actors import Role
from ledger.coop.attachments.photos import store_photo
from ledger.coop.completeness.legal_facts import Source
from ledger.coop.completeness.reading import (
    LOTS_AT_ONCE,
    lot_completeness,
    lots_completeness,
    product_completeness,
    products_completeness,
)
from ledger.coop.errors import NotFoundError
from ledger.coop.links.aliases import GiveGtin, give_gtin
from ledger.coop.registers.certificates import FileCertificate, file_certificate
from ledger.coop.registers.organisation_mending import MendOrganisation, mend_organisation
from ledger.coop.registers.product_mending import MendProduct, mend_product
from tests.support.desk import picture

GTIN = "09521234543213"


def sources(found):
    return {item.answer.source for item in found.missing}


def lot_of(world, lot, who=Role.MANAGER):
    return world.read(lot_completeness, world.actor(who), lot, world.today)


def product_of(world):
    return world.read(product_completeness, world.actors[Role.MANAGER], "NHO", world.today)


def test_what_is_said_is_no_longer_missing(world, tmp_path):
    lot = world.sealed(packs=20)
    every = {Source.PRODUCT, Source.CERTIFICATES, Source.GTIN, Source.ORGANISATION}
    assert sources(lot_of(world, lot)) == sources(product_of(world)) == every
    photo = store_photo(tmp_path, picture()[0].getvalue())
    world.run(
        mend_product,
        MendProduct("NHO", "Khánh Hòa, Việt Nam", "Ngăn mát", "Rửa sạch", None, 10, photo=photo),
    )
    certificate = FileCertificate("VietGAP", "1", "x", world.day(400), world.today, ("NHO",))
    world.run(file_certificate, certificate)
    own = MendOrganisation("Thôn 1", "Khánh Hòa", "Phước Thuận", tax_code="4900123456")
    world.run(mend_organisation, own)
    assert sources(lot_of(world, lot)) == sources(product_of(world)) == {Source.GTIN}
    assert not product_of(world).is_passport
    world.run(give_gtin, GiveGtin("NHO", GTIN))
    assert product_of(world).missing == ()
    assert product_of(world).is_passport
    assert lot_of(world, lot).missing == ()


def test_a_certificate_of_another_place_does_not_count(world):
    lot = world.sealed(packs=20)
    elsewhere = FileCertificate("VietGAP", "1", "x", world.day(400), world.today, ("NHO",), ("XUONG",))
    world.run(file_certificate, elsewhere)
    assert Source.CERTIFICATES in sources(lot_of(world, lot))
    ended = FileCertificate("VietGAP", "2", "x", world.day(400), world.day(1), ("NHO",))
    world.run(file_certificate, ended)
    assert Source.CERTIFICATES in sources(lot_of(world, lot))


def test_lots_come_ten_at_a_time_newest_first(world):
    raw = world.harvested(kg="300")
    lots = [world.packed(raw, packs=5) for _ in range(LOTS_AT_ONCE + 2)]
    who = world.actors[Role.ACCOUNTANT]
    first = world.read(lots_completeness, who, "NHO", world.today)
    assert [item.lot.lot for item in first] == lots[:1:-1]
    rest = world.read(lots_completeness, who, "NHO", world.today, before_index=first[-1].lot_index)
    assert [item.lot.lot for item in rest] == lots[1::-1]


def test_a_neighbour_reads_only_its_own(world):
    lot, thief = world.sealed(packs=20), world.neighbour_manager
    assert world.read(products_completeness, thief, world.today) == ()
    for query, name in ((lot_completeness, lot), (product_completeness, "NHO"), (lots_completeness, "NHO")):
        with pytest.raises(NotFoundError):
            world.read(query, thief, name, world.today)
    with pytest.raises(NotFoundError):
        world.read(lot_completeness, world.actors[Role.MANAGER], world.season(), world.today)
