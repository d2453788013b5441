"""Every route of the console, asked by every role, of the own organisation and of others."""

import pytest

from ledger.coop.actors import Role
from ledger.coop.people.accounts import CreateAccount, create_account
from tests.attacks.test_console_requests import EVERYBODYS, OPEN, address, console_rules, set_up, token_of
from tests.support.desk import HOME, open_desk
from tests.support.world import SECRET


@pytest.fixture
def desk(sqlite_template, tmp_path):
    yield from open_desk(sqlite_template, tmp_path)


def people_of(desk, organisation, roles):
    """A new browser for each role, of an organisation."""
    for role in roles:
        login = f"ke.trom.{role.value}.{organisation.code.lower()}"[:40]
        command = CreateAccount(organisation.code, login, SECRET, frozenset({role}))
        desk.world.ledger.write(create_account, command)
        yield role, desk.browser(login)


@pytest.mark.parametrize("whose", ["neighbour", "distributor"])
def test_every_role_of_another_organisation_on_every_route(desk, whose):
    """Whatever somebody may do at home: what is another's is not found, and nothing is written."""
    ids = set_up(desk)
    if whose == "distributor":
        ids["code"] = "ZZZZZZZZ"  # the shipment itself is on its way to them
        ids["console.difference_photo"]["code"] = "ZZZZZZZZ"
    size, asked = desk.world.size(), 0
    for role, browser in people_of(desk, getattr(desk.world, whose), Role):
        token = token_of(browser.client, f"{HOME}tai-khoan")
        for rule in {
            rule.rule: rule for rule in console_rules(desk, "GET") + console_rules(desk, "POST")
        }.values():
            if rule.endpoint in OPEN | EVERYBODYS or not rule.arguments:
                continue
            path = address(desk, rule, ids)
            for method in sorted(rule.methods & {"GET", "POST"}):
                data = {"csrf_token": token} if method == "POST" else None
                answer = browser.client.open(path, method=method, data=data)
                assert answer.status_code in {403, 404}, f"{role} {method} {path}: {answer.status_code}"
                assert "Nho hạ đen" not in answer.get_data(as_text=True)
                asked += 1
    assert asked > 8 * 60
    assert desk.world.size() == size


def test_a_form_sent_by_a_role_that_may_not_see_it(desk):
    """No route refuses to show its form and then takes it."""
    ids, world = set_up(desk), desk.world
    size, refused = world.size(), 0
    both = [
        rule for rule in console_rules(desk, "GET") if "POST" in rule.methods and rule.endpoint not in OPEN
    ]
    for role, browser in people_of(desk, world.coop, Role):
        token = token_of(browser.client, f"{HOME}tai-khoan")
        for rule in both:
            path = address(desk, rule, ids)
            shown = browser.client.get(path).status_code
            assert shown < 500, f"{role} {path}"
            if shown == 403:
                sent = browser.client.post(path, data={"csrf_token": token})
                assert sent.status_code == 403, f"{role} {path}: {sent.status_code}"
                refused += 1
    assert refused > 8 * 10
    assert world.size() == size
