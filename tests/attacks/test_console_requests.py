"""What others may try at the console: forged forms, planted sessions, guessed secrets, a neighbour's ids.

Routes are taken from the application itself, so a new one cannot be forgotten.
"""

import hashlib
from datetime import timedelta
from decimal import Decimal

import pytest

from labels import BUILT_IN
from ledger.coop.actors import Role
from ledger.coop.attachments.documents import DocumentKind, keep_document
from ledger.coop.attachments.photos import encode_photo
from ledger.coop.attachments.voices import keep_voice
from ledger.coop.devices.requests import ask_device
from ledger.coop.field.practice import OpenPractice, open_practice
from ledger.coop.land.growing_areas import SaveGrowingArea, save_growing_area
from ledger.coop.money.entries import RecordMoney, record_money
from ledger.coop.paper.carton_filling import FillCartons, fill_cartons
from ledger.coop.paper.cartons import ReserveCartons, reserve_cartons
from ledger.coop.paper.label_designs import SaveDesign, save_design
from ledger.coop.paper.print_specs import OFFICE_PRINTER
from ledger.coop.paper.printers import SavePrinter, save_printer
from ledger.coop.people.cards import MakeCards, make_cards
from ledger.coop.people.passkeys import AddPasskey, add_passkey, registration_options
from ledger.coop.people.sessions import actor_of, open_session, sessions_of
from ledger.coop.quality.samples import TakeSample, take_sample
from ledger.coop.queries import recent_entries
from ledger.coop.recalls.drills import StartDrill, start_drill
from ledger.coop.registers.certificates import FileCertificate, file_certificate
from ledger.coop.reminders.settings import AddRoutine, add_routine
from ledger.coop.scans.scan_counts import ScanKey, add_scans
from ledger.coop.scans.scan_rules import Phase, ScanLimits
from ledger.coop.setup.imports import KeepImport, keep_import
from ledger.coop.stamps.stamps import Reserve, reserve_stamps
from ledger.log.records import read_record
from ledger.trace.digests import parse_digest
from signing.passkeys import RelyingParty
from tests.attacks.desk_ids import desk_ids
from tests.attacks.exchange_attacks import told_to_others
from tests.support.desk import HOME, open_desk, picture
from tests.support.order_desk import OrderDesk
from tests.support.passkeys import SoftPasskey
from tests.support.signing_phone import phone_of, registered_phone
from tests.support.stores import new_store
from tests.support.world import SECRET

DOOR = f"{HOME}dang-nhap"
PAYLOAD = "\"'><script>alert(1)</script><img src=x onerror=alert(1)>{{7*7}}"
OPEN = {"console.sign_in", "console.card_sign_in", "console.passkey_sign_in"}
EVERYBODYS = {"console.trace_of", "console.trace_csv", "console.trace_xlsx"}
"""They tell strangers what the log tells everybody, and no more: see the test of that name."""
PUBLIC = "https://so.example.vn"
CARTON_JOBS = tuple(
    f"console.{name}"
    for name in ("carton_job", "print_carton_job", "reprint_cartons", "void_carton_job", "fill_job")
)
PRACTICE = tuple(f"console.{name}" for name in ("practice", "practise", "throw_away"))
PAPERS = tuple(
    f"console.{name}" for name in ("document", "document_picture", "small_document", "erase_paper")
)
DESIGNS = ("console.design", "console.design_picture", "console.change_design", "console.retire")


@pytest.fixture
def desk(sqlite_template, tmp_path):
    yield from open_desk(sqlite_template, tmp_path)


def console_rules(desk, method):
    """The console's routes that answer ``method``."""
    return [
        r for r in desk.app.url_map.iter_rules() if r.endpoint.startswith("console.") and method in r.methods
    ]


def address(desk, rule, ids):
    """The address of a route with these ids. A route that asks for another kind of thing fails the test."""
    ids = {**ids, **ids.get(rule.endpoint, {})}
    missing = rule.arguments - ids.keys()
    assert not missing, f"{rule} takes {missing}: give this test one that belongs to somebody else"
    with desk.app.test_request_context():
        return desk.app.url_map.bind("").build(rule.endpoint, {name: ids[name] for name in rule.arguments})


