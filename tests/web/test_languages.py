"""One language at a time: catalogues that are whole, words that translate, pages that say which they are."""

import json
import re
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from ledger.coop.paper.slips import PickLine
from tests.support.desk import HOME, open_desk
from tests.support.messages import all_messages, unmarked
from web import formats
from web.languages import _, join, translate
from web.languages.catalogues import languages
from web.languages.choosing import COOKIE, accepted
from web.languages.script_words import known_words, sources
from web.languages.speaking import speaking, spoken_tag
from web.languages.words import on_page
from web.paper.picking_slips import line_of

HOLES = re.compile(r"%\((\w+)\)s")
BLOCKED = (
    "Chưa được thu hoạch: thuốc Sherpa phun ngày 12/11/2026, cách ly 7 ngày. Thu hoạch được từ 19/11/2026."
)
TOLD = (
    "Not to be harvested yet: Sherpa was sprayed on 12 Nov 2026, pre-harvest interval 7 days. "
    "Harvest from 19 Nov 2026."
)
ENGLISH = {"Accept-Language": "en-GB,en;q=0.9"}


@pytest.fixture(scope="module")
def found():
    return all_messages()


@pytest.fixture(scope="module")
def desk(sqlite_template, tmp_path_factory):
    yield from open_desk(sqlite_template, tmp_path_factory.mktemp("languages"))


@pytest.fixture
def english():
    with speaking("en"):
        yield


@pytest.mark.parametrize("tag", languages())
def test_every_sentence_that_may_reach_a_person_has_an_entry(found, tag):
    entries = languages()[tag].entries
    assert [f"{where}: {message}" for message, where in found.items() if message not in entries] == []


def test_nothing_is_said_past_the_catalogues():
    assert list(unmarked()) == []


@pytest.mark.parametrize("tag", languages())
def test_no_entry_is_left_over(found, tag):
    assert [message for message in languages()[tag].entries if message not in found] == []


@pytest.mark.parametrize("tag", languages())
def test_a_translation_has_the_holes_of_its_source(tag):
    wrong = [
        (source, form)
        for source, forms in languages()[tag].entries.items()
        for place, form in enumerate(forms)
        # The form for a single thing may leave its number out: “every day”.
        if set(HOLES.findall(form)) != set(HOLES.findall(source))
        and not (
            len(forms) > 1
            and place < len(forms) - 1
            and set(HOLES.findall(form)) < set(HOLES.findall(source))
        )
    ]
    assert wrong == []


def test_english_tells_one_from_many(english):
    assert str(_("%(count)s tem", count=1)) == "1 stamp"
    assert str(_("%(count)s tem", count=2)) == "2 stamps"
    assert str(_("%(count)s tem", count=formats.format_number(1200))) == "1,200 stamps"
    assert formats.format_quantity(Decimal(1), "EA") == "1\u00a0pack"
    assert formats.format_quantity(Decimal("1234.5"), "KGM") == "1,234.5\u00a0kg"


def test_numbers_and_dates_follow_the_language():
    moment = datetime(2026, 11, 22, 3, 5, tzinfo=UTC)
    shown = lambda: (  # noqa: E731
        formats.format_number(Decimal("1234.50")),
        formats.format_date(date(2026, 11, 22)),
        formats.format_moment(moment),
        formats.format_money(5_000_000),
    )
    assert shown() == ("1.234,5", "22/11/2026", "10:05 ngày 22/11/2026", "5.000.000\u00a0đ")
    with speaking("en"):
        assert shown() == ("1,234.5", "22 Nov 2026", "22 Nov 2026, 10:05", "5,000,000\u00a0₫")
        assert formats.type_number(Decimal("1234.5")) == "1.234,5"


@pytest.mark.parametrize(
    ("vietnamese", "told"),
    [
        ("Hãy ghi lý do thu hồi.", "Please fill in: reason of the recall."),
        (
            BLOCKED,
            TOLD,
        ),
        (
            "Trong dải này có 1 tem đã hủy. Hãy in những tem này trước.",
            "1 stamp in this range is cancelled. Print these stamps first.",
        ),
        (
            "Dòng 3: “x” không phải số nguyên. Hãy bỏ phần lẻ.",
            "Line 3: “x” is not a whole number. Leave out the fraction.",
        ),
        (
            "Hãy ghi mã mẫu tem. Hãy ghi tên tổ.",
            "Please fill in: code of the design. Please fill in: name of the team.",
        ),
        ("1.234,5 kg", "1,234.5 kg"),
        ("22/11/2026", "22 Nov 2026"),
    ],
)
def test_a_sentence_of_a_room_below_is_told_with_what_it_holds(english, vietnamese, told):
    assert translate(vietnamese) == told


