"""Names, telephones, prices, buyers, positions: planted in a whole story, sought in all that is public."""

import io
import json
from decimal import Decimal
from pathlib import Path

from PIL import Image
from sqlalchemy import select, text

from ledger.coop.actors import Actor, Role
from ledger.coop.attachments.photos import find_photo, store_photo
from ledger.coop.field.diary import RecordStep, record_step
from ledger.coop.field.harvesting import Harvest, harvest
from ledger.coop.field.seasons import CloseSeason, close_season
from ledger.coop.goods.shipping import Ship, ship
from ledger.coop.people.accounts import CreateAccount, add_account
from ledger.coop.people.disclosing import Disclose, disclose
from ledger.coop.people.erasing import scrub_database
from ledger.coop.registers.members import AddMember, EraseMember, add_member, erase_member, list_members
from ledger.coop.registers.partners import AddPartner, add_partner, list_partners
from ledger.coop.registers.places import RegisterPlace, register_place
from ledger.database import Base
from ledger.log.queries import read_entries
from ledger.trace.bundles.bundle import lot_bundle
from ledger.trace.bundles.bundle_verify import verify_bundle
from ledger.trace.sealed_fields.disclosures import read_all_disclosures
from ledger.trace.tables import DataKey
from tests.support.market import build_market
from tests.support.remote import config_of
from tests.support.world import SECRET
from web.app import make_app
from web.exporting.export import Progress, export
from web.state import PHOTOS, make_state

NAMES = ("Trần Thị Ngọc Bích", "Đoàn Văn Hướng", "Cô Sáu chợ Cầu Đất", "Lò Thị Pá")
PHONES = ("0100 771 993", "0100 882 114")
SEALED = (
    "HOA-DON-PHAN-4417",
    "85C-771.93",
    "XUAT-KHO-9921",
    "bán vội vì cần tiền viện phí",
    "mua chịu của ông Hướng",
    "giống của nhà bà Pá",
    "9630217",
    "8417305",
)
POSITIONS = ("564738", "988123", "117739", "664421")
CAMERA = "Dien thoai cua Bich"
QUIET = Progress(begin=lambda name, total: None, advance=lambda: None)


def picture():
    """A photo that says whose telephone took it, and where."""
    exif = Image.Exif()
    exif[0x0110] = CAMERA
    exif.get_ifd(0x8825).update({1: "N", 2: (21.0, 17.0, 3.25), 3: "E", 4: (106.0, 12.0, 9.5)})
    out = io.BytesIO()
    Image.new("RGB", (320, 240), "green").save(out, "JPEG", exif=exif)
    assert CAMERA.encode() in out.getvalue()
    return out.getvalue()


def tell(world, photos):
    """A season with a buyer, a chat under each step, prices at its end, photos, and people by name."""
    member = world.run(add_member, AddMember(name=NAMES[0], phone=PHONES[0], code="bich")).id
    world.run(add_member, AddMember(name=NAMES[1], phone=PHONES[1]))
    account = CreateAccount(world.coop.code, "tran.thi.bich", SECRET, frozenset({Role.RECORDER}), member)
    who = Actor(world.run(add_account, account).id, world.coop.code, member, frozenset({Role.RECORDER}))
    shop = world.run(add_partner, AddPartner(name=NAMES[2], kind="shop", phone=PHONES[1])).id
    where = {"latitude": Decimal("11.117739"), "longitude": Decimal("108.664421")}
    plot = {"code": "DOI2", "name": "Đồi số 2", "kind": "plot", "province": "Khánh Hòa", "commune": "Cầu Đất"}
    world.run(register_place, RegisterPlace(**plot, **where))
    photo = store_photo(photos, picture())
    season = world.season()
    for step, values in (
        ("planting", {"variety": "Hạ đen", "seed_source": SEALED[5], "quantity": "40"}),
        ("fertilising", {"input": "NPK", "dose": "5", "invoice": SEALED[0]}),
    ):
        command = RecordStep(
            lot=season, step=step, done_on=world.today, values=values, note=SEALED[4], photos=(photo,)
        )
        world.run(record_step, command, who)
    taking = {"quantity": "111", "household": "bich", "buyer_on_site": shop}
    world.run(harvest, Harvest(season=season, done_on=world.today, values=taking), who)
    command = Ship(
        lot=world.sealed(20),
        to_partner=shop,
        packs=13,
        done_on=world.today,
        vehicle=SEALED[1],
        invoice_no=SEALED[2],
    )
    shipped = world.run(ship, command, Role.PACKER).index
    world.run(disclose, Disclose(shipped, "/sogoc:fields/invoice_no", NAMES[3]))
    sums = {"total_yield": "111", "revenue": SEALED[6], "cost": SEALED[7], "market_note": SEALED[3]}
    world.run(close_season, CloseSeason(season=season, done_on=world.today, values=sums))
    return member, photo