def set_up(desk):
    """Things of the cooperative, by the names under which routes ask for them.

    Under a route's endpoint: what only this route means by such a name.
    """
    world = desk.world
    season, lot = world.season(), world.sealed()
    job = world.run(reserve_stamps, Reserve(10, lot), Role.PACKER)
    packed = ReserveCartons(lot, "carton", 2, 5, PUBLIC)
    cartons = {"job_id": world.run(reserve_cartons, packed, Role.PACKER).id}
    stamp = {"code": world.codec().format(job.first)}
    drawn = BUILT_IN["stamp_50x30"]
    design = SaveDesign("MAU-1", "Mẫu nho", drawn.html, drawn.css, Decimal(50), Decimal(30))
    named = {"name": world.run(save_design, design, Role.MANAGER).name}
    practice = OpenPractice(product="NHO", place="VUON1", started_on=world.day(9))
    practice = world.run(open_practice, practice, Role.GROWER)
    spoken = world.run(keep_voice, b"OggS of the cooperative", Role.GROWER)
    paper = encode_photo(picture()[0].getvalue())
    paper = world.ledger.write(keep_document, world.actors[Role.PACKER], paper, DocumentKind.DELIVERY)
    orders = OrderDesk(world)
    (entry, *_) = world.read(recent_entries, world.actors[Role.MANAGER])
    return {
        "season": season,
        "lot": lot,
        "drill": world.run(start_drill, StartDrill(lot), Role.MANAGER).id,
        "job_id": job.id,
        "index": entry.index,
        "account_id": world.actors[Role.PACKER].account_id,
        "product": "NHO",
        "step_code": "irrigation",
        "name": "tien-bac",
        "member": world.actors[Role.GROWER].member_id,
        "code": world.shipped(lot).code,
        "file": "pdf",
        "page": "a4",
        "console.order_cartons": {"kind": "carton"},
        "console.carton_file": {**cartons, "kind": "pdf"},
        **dict.fromkeys(CARTON_JOBS, cartons),
        **goods_ids(world, lot, cartons["job_id"]),
        **desk_ids(world, lot),
        "console.stamp_picture": {**stamp, "dpi": "203"},
        "console.symbol_picture": {**stamp, "kind": "png"},
        **dict.fromkeys(DESIGNS, named),
        **{name: {"season": practice.id} for name in PRACTICE},
        "console.record_in_many": {"sector": "fruit_nho"},
        "console.voice": {"name": spoken.digest.removeprefix("ni:///sha-256;")},
        **{view: {"name": paper.digest.removeprefix("ni:///sha-256;")} for view in PAPERS},
        "batch": world.run(make_cards, MakeCards((world.actors[Role.PACKER].account_id,))).id,
        **keys_of_manager(world) | land_of(world) | setting_up(world),
        **ids_of(new_store(world, season=season)),
        "number": scanned_often(world, job.first),
        "order": orders.allotted(lot, 10),
        "team_id": orders.team(),
        "console.pack_roll": {"job_id": world.run(reserve_stamps, Reserve(10), Role.PACKER).id},
        **told_to_others(world, lot),
        "request_id": world.run(ask_device, phone_of(world).request(), Role.GROWER).id,
        "device": registered_phone(world, "may-b2c3d4e5").name,
        "printer_id": world.run(save_printer, SavePrinter("Máy in kho", OFFICE_PRINTER), Role.PACKER).id,
    }


def goods_ids(world, lot, job):
    """A full carton, a sample and a certificate, by the names under which routes ask for them."""
    filled = world.run(fill_cartons, FillCartons(job=job, first=1, last=1, done_on=world.today))
    command = FileCertificate("VietGAP", "1", "x", world.day(9), world.today, ("NHO",))
    certificate = world.run(file_certificate, command)
    return {
        "carton_code": filled.codes[0],
        "sample_id": world.run(take_sample, TakeSample(lot=lot, done_on=world.today)).id,
        "console.end_certificate": {"code": certificate.uri.rpartition("/")[2]},
    }


def keys_of_manager(world):
    """A passkey and a session of the manager's, by the names under which routes ask for them."""
    party, manager = RelyingParty("https://so.example.vn", "Sổ Gốc"), world.actors[Role.MANAGER]
    options = world.read(registration_options, world.ledger.vault, manager, party, world.clock())
    answer = SoftPasskey(party.origin).create(options)
    passkey = world.run(add_passkey, AddPasskey(party.origin, "Máy văn phòng", answer))
    token = world.ledger.write(open_session, manager)
    (opened,) = world.read(sessions_of, manager, token, world.clock())
    return {"passkey_id": passkey.id, "session_id": opened.id}