@pytest.mark.parametrize(
    "text", ["Nho Lô", "0912 345 678", "HTX Nho Đồi Mây", "1234567", "", "%(x)s", "Bà Tư: nho"]
)
def test_what_people_wrote_stays_as_it_is(english, text):
    assert translate(text) == text


def test_a_long_text_costs_no_more_than_it_is_long(english):
    # Pieces of many sources again and again: a matcher that goes back would take for ever.
    pieces = "Lô a, lô b: 1 gói, còn 2 gói chưa có tem. Hãy ghi Dòng : “ ” đã ký, ngày " * 18
    assert len(pieces) < 1500
    assert translate(pieces.strip())
    assert translate("Hãy ghi x. " * 2000).startswith("Hãy ghi x. ")


def test_words_are_vietnamese_to_programs_and_translated_to_people():
    words = _("Còn %(left)s", left="3 thùng")
    assert (words, json.dumps({"a": words})) == ("Còn 3 thùng", '{"a": "C\\u00f2n 3 th\\u00f9ng"}')
    with speaking("en"):
        assert (str(words), f"{words}!", join(", ", [words, "x"])) == (
            "3 thùng left",
            "3 thùng left!",
            "3 thùng left, x",
        )
        assert words == "Còn 3 thùng"
    assert str(words) == "Còn 3 thùng"


def test_a_hole_is_escaped_and_markup_is_not(english):
    assert on_page("Lô %(code)s", code="<b>") == "Lot &lt;b&gt;"
    assert on_page("Lô %(code)s", code=on_page("Lô")) == "Lot Lot"


@pytest.mark.parametrize(
    ("header", "tag"),
    [
        ("", "vi"),
        ("vi-VN,vi;q=0.9,en;q=0.8", "vi"),
        ("en-US,en;q=0.9", "en"),
        ("en;q=0.4, vi;q=0.7", "vi"),
        ("fr,de;q=0.5", "vi"),
        ("*", "vi"),
        (";;q=,,", "vi"),
    ],
)
def test_the_browser_s_languages_choose_among_ours(header, tag):
    assert accepted(header) == tag


def test_a_public_page_says_its_language_and_what_it_varies_with(shop, client):
    path = shop.stamp("valid")
    for headers, tag, title in (({}, "vi", "Tem thật"), (ENGLISH, "en", "Genuine stamp")):
        page = client.get(path, headers=headers)
        assert f'<html lang="{tag}">' in page.text
        assert f"<h1>{title}</h1>" in page.text
        assert page.headers["Content-Language"] == tag
        assert "Accept-Language" in page.headers["Vary"]
        assert client.get(path, headers=headers).text == page.text


def test_the_fast_lane_gives_what_the_application_gives(shop, client):
    path = shop.stamp("valid")
    first = {tag: client.get(path, headers={"Accept-Language": tag}) for tag in ("vi", "en")}
    for tag, page in first.items():
        kept = client.get(path, headers={"Accept-Language": tag})
        asked = client.get(path, headers={"Accept-Language": tag, "Range": "bytes=0-"})
        assert kept.data == asked.data == page.data
        assert kept.headers["Vary"] == asked.headers["Vary"]
        assert kept.headers["ETag"] == asked.headers["ETag"]
    assert first["vi"].headers["ETag"] != first["en"].headers["ETag"]


def test_a_page_not_modified_in_one_language_is_sent_in_another(shop, client):
    path = shop.stamp("valid")
    tag = client.get(path).headers["ETag"]
    assert client.get(path, headers={"If-None-Match": tag}).status_code == 304
    assert client.get(path, headers={"If-None-Match": tag, **ENGLISH}).status_code == 200


def test_the_address_may_ask_for_a_language(shop, client):
    page = client.get(f"{shop.stamp('valid')}?lang=en")
    assert "<h1>Genuine stamp</h1>" in page.text
    assert "<h1>Tem thật</h1>" in client.get(f"{shop.stamp('valid')}?lang=vi", headers=ENGLISH).text
    assert 'href="/?lang=en"' in page.text


@pytest.mark.parametrize("asked", ["fr", "EN", "en-GB", '"><script>', "../en", "en\u0000", "x" * 1000])
def test_a_language_that_we_have_not_is_never_repeated(client, asked):
    page = client.get("/", query_string={"lang": asked})
    assert '<html lang="vi">' in page.text
    assert asked not in re.sub(r'"[a-z/]*fr[a-z/]*"', "", page.text) or asked == "fr"
    assert (page.headers["Content-Language"], client.get("/verify/").text.count("<html lang")) == ("vi", 1)


