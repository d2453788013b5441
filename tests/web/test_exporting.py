"""An export is the log in files: it verifies without us, it only grows, and it is never half there."""

import json
import re
import shutil
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from html.parser import HTMLParser
from urllib.parse import unquote, urlsplit

from ledger.coop.actors import Role
from ledger.coop.goods.packing import Pack, pack
from ledger.coop.links.aliases import AddAlias, GiveGtin, add_alias, give_gtin
from ledger.log.checkpoints import open_checkpoint
from ledger.log.log_keys import read_log_keys
from ledger.log.log_rotation import rotate_log_key
from ledger.log.publishing import keep_publication
from ledger.log.queries import read_head
from ledger.log.remote_sources import FolderSource, open_source, read_checkpoint
from ledger.log.remote_tiles import AuthenticatedReader
from ledger.trace.bundles.bundle_verify import verify_bundle
from ledger.trace.capture import capture_statement
from ledger.trace.credentials.verifying import check_embedded, check_status, status_addresses
from ledger.trace.derived.registers import find_statement
from ledger.trace.events.statements import ProductRegistered
from ledger.trace.identifiers import lot_code_of, product_uri
from tests.support.export_fixtures import QUIET, copy, files_of, long_log, long_log_file, run, run_log
from tests.support.ledgers import CHAIN, record_many
from tests.support.market import build_market
from tests.support.remote import config_of, open_log
from tests.support.world_fixtures import world, world_templates
from web.app import make_app
from web.exporting import pages
from web.exporting.export import export
from web.state import PHOTOS, make_state

__all__ = ["copy", "long_log", "long_log_file", "world", "world_templates"]


def test_the_market_is_exported_from_both_databases(world, tmp_path):
    build_market(world, tmp_path / PHOTOS)
    folder, config = tmp_path / "copy", config_of(world.ledger, tmp_path)
    state = make_state(config, world.ledger, clock=world.clock)
    done = export(make_app(state), state, folder, QUIET, is_checked=True)
    assert done.size == world.size()
    checkpoint = open_checkpoint(read_checkpoint(open_source(str(folder))), world.ledger.vkey)
    assert checkpoint.root == world.read(read_head).root
    for bundle in folder.rglob("bundle"):
        assert verify_bundle(bundle.read_bytes(), vkey=world.ledger.vkey).checkpoint.size == done.size
    assert export(make_app(state), state, folder, QUIET).written == 0


def test_every_bundle_verifies_and_every_lot_has_one(shop, copy):
    folder, done = copy
    bundles = list(folder.rglob("bundle"))
    assert len(bundles) == done.tally.bundles == done.tally.lots
    lots = {verify_bundle(path.read_bytes(), vkey=shop.market.world.ledger.vkey).lot for path in bundles}
    assert lots >= {shop.market.lot, shop.market.expired_lot, shop.market.recalled_lot, shop.market.season}
    answered = shop.client.get(f"{shop.market.path}/bundle").data
    assert (folder / shop.market.path[1:] / "bundle").read_bytes() == answered


def test_the_keys_are_where_did_web_looks_for_them(shop, copy):
    folder, _ = copy
    code = shop.market.path.split("/")[1]
    assert json.loads((folder / code / "did.json").read_bytes()) == shop.client.get(f"/{code}/did.json").json


class Addresses(HTMLParser):
    """Every address in a page that the browser would follow or fetch."""

    def __init__(self):
        super().__init__()
        self.found = []

    def handle_starttag(self, tag, attrs):
        said = dict(attrs)
        if said.get("rel") != "canonical":
            self.found += [said[name] for name in ("href", "src", "data-bundle", "action") if said.get(name)]


def test_every_address_in_every_page_leads_to_a_file_of_the_copy(copy):
    """Relative, and to a file rather than a folder: so it works on a disk as well."""
    folder, _ = copy
    followed = 0
    for page in folder.rglob("*.html"):
        parser = Addresses()
        parser.feed(page.read_text("utf-8"))
        for address in parser.found:
            parts = urlsplit(address)
            if parts.scheme in {"tel", "https"} or not parts.path:
                continue
            start = folder if page.name == "404.html" else page.parent
            assert parts.path.startswith("/") == (page.name == "404.html"), (page, address)
            target = start / unquote(parts.path).lstrip("/")
            target = target / "index.html" if address == "/" else target
            assert target.is_file(), (page, address)
            followed += 1
    assert followed > 50


def test_a_page_says_that_it_is_a_copy_and_of_which_day(shop, copy):
    folder, done = copy
    page = (folder / shop.market.path[1:] / "index.html").read_text("utf-8")
    assert "Bản sao tĩnh" in page
    assert 'data-verdict="valid"' in page
    assert "Bản sao tĩnh" not in shop.client.get(shop.market.path).text
    front = (folder / "index.html").read_text("utf-8")
    assert f"{shop.market.world.today:%d/%m/%Y}" in front
    assert f"<b>{done.size}</b> bản ghi" in front
    assert shop.market.world.ledger.vkey.format().replace("+", "&#43;") in front or (
        shop.market.world.ledger.vkey.format() in front
    )