def land_of(world):
    """A plot, a growing area and recurring work; of a calendar no address is known to strangers."""
    area = SaveGrowingArea(code="VN-KHOR-0012", name="Vùng nho", product="NHO", places=("VUON1",))
    code = {"code": world.run(save_growing_area, area).code}
    routine = world.run(add_routine, AddRoutine(title="Hiệu chuẩn cân", next_on=world.today)).id
    named = {f"console.{name}": code for name in ("growing_area", "change_growing_area")}
    return {"place": "VUON1", "routine": routine, "secret": "khong-ai-biet", **named}


def setting_up(world):
    """A file that waits to be imported and an amount of money, by the names that routes ask for."""
    kept = world.run(keep_import, KeepImport(data="Họ và tên\nTrần Văn Bảy\n".encode()))
    money = RecordMoney(kind="labour", amount=1_000_000, on=world.today)
    paid = world.run(record_money, money, Role.ACCOUNTANT)
    return {"import_id": kept.id, "money_id": paid.id, "question": "eleventh"}


def ids_of(store):
    """A store of supplies, by the names under which routes ask for its things."""
    used = {"index": store.used_at}
    return {"supply_id": store.supply, "purchase_id": store.purchase, "console.say_use": used}


def scanned_often(world, number):
    """The stamp, after it was scanned as only copies are."""
    key = ScanKey(number, world.coop.code, world.today, "01", Phase.ACTIVE)
    with world.ledger.database.writing() as session:
        add_scans(session, {key: 50}, ScanLimits())
    return number


def token_of(client, path):
    page = client.get(path).get_data(as_text=True)
    return page.split('name="csrf_token" value="')[1].split('"')[0]


def test_form_sent_from_another_site(desk):
    ids = set_up(desk)
    client, other = desk.browser("manager").client, desk.browser("manager").client
    foreign = token_of(other, f"{HOME}tai-khoan")
    size = desk.world.size()
    for rule in console_rules(desk, "POST"):
        path = address(desk, rule, ids)
        for data in ({}, {"csrf_token": ""}, {"csrf_token": "0" * 64}, {"csrf_token": foreign}):
            assert client.post(path, data=data).status_code == 403, f"{rule} with {data}"
        good = {"csrf_token": token_of(client, f"{HOME}tai-khoan")}
        for site in ({"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://evil.example"}):
            assert client.post(path, data=good, headers=site).status_code == 403, f"{rule} from {site}"
    assert desk.world.size() == size
    assert client.get(HOME).status_code == 200


def test_nothing_is_written_by_a_link(desk):
    ids = set_up(desk)
    client = desk.browser("manager").client
    size = desk.world.size()
    for rule in console_rules(desk, "GET"):
        client.get(address(desk, rule, ids))
    assert desk.world.size() == size


def test_session_planted_before_the_login(desk):
    attacker = desk.browser("neighbour.manager").client
    planted = attacker.get_cookie("sogoc-session").value
    victim = desk.app.test_client()
    victim.set_cookie("sogoc-session", planted)
    victim.set_cookie("sogoc-form", attacker.get_cookie("sogoc-form").value)
    token = token_of(attacker, f"{HOME}tai-khoan")
    sent = victim.post(DOOR, data={"csrf_token": token, "login": "grower", "secret": SECRET})
    assert sent.status_code == 303
    held = victim.get_cookie("sogoc-session").value
    assert held != planted
    world = desk.world
    assert world.read(actor_of, held, world.clock()).organisation == world.coop.code
    assert attacker.get(HOME).headers["Location"] == DOOR


def test_secret_guessed_for_one_login(desk):
    browser = desk.browser()
    for guess in range(10):
        assert browser.fill(DOOR, login="manager", secret=f"doan-{guess}-xem").status == 401
    locked = browser.fill(DOOR, login="manager", secret=SECRET)
    assert locked.status == 429
    assert "tạm khóa" in locked.text
    assert browser.get(HOME).path.startswith(DOOR)
    desk.world.clock.now += timedelta(minutes=16)
    assert browser.fill(DOOR, login="manager", secret=SECRET).path == HOME