def test_programs_are_told_the_same_in_every_language(shop, client):
    documents = [
        client.get(shop.stamp("valid"), headers={"Accept": "application/json", **headers}).json
        for headers in ({}, ENGLISH)
    ]
    assert documents[0]["verdict"] == documents[1]["verdict"]
    assert documents[0]["verdict"]["title_vi"] == "Tem thật"


def test_no_language_is_left_behind_for_the_next_request(client):
    client.get("/", headers=ENGLISH)
    assert spoken_tag() == "vi"


def test_the_console_is_vietnamese_until_somebody_chooses(desk):
    client = desk.browser("manager").client
    assert '<html lang="vi">' in client.get(HOME, headers=ENGLISH).text
    client.set_cookie(COOKIE, "en", path="/hop-tac-xa")
    page = client.get(HOME).text
    assert '<html lang="en">' in page
    assert "To decide today" in page
    client.set_cookie(COOKIE, "xx", path="/hop-tac-xa")
    assert '<html lang="vi">' in client.get(HOME).text


def test_the_switch_is_on_the_account_page_and_at_the_door(desk):
    page = desk.browser("manager").client.get(f"{HOME}tai-khoan").text
    assert re.search(
        r'name="tieng" value="en">\s*<button[^>]* lang="en"[^>]*>.*?English</button>', page, re.DOTALL
    )
    assert 'name="tieng" value="en"' in desk.app.test_client().get(f"{HOME}dang-nhap").text


def test_a_language_is_chosen_by_a_form_of_our_own_alone(desk):
    client = desk.app.test_client()
    page = client.get(f"{HOME}dang-nhap").text
    token = re.search(r'name="csrf_token" value="([0-9a-f]+)"', page)[1]
    assert client.post(f"{HOME}tieng", data={"tieng": "en"}).status_code == 403
    answer = client.post(f"{HOME}tieng", data={"tieng": "en", "csrf_token": token})
    assert (answer.status_code, answer.headers["Location"]) == (303, f"{HOME}dang-nhap")
    assert '<html lang="en">' in client.get(f"{HOME}dang-nhap").text
    client.post(f"{HOME}tieng", data={"tieng": "vi", "csrf_token": token})
    assert '<html lang="vi">' in client.get(f"{HOME}dang-nhap").text


def test_a_refusal_is_told_in_the_language_of_the_page(desk):
    client = desk.app.test_client()
    client.set_cookie(COOKIE, "en", path="/hop-tac-xa")
    page = client.get(f"{HOME}dang-nhap").text
    token = re.search(r'name="csrf_token" value="([0-9a-f]+)"', page)[1]
    answer = client.post(f"{HOME}dang-nhap", data={"login": "manager", "secret": "sai", "csrf_token": token})
    assert "Login or password is wrong." in answer.text


def test_pages_kept_on_a_phone_change_their_versions_with_the_language(desk):
    client = desk.browser("manager").client
    versions = []
    for tag in ("vi", "en"):
        client.set_cookie(COOKIE, tag, path="/hop-tac-xa")
        versions.append(
            {page["href"]: page["version"] for page in client.get(f"{HOME}ngoai-tuyen.json").json["pages"]}
        )
    assert versions[0].keys() == versions[1].keys()
    assert not set(versions[0].items()) & set(versions[1].items())


def test_the_worker_changes_with_the_language(desk):
    client = desk.app.test_client()
    plain = client.get(f"{HOME}sw.js").text
    client.set_cookie(COOKIE, "en", path="/hop-tac-xa")
    told = client.get(f"{HOME}sw.js").text
    assert "const WORDS = {};" in plain
    assert "Kept copy of %(time)s." in told


def test_scripts_get_their_words_as_data_that_no_browser_runs(desk, client):
    english = client.get("/", headers=ENGLISH).text
    carried = re.search(
        r'<script type="application/json" id="words" data-locale="en-GB">(.*?)</script>', english
    )[1]
    assert json.loads(carried)["Đưa hình QR trên tem vào khung."].startswith("Hold the QR symbol")
    assert 'id="words"' not in client.get("/").text
    everything = known_words("en", tuple(sources()))
    assert "<" not in everything
    for_all = [name for name in sources() if not name.startswith(("console/", "verifier/"))]
    assert json.loads(carried).keys() == {said for name in for_all for said in sources()[name]}


def test_paper_stays_vietnamese(english):
    line = PickLine("K", "Nho", "x", "N-1", Decimal(2500), "gói", "Kho", date(2026, 11, 22), 24)
    printed = line_of(line)
    assert (printed.quantity, printed.expires_on) == ("2.500 gói", "22/11/2026")
    assert printed.packing == "104 thùng × 24 gói + 4 gói"