def test_a_recalled_and_an_expired_lot_say_so(shop, copy):
    folder, _ = copy
    base = shop.market.world.ledger.id_base
    for lot, state in ((shop.market.recalled_lot, "recalled"), (shop.market.expired_lot, "expired")):
        page = (folder / lot.removeprefix(base)[1:] / "index.html").read_text("utf-8")
        assert f'data-verdict="{state}"' in page


def test_a_lot_is_found_by_its_gtin_as_well(own_shop, tmp_path):
    world, folder = own_shop.market.world, tmp_path / "copy"
    filed = world.read(
        find_statement, ProductRegistered, product_uri(world.ledger.id_base, world.coop.code, "NHO")
    )
    told = replace(filed.statement, gtin="08938505974194")
    world.ledger.write(capture_statement, world.coop.code, told)
    run(own_shop, folder)
    code = lot_code_of(own_shop.market.lot)
    alias = folder / "01" / "08938505974194" / "10" / code / "index.html"
    target = re.search(r'url=([^"]+)"', alias.read_text("utf-8"))[1]
    page = folder / own_shop.market.path[1:] / "index.html"
    assert (alias.parent / unquote(target)).resolve() == page.resolve()
    led = own_shop.client.get(f"/01/08938505974194/10/{code}")
    assert led.headers["Location"] == own_shop.config.public_url + own_shop.market.path


def test_a_long_list_of_lots_goes_over_several_pages(shop, tmp_path, monkeypatch):
    monkeypatch.setattr(pages, "LISTED", 4)
    folder, code = tmp_path / "copy", shop.market.path.split("/")[1]
    done = run(shop, folder)
    listed = []
    for name in ("index.html", "trang-2.html"):
        parser = Addresses()
        parser.feed((folder / code / name).read_text("utf-8"))
        listed.append([unquote(one) for one in parser.found if "/class/" in one])
        assert ("../" + code + "/trang-2.html" in parser.found) == (name == "index.html")
    assert [len(part) for part in listed] == [4, 2]
    assert len({*listed[0], *listed[1]}) == done.tally.lots == 6
    assert not (folder / code / "trang-3.html").exists()


def test_the_log_s_own_chain_is_no_organisation(long_log, tmp_path):
    """Its id is the name of a folder that is there for something else."""
    long_log.write(rotate_log_key)
    done = run_log(long_log, tmp_path / "copy", is_checked=True)
    assert done.tally.organisations == 2
    assert not (tmp_path / "copy" / "log" / "index.html").exists()
    keys = (tmp_path / "copy" / "log" / "vkey").read_text("utf-8").splitlines()
    assert keys == [key.format() for key in long_log.read(read_log_keys)]
    assert len(keys) == 2


def test_no_stamp_code_and_no_secret_is_in_a_copy(shop, copy):
    folder, _ = copy
    everything = b"".join(files_of(folder).values())
    assert not [state for state, code in shop.market.codes.items() if code.encode() in everything]
    assert not (folder / "s").exists()


def test_photos_are_copied_and_a_lost_one_is_told(own_shop, tmp_path):
    done = run(own_shop, tmp_path / "copy")
    photos = list((tmp_path / "copy" / "photo").iterdir())
    assert len(photos) >= 2
    assert done.tally.missing_photos == []
    for photo in photos:
        assert photo.read_bytes() == own_shop.client.get(f"/photo/{photo.name}").data
    shutil.rmtree(own_shop.config.data / PHOTOS)
    lost = run(own_shop, tmp_path / "another").tally.missing_photos
    assert len(set(lost)) == len(photos)


# -- growing -------------------------------------------------------------------------------------------------


def test_running_it_again_writes_nothing(shop, copy):
    folder, first = copy
    before = {path: path.stat().st_mtime_ns for path in folder.rglob("*")}
    again = run(shop, folder)
    assert (again.written, again.size_before) == (0, first.size)
    assert {path: path.stat().st_mtime_ns for path in folder.rglob("*")} == before


def test_only_what_is_new_is_written_when_the_log_has_grown(long_log, tmp_path):
    folder = tmp_path / "copy"
    run_log(long_log, folder)
    before = files_of(folder)
    long_log.write(record_many, 20, CHAIN)
    done = run_log(long_log, folder, is_checked=True)
    after = files_of(folder)
    changed = {path for path in before if after.get(path) != before[path]}
    assert changed == {"log/checkpoint", "log/keys", "index.html"}
    # What an earlier checkpoint needs stays: who holds it can still read from here.
    new = {path for path in after if path not in before}
    assert new == {"log/tile/0/003.p/27", "log/tile/entries/003.p/27"}
    assert done.written == 5
    older = open_checkpoint(before["log/checkpoint"], long_log.vkey)
    assert sum(1 for _ in AuthenticatedReader(FolderSource(folder / "log"), older).read_entries()) == 775