def public_files(world, folder):
    """Everything that the world is shown: an export of log, tiles, passports, bundles and photos."""
    state = make_state(config_of(world.ledger, folder), world.ledger, clock=world.clock)
    export(make_app(state), state, folder / "copy", QUIET)
    return {path: path.read_bytes() for path in (folder / "copy").rglob("*") if path.is_file()}


def stored_bytes(database):
    """Every byte that the database keeps, in its files or, on PostgreSQL, in the rows of all tables."""
    if database.dialect == "sqlite":
        path = Path(database.url.database)
        return b"\n".join(file.read_bytes() for file in path.parent.glob(f"{path.name}*"))
    with database.reading() as session:
        rows = [
            session.scalars(text(f'SELECT CAST(t AS text) FROM "{table}" AS t')).all()
            for table in Base.metadata.tables
        ]
    return "\n".join(row for found in rows for row in found).encode()


def spellings(secret):
    """A text as it may stand in a file: plain, as JSON that keeps to ASCII, or as a database shows bytes."""
    plain = {secret.encode(), json.dumps(secret)[1:-1].encode()}
    return plain | {spelling.hex().encode() for spelling in plain}


def found_in(data, secrets):
    return [secret for secret in secrets if any(spelling in data for spelling in spellings(secret))]


def test_planted_secrets_sought_in_all_that_is_public(world, tmp_path):
    member, photo = tell(world, tmp_path / PHOTOS)
    build_market(world, tmp_path / PHOTOS)
    partners = world.read(list_partners, world.ledger.vault, world.coop.code)
    ids = (member, *(partner.id for partner in partners))
    secrets = (*NAMES, *PHONES, *SEALED, *POSITIONS, CAMERA, "tran.thi.bich", *ids)
    secrets += tuple(phone.replace(" ", "") for phone in PHONES)
    with world.ledger.database.reading() as session:
        entries = b"\n".join(item.entry for item in read_entries(session, range(world.size())))
    assert found_in(entries, secrets) == []
    files = public_files(world, tmp_path)
    assert {str(path): found for path, data in files.items() if (found := found_in(data, secrets))} == {}
    assert any("tile/entries" in str(path) for path in files)
    assert any(path.name == "bundle" for path in files)
    shown = find_photo(tmp_path / PHOTOS, photo.digest).read_bytes()
    assert shown in files.values()
    assert not Image.open(io.BytesIO(shown)).getexif()
    assert found_in(entries, ("Đồi số 2", "11.12")) == ["Đồi số 2", "11.12"]  # public things are found


def test_planted_secrets_sought_in_the_stolen_database(world, tmp_path):
    """Without the master key, the whole database tells none of them; its own people read each."""
    tell(world, tmp_path / PHOTOS)
    secrets = (*NAMES, *PHONES, *SEALED, *POSITIONS, CAMERA)
    stored = stored_bytes(world.ledger.database)
    assert found_in(stored, secrets) == []
    assert found_in(stored, ("sogoc/entry/v1", "Đồi số 2")) == ["sogoc/entry/v1", "Đồi số 2"]
    opened = [repr((p.name, p.phone)) for p in world.read(list_members, world.ledger.vault, world.coop.code)]
    partners = world.read(list_partners, world.ledger.vault, world.coop.code)
    opened += [repr((partner.name, partner.phone)) for partner in partners]
    disclosed = world.read(read_all_disclosures, world.ledger.vault, range(world.size()))
    opened += [str(item.value) for found in disclosed.values() for item in found]
    wanted = [*NAMES[:3], *PHONES, *SEALED]
    assert found_in("\n".join(opened).encode(), wanted) == wanted


def test_erased_person_sought_in_the_database_and_in_backups(world, tmp_path):
    """What was sealed under the person's key opens nowhere any more; what was proven before still is."""
    member, _ = tell(world, tmp_path / PHOTOS)
    lots = build_market(world, tmp_path / PHOTOS)
    before = world.read(lot_bundle, lots.lot)
    with world.ledger.database.reading() as session:
        key = session.scalar(select(DataKey.sealed).where(DataKey.subject == member))
    world.run(erase_member, EraseMember(member))
    scrub_database(world.ledger.database)
    stored = stored_bytes(world.ledger.database)
    assert key not in stored
    assert key.hex().encode() not in stored
    assert found_in(stored, ("tran.thi.bich", "BICH")) == []
    disclosed = world.read(read_all_disclosures, world.ledger.vault, range(world.size()))
    assert member not in [item.value for found in disclosed.values() for item in found]
    assert verify_bundle(before, vkey=world.ledger.vkey).lot == lots.lot
    if world.ledger.database.dialect == "sqlite":
        copy = tmp_path / "backup.db"
        raw = world.ledger.database.engine.raw_connection()
        raw.cursor().execute("VACUUM INTO ?", (str(copy),))
        raw.close()
        assert key not in copy.read_bytes()
    world.check()
