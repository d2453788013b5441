"""The door of the console: who comes in, where they land, and when they are out again."""

import pytest

from ledger.coop.actors import Role
from ledger.coop.people.accounts import CloseAccount, close_account
from tests.support.desk import HOME, open_desk
from tests.support.world import SECRET

DOOR = f"{HOME}dang-nhap"


@pytest.fixture
def desk(sqlite_template, tmp_path):
    yield from open_desk(sqlite_template, tmp_path)


@pytest.fixture
def https_desk(sqlite_template, tmp_path_factory):
    yield from open_desk(
        sqlite_template, tmp_path_factory.mktemp("https"), public_url="https://so.example.vn"
    )


def sign_in(client, login="grower", secret=SECRET, *, path=DOOR):
    """The bare response to a login, with the form's own token."""
    token = client.get(path).get_data(as_text=True).split('name="csrf_token" value="')[1].split('"')[0]
    return client.post(path, data={"csrf_token": token, "login": login, "secret": secret})


def session_cookie(response):
    return next(c for c in response.headers.getlist("Set-Cookie") if "session=" in c)


def test_a_stranger_is_asked_to_sign_in_and_lands_where_they_were_going(desk):
    browser = desk.browser()
    door = browser.get(f"{HOME}vu?tu=tin-nhan")
    assert door.path == f"{DOOR}?ve=%2Fhop-tac-xa%2Fvu%3Ftu%3Dtin-nhan"
    assert browser.send(door, login="grower", secret=SECRET).path == f"{HOME}vu?tu=tin-nhan"


@pytest.mark.parametrize(
    "elsewhere",
    [
        "https://evil.example/",
        "//evil.example/",
        "/hop-tac-xa//evil.example",
        "/\\evil.example",
        "/s/X",
        "vu",
    ],
)
def test_signing_in_leads_nowhere_but_into_the_console(desk, elsewhere):
    response = sign_in(desk.app.test_client(), path=f"{DOOR}?ve={elsewhere}")
    assert response.headers["Location"] == HOME


def test_a_login_may_be_typed_in_capitals_and_with_spaces_around(desk):
    assert sign_in(desk.app.test_client(), " Grower ").status_code == 303


def test_both_answers_that_are_missing_are_named_at_once(desk):
    browser = desk.browser()
    page = browser.send(browser.get(DOOR))
    assert page.status == 422
    assert page.problems == {
        "login": "Chưa ghi “Số điện thoại hoặc tên đăng nhập”.",
        "secret": "Chưa ghi “Mã PIN hoặc mật khẩu”.",
    }


def test_a_wrong_secret_is_refused_without_saying_which_part_was_wrong(desk):
    browser = desk.browser()
    wrong = browser.fill(DOOR, login="grower", secret="khong-phai-the")
    unknown = browser.fill(DOOR, login="khong-co-ai", secret="khong-phai-the")
    assert wrong.status == unknown.status == 401
    assert "Tên đăng nhập hoặc mật khẩu chưa đúng" in wrong.text
    assert wrong.text == unknown.text
    assert wrong.form["login"] == "grower"
    assert "khong-phai-the" not in wrong.html


def test_the_session_cookie_is_for_this_site_and_no_script(desk, https_desk):
    plain = session_cookie(sign_in(desk.app.test_client()))
    assert plain.startswith("sogoc-session=")
    assert {"HttpOnly", "Path=/", "SameSite=Lax"} <= set(plain.split("; "))
    assert "Secure" not in plain
    sent = session_cookie(sign_in(https_desk.app.test_client()))
    assert sent.startswith("__Host-sogoc-session=")
    assert {"Secure", "HttpOnly", "Path=/", "SameSite=Lax"} <= set(sent.split("; "))
    assert "Domain" not in sent


def test_who_signs_out_is_out_also_with_the_old_cookie(desk):
    client = desk.app.test_client()
    cookie = session_cookie(sign_in(client)).split(";")[0]
    page = client.get(f"{HOME}tai-khoan").get_data(as_text=True)
    token = page.split('name="csrf_token" value="')[1].split('"')[0]
    assert client.post(f"{HOME}dang-xuat", data={"csrf_token": token}).status_code == 303
    again = desk.app.test_client().get(HOME, headers={"Cookie": cookie})
    assert again.headers["Location"] == DOOR


def test_who_is_signed_in_is_not_asked_again(desk):
    assert desk.browser("grower").get(DOOR).path == HOME


def test_a_closed_account_is_out_at_once(desk):
    browser, world = desk.browser("grower"), desk.world
    world.run(close_account, CloseAccount(world.actors[Role.GROWER].account_id))
    assert browser.get(HOME).path.startswith(DOOR)


def test_a_session_ends_after_twelve_hours_without_use_and_lives_on_with_it(desk):
    browser, clock = desk.browser("grower"), desk.world.clock
    for _ in range(3):
        clock.now = clock.now.replace(
            hour=(clock.now.hour + 11) % 24, day=clock.now.day + (clock.now.hour > 12)
        )
        assert browser.get(HOME).path == HOME
    clock.now = clock.now.replace(day=clock.now.day + 1)
    assert browser.get(HOME).path.startswith(DOOR)


def test_a_program_is_told_in_its_own_language(desk):
    response = desk.app.test_client().get(HOME, headers={"Accept": "application/json"})
    assert response.status_code == 401
    assert response.mimetype == "application/problem+json"
    assert response.get_json()["code"] == "SessionEndedError"


def test_nothing_of_the_console_stays_in_a_cache(desk):
    client = desk.app.test_client()
    sign_in(client)
    for path in (DOOR, HOME, f"{HOME}so/9999", f"{HOME}khong-co"):
        assert client.get(path).headers["Cache-Control"] == "no-store"