def test_partial_tiles_go_when_they_are_full_and_older_checkpoints_still_read(long_log, tmp_path):
    folder = tmp_path / "copy"
    run_log(long_log, folder)
    older = open_checkpoint((folder / "log/checkpoint").read_bytes(), long_log.vkey)
    long_log.write(record_many, 300, CHAIN)
    run_log(long_log, folder, is_checked=True)
    assert not (folder / "log/tile/0/003.p").exists()
    assert not (folder / "log/tile/entries/003.p").exists()
    reader = AuthenticatedReader(FolderSource(folder / "log"), older)
    assert sum(1 for _ in reader.read_entries()) == older.size


def test_a_copy_ends_where_the_published_checkpoint_ends(long_log, tmp_path):
    """What witnesses stand behind is what outsiders are shown, also when the log has gone on since."""
    folder, published = tmp_path / "copy", long_log.checkpoint()
    checkpoint = open_checkpoint(published, long_log.vkey)
    long_log.write(keep_publication, checkpoint, published, is_full=True, is_stamped=False)
    long_log.write(record_many, 300, CHAIN)
    assert run_log(long_log, folder, is_checked=True).size == 775
    assert (folder / "log/checkpoint").read_bytes() == published
    client = open_log(long_log, tmp_path).test_client()
    assert client.get("/log/checkpoint").data == published
    assert client.get("/log/consistency/300").data.endswith(published)
    newest = long_log.checkpoint()
    shown = open_checkpoint(newest, long_log.vkey)
    long_log.write(keep_publication, shown, newest, is_full=True, is_stamped=False)
    assert run_log(long_log, folder, is_checked=True).size == 1075


def test_a_bundle_stays_as_it_is_until_there_is_more_to_say(own_shop, tmp_path):
    folder, world = tmp_path / "copy", own_shop.market.world
    run(own_shop, folder)
    kept = {path: path.read_bytes() for path in folder.rglob("bundle")}
    lot = own_shop.market.raw_lots[1]
    command = Pack(
        product="NHO",
        inputs=((lot, Decimal(5)),),
        net_per_pack=Decimal(500),
        packs=10,
        packed_on=world.today,
        pack_type="box",
        place="XUONG",
    )
    made = world.run(pack, command, Role.PACKER).lot
    run(own_shop, folder)
    changed = {path for path, data in kept.items() if path.read_bytes() != data}
    # The lot that was taken from has an entry more; a packed lot beside it has not.
    assert folder / lot.removeprefix(world.ledger.id_base)[1:] / "bundle" in changed
    assert folder / own_shop.market.path[1:] / "bundle" not in changed
    assert (folder / made.removeprefix(world.ledger.id_base)[1:] / "bundle").is_file()
    for path in folder.rglob("bundle"):
        verify_bundle(path.read_bytes(), vkey=world.ledger.vkey)


# -- never half there ----------------------------------------------------------------------------------------


def test_a_copy_tells_whether_its_credentials_still_stand(own_shop, tmp_path):
    world, folder = own_shop.market.world, tmp_path / "copy"
    run(own_shop, folder)
    page = folder / own_shop.market.path[1:]
    credential = json.loads((page.parent / page.name / "credential").read_bytes())
    code = own_shop.market.path.split("/")[1]
    did = json.loads((folder / code / "did.json").read_bytes())
    now = world.clock()
    signed = check_embedded(credential, did, now)
    for address in status_addresses(signed):
        path = folder / urlsplit(address).path[1:]
        listed = check_embedded(json.loads(path.read_bytes()), did, now)
        check_status(signed, listed)
    lists = sorted((folder / code / "status").rglob("*"))
    before = [path.read_bytes() for path in lists if path.is_file()]
    run(own_shop, folder)
    assert before == [path.read_bytes() for path in lists if path.is_file()]
    world.clock.now += timedelta(minutes=45)
    run(own_shop, folder)
    again = [path.read_bytes() for path in lists if path.is_file()]
    assert all(old != new for old, new in zip(before, again, strict=True))


def test_a_lot_is_found_by_the_names_that_it_was_given_later(own_shop, tmp_path):
    world, folder = own_shop.market.world, tmp_path / "copy"
    own, buyers, lot = "08938505974194", "09521234543213", own_shop.market.lot
    world.run(give_gtin, GiveGtin("NHO", own))
    world.run(add_alias, AddAlias(product="NHO", gtin=buyers))
    world.run(add_alias, AddAlias(product="NHO", gtin=buyers, lot=lot, lot_code="SIEUTHI-7"))
    run(own_shop, folder)
    page = (folder / own_shop.market.path[1:] / "index.html").resolve()
    for gtin, code in ((own, lot_code_of(lot)), (buyers, lot_code_of(lot)), (buyers, "SIEUTHI-7")):
        alias = folder / "01" / gtin / "10" / code / "index.html"
        target = re.search(r'url=([^"]+)"', alias.read_text("utf-8"))[1]
        assert (alias.parent / unquote(target)).resolve() == page
        led = own_shop.client.get(f"/01/{gtin}/10/{code}")
        assert led.headers["Location"] == own_shop.config.public_url + own_shop.market.path
