"""What a certificate covers: shown on passports and claimed for seasons only where and while it holds."""

from datetime import timedelta
from decimal import Decimal

import pytest

from ledger.coop.actors import Role
from ledger.coop.errors import CommandError, NotAllowedError, NotFoundError
from ledger.coop.field.harvesting import Harvest, harvest
from ledger.coop.field.seasons import OpenSeason, open_season
from ledger.coop.goods.packing import Pack, pack
from ledger.coop.registers.certificates import (
    EndCertificate,
    FileCertificate,
    end_certificate,
    file_certificate,
    list_certificates,
    scopes,
)
from ledger.coop.registers.places import RegisterPlace, register_place
from ledger.trace.queries import passport_of


def filed(world, *places, scheme="VietGAP trồng trọt", since=100, until=365, number="VG-1"):
    command = FileCertificate(
        scheme=scheme,
        number=number,
        issuer="Trung tâm Chứng nhận",
        valid_from=world.day(since),
        valid_to=world.today + timedelta(days=until),
        products=("NHO",),
        places=places,
    )
    return world.run(file_certificate, command)


def shown(world, lot, today=None):
    passport = world.read(passport_of, lot, today or world.today).passport
    return [fact.statement.number for fact in passport.certificates]


@pytest.fixture
def elsewhere(world):
    place = RegisterPlace(
        code="VUON2", name="Vườn 2", kind="plot", province="x", commune="y", area_m2=Decimal(900),
        perennial_since=world.day(900),
    )  # fmt: skip
    world.run(register_place, place)
    opening = OpenSeason(product="NHO", place="VUON2", started_on=world.day(90), values={})
    season = world.run(open_season, opening, Role.GROWER).lot
    taking = Harvest(season=season, done_on=world.today, values={"quantity": "100"})
    return world.run(harvest, taking, Role.GROWER).lot


def packed(world, *lots):
    command = Pack(
        product="NHO", inputs=tuple((lot, Decimal(10)) for lot in lots), net_per_pack=Decimal(500),
        packs=20 * len(lots), packed_on=world.today, pack_type="box",
    )  # fmt: skip
    return world.run(pack, command, Role.PACKER).lot


def test_only_goods_of_the_places_in_its_scope_show_a_certificate(world, elsewhere):
    filed(world, "VUON1")
    filed(world, number="VG-ALL")
    here = world.harvested()
    assert shown(world, packed(world, here)) == ["VG-1", "VG-ALL"]
    assert shown(world, packed(world, elsewhere)) == ["VG-ALL"]
    assert shown(world, packed(world, here, elsewhere)) == ["VG-ALL"]


def test_a_certificate_is_shown_while_it_is_in_force_and_for_what_was_made_meanwhile(world):
    before = packed(world, world.harvested(ago=10))
    made = filed(world, since=5, until=30)
    after = packed(world, world.harvested(ago=2))
    assert (shown(world, before), shown(world, after)) == ([], ["VG-1"])
    assert shown(world, after, world.today + timedelta(days=31)) == []
    world.run(end_certificate, EndCertificate(made.uri, world.day(1)))
    assert shown(world, after) == []
    (card,) = world.read(list_certificates, world.coop.code)
    assert card.valid_to == world.day(1)


def test_an_end_is_earlier_and_not_before_the_beginning(world):
    made = filed(world)
    for day in (world.today + timedelta(days=365), world.day(101)):
        with pytest.raises(CommandError):
            world.run(end_certificate, EndCertificate(made.uri, day))
    with pytest.raises(NotFoundError):
        world.run(end_certificate, EndCertificate(made.uri, world.today), world.neighbour_manager)
    with pytest.raises(NotAllowedError):
        world.run(end_certificate, EndCertificate(made.uri, world.today), Role.PACKER)


def test_scope_is_told_in_names(world):
    made = filed(world, "VUON1")
    scope = world.read(scopes, world.coop.code)[made.uri]
    assert (scope.products, scope.places) == (("Nho hạ đen",), ("Vườn nho số 1",))


def test_a_certificate_covers_some_product_and_known_places(world):
    with pytest.raises(NotFoundError):
        filed(world, "VUON9")
    with pytest.raises(CommandError):
        filed(world, *["VUON1"] * 101)


def test_a_standard_is_claimed_only_under_a_certificate(world):
    with pytest.raises(CommandError) as caught:
        world.season(standard="vietgap")
    assert caught.value.problems[0].field == "standard"
    filed(world, "XUONG")
    with pytest.raises(CommandError):
        world.season(standard="vietgap")
    filed(world, "VUON1", number="VG-2", until=-1)
    with pytest.raises(CommandError):
        world.season(standard="vietgap")
    filed(world, "VUON1", number="VG-3")
    assert world.season(standard="vietgap")
    with pytest.raises(CommandError):
        world.season(standard="organic")
    assert world.season(standard="none")