def test_one_secret_tried_on_many_logins(desk):
    browser = desk.browser()
    statuses = [browser.fill(DOOR, login=f"nguoi.{n}", secret="123456789").status for n in range(40)]
    assert set(statuses[:30]) == {401}
    assert set(statuses[-5:]) == {429}


def test_session_cookie_read_by_a_script_or_sent_in_the_clear(sqlite_template, tmp_path):
    for desk in open_desk(sqlite_template, tmp_path, public_url="https://so.example.vn"):
        client = desk.app.test_client()
        token = token_of(client, f"https://127.0.0.1{DOOR}")
        form = {"csrf_token": token, "login": "grower", "secret": SECRET}
        headers = {"Referer": f"https://127.0.0.1{DOOR}"}
        sent = client.post(f"https://127.0.0.1{DOOR}", data=form, headers=headers)
        cookies = {c.split("=")[0]: set(c.split("; ")[1:]) for c in sent.headers.getlist("Set-Cookie")}
        flags = cookies["__Host-sogoc-session"]
        assert {"Secure", "HttpOnly", "Path=/", "SameSite=Lax"} <= flags
        assert not any(flag.startswith("Domain") for flag in flags)


@pytest.mark.parametrize("login", ["neighbour.manager", "distributor"])
def test_every_console_page_with_the_ids_of_another_organisation(desk, login):
    """Each route that names a thing answers 403 or 404 to strangers; none writes, none shows a name."""
    ids = set_up(desk)
    if login == "distributor":
        ids["code"] = "ZZZZZZZZ"  # the shipment itself is on its way to them
        ids["console.difference_photo"]["code"] = "ZZZZZZZZ"  # and this is a photo of their own
    browser, size = desk.browser(login), desk.world.size()
    token, seen = token_of(browser.client, f"{HOME}tai-khoan"), set()
    for rule in console_rules(desk, "GET") + console_rules(desk, "POST"):
        if rule.endpoint in OPEN | EVERYBODYS or not rule.arguments:
            continue
        path = address(desk, rule, ids)
        for method in rule.methods & {"GET", "POST"}:
            data = {"csrf_token": token} if method == "POST" else None
            answer = browser.client.open(path, method=method, data=data)
            # A manager may do everything at home, so nothing but the ids can be what is refused.
            expected = {404} if login == "neighbour.manager" else {403, 404}
            assert answer.status_code in expected, f"{method} {path}: {answer.status_code}"
            seen.add((rule.endpoint, method))
            assert "Nho hạ đen" not in answer.get_data(as_text=True)
    assert len(seen) > 30
    assert desk.world.size() == size


def test_trace_tells_a_stranger_what_the_log_tells_everybody(desk):
    ids, browser = set_up(desk), desk.browser("neighbour.manager")
    rules = [rule for rule in console_rules(desk, "GET") if rule.endpoint in EVERYBODYS]
    assert len(rules) == len(EVERYBODYS)
    page = browser.get(
        address(desk, next(rule for rule in rules if rule.endpoint == "console.trace_of"), ids)
    )
    assert "Nho hạ đen" in page.text
    for private in ("Sen Xanh", "Vườn nho số 1", "TV01", ids["code"]):
        assert private not in page.text


def test_pages_without_ids_show_strangers_nothing(desk):
    set_up(desk)
    browser = desk.browser("neighbour.manager")
    for rule in console_rules(desk, "GET"):
        if not rule.arguments:
            page = browser.get(address(desk, rule, {}))
            assert "Nho hạ đen" not in page.text
            assert "Vườn nho số 1" not in page.text
            assert "Sen Xanh" not in page.text


@pytest.mark.parametrize("path", ["dong-goi", "che-bien/sorting"])
def test_a_neighbours_lot_in_the_query(desk, path):
    lot = desk.world.harvested()
    answer = desk.browser("neighbour.manager").client.get(f"{HOME}{path}", query_string={"lo": lot})
    assert answer.status_code == 404


def test_a_neighbours_things_inside_ones_own_forms(desk):
    """Ids of others in fields: lots to take, partners, members, places, products, seasons."""
    world, manager = desk.world, desk.browser("neighbour.manager")
    theirs = world.harvested(kg="500")
    member = world.actors[Role.GROWER].member_id
    manager.fill(
        f"{HOME}so-sach/noi-san-xuat/them",
        name="Vườn Suối Trong", kind="orchard", province="Khánh Hòa", commune="Vĩnh Hải", code="TA1",
        perennial_since="2020-01-01", area_m2="1.000",
    )  # fmt: skip
    manager.fill(
        f"{HOME}so-sach/san-pham/them",
        name="Nho Suối Trong", template="fruit_nho", code="NTA", origin="Việt Nam", net_options_g="500",
    )  # fmt: skip
    opened = manager.fill(f"{HOME}vu/mo/NTA", place="TA1", started_on="2026-08-01")
    season = manager.get(next(link for link in opened.links if "/vu/" in link))
    size = world.size()
    harvest = manager.get(next(link for link in season.links if "/viec/harvest/" in link))
    for name, foreign in (("done_by", member), ("v_household", member), ("v_buyer_on_site", world.partner)):
        if name in harvest.form.names or f"v-{name[2:]}" in harvest.form.names:
            assert manager.send(harvest, v_quantity="100", **{name: foreign}).status in {404, 422}, name
    assert manager.fill(f"{HOME}vu/mo/NTA", place="VUON1").status == 404
    assert world.size() == size
    done = manager.send(harvest, v_quantity="100")
    own = manager.get(next(link for link in done.links if "/lo/" in link))
    sizes = manager.get(next(link for link in own.links if "/dong-goi" in link))
    stolen = {"inputs-lot": [theirs], "inputs-amount": ["100"], "inputs-left": [""], "inputs-all": None}
    assert manager.send(sizes, **stolen).status == 404
    assert world.size() == size + 1


def test_a_photo_ticket_of_another_organisation(desk):
    season, grower = desk.world.season(), desk.browser("grower")
    form = grower.get(f"{HOME}viec/fertilising/{season.partition('8000/')[2]}")
    refused = grower.send(form, files={"photos": [picture()]})
    ticket = next(value for name, value in refused.form.answers if name == "photos")
    manager = desk.browser("neighbour.manager")
    page = manager.get(f"{HOME}so-sach/san-pham/them")
    data = {
        "csrf_token": page.form["csrf_token"],
        "photo": ticket,
        "name": "Nho",
        "code": "N",
        "origin": "VN",
    }
    answer = manager.client.post(page.path, data={**data, "template": "fruit_nho"}, follow_redirects=True)
    assert answer.status_code == 200
    from ledger.trace.derived.registers import statements_of
    from ledger.trace.events.statements import ProductRegistered

    (filed,) = desk.world.read(statements_of, ProductRegistered, desk.world.neighbour.code)
    assert filed.statement.photo is None


def upload(browser, data):
    """Send a photo ahead of its form, as a phone does; its ticket."""
    page = browser.client.get(f"{HOME}tai-khoan").get_data(as_text=True)
    token = page.split('name="csrf_token" value="')[1].split('"')[0]
    query = {"sha256": hashlib.sha256(data).hexdigest(), "size": len(data), "tu": 0}
    headers = {"X-CSRF-Token": token}
    answer = browser.client.post(f"{HOME}tep", query_string=query, data=data, headers=headers)
    assert answer.status_code == 200, answer.get_data(as_text=True)
    return answer.get_json()["ticket"]


def public_photo(desk, name):
    """What anybody is answered who asks the public for the photo of this digest, and for its copies."""
    digest = parse_digest(f"ni:///sha-256;{name}").hex()
    client = desk.app.test_client()
    paths = [f"/photo/{digest}.webp", *(f"/photo/{digest}-{side}.webp" for side in (192, 480))]
    return {client.get(path).status_code for path in paths}


def paper_of(desk, supply):
    """The name of the newest invoice of a supply, from the page of those who may see it."""
    page = desk.browser("accountant").get(f"{HOME}vat-tu/{supply}")
    return next(link for link in page.links if "/giay-to/" in link).rpartition("/")[2]


@pytest.mark.parametrize("sent_ahead", [False, True])
def test_an_invoice_is_asked_for_by_those_who_may_not_see_it(desk, sent_ahead):
    """Without a session or the role, from another organisation, at the public photos."""
    store = new_store(desk.world, season=desk.world.season())
    recorder, (photo, _) = desk.browser("recorder"), picture((200, 180, 20))
    form = recorder.get(f"{HOME}vat-tu/{store.supply}/mua")
    if sent_ahead:
        ticket = upload(recorder, photo.getvalue())
        token = form.form["csrf_token"]
        data = {
            "csrf_token": token,
            "amount": "5",
            "bought_on": str(desk.world.today),
            "invoice": ticket,
        }
        assert recorder.client.post(form.path, data=data).status_code == 303
    else:
        recorder.send(form, files={"invoice": [(photo, "hoa-don.jpg")]}, amount="5")
    name = paper_of(desk, store.supply)
    assert public_photo(desk, name) == {404}
    paths = [f"{HOME}giay-to/{name}{part}" for part in ("", "/anh", "/nho", "/xoa")]
    for path in paths:
        assert desk.app.test_client().get(path).status_code == 303, path
        for login in ("neighbour.manager", "distributor"):
            assert desk.browser(login).client.get(path).status_code in {403, 404}, f"{login} {path}"
        for login in ("grower", "packer", "team_lead"):
            assert desk.browser(login).client.get(path).status_code == 403, f"{login} {path}"
    manager = desk.browser("manager")
    assert [manager.client.get(path).status_code for path in paths] == [200] * 4


def test_a_report_whose_name_stands_in_the_public_log_is_asked_of_the_public(desk):
    lot, packer = desk.world.sealed(), desk.browser("packer")
    form = packer.get(f"{HOME}kiem-nghiem/phieu/{lot.partition('8000/')[2]}")
    lines = {"crit-name": ["Chì"], "crit-found": ["0,01"], "crit-unit": ["mg/kg"], "crit-rule": ["max"]}
    done = packer.send(
        form, files={"documents": [picture((30, 90, 90))]}, lab="Lab", report_no="KN1",
        **lines, **{"crit-allowed": ["0,1"]},
    )  # fmt: skip
    entry = next(link for link in done.links if "/so/" in link)
    index = int(entry.partition("?")[0].rpartition("/")[2])
    (digest,) = desk.world.read(read_record, index).body["sogoc:fields"]["report_file"]
    assert public_photo(desk, digest.rpartition(";")[2]) == {404}
    assert f"{HOME}giay-to/{digest.rpartition(';')[2]}" in packer.get(entry).links
    assert "/giay-to/" not in desk.browser("grower").get(entry).html


def test_a_photo_sent_ahead_is_nobodys_until_a_form_names_it(desk):
    photo = picture((10, 10, 90))[0].getvalue()
    ticket = upload(desk.browser("grower"), photo)
    name = ticket.split(" ")[3].rpartition(";")[2]
    assert public_photo(desk, name) == {404}
    assert desk.browser("manager").client.get(f"{HOME}giay-to/{name}/anh").status_code == 403
    assert desk.browser("neighbour.manager").client.get(f"{HOME}giay-to/{name}/anh").status_code == 404


def test_markup_typed_into_the_books(desk):
    manager = desk.browser("manager")
    manager.fill(f"{HOME}so-sach/thanh-vien/them", name=PAYLOAD[:100])
    manager.fill(f"{HOME}so-sach/doi-tac/them", name=PAYLOAD, kind="shop")
    manager.fill(
        f"{HOME}so-sach/noi-san-xuat/them",
        name=PAYLOAD, kind="plot", province="Lạng Sơn", commune=PAYLOAD[:80], code="XSS",
    )  # fmt: skip
    manager.fill(f"{HOME}vu/mo/NHO", place="XSS", note=PAYLOAD, started_on="2026-08-01")
    refused = manager.fill(f"{HOME}so-sach/doi-tac/them", name=PAYLOAD, kind=PAYLOAD, phone=PAYLOAD)
    pages = [refused] + [
        manager.get(f"{HOME}{path}")
        for path in ("", "vu", "so", "so-sach/thanh-vien", "so-sach/doi-tac", "so-sach/noi-san-xuat")
    ]
    for page in pages:
        assert "<script>alert" not in page.html
        assert "<img src=x" not in page.html
        assert "49}" not in page.html
    answer = manager.client.get(HOME)
    assert "script-src 'self'" in answer.headers["Content-Security-Policy"]
    assert "unsafe" not in answer.headers["Content-Security-Policy"]
