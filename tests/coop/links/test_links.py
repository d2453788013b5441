"""Links that a manager gives: where they may lead, how many, and what becomes of them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.coop.actors import Role
from ledger.coop.errors import AlreadyExistsError, CommandError, NotAllowedError, NotFoundError
from ledger.coop.links.adding import MAX_LINKS, AddLink, EndLink, add_link, end_link, links_of
from ledger.coop.links.link_tables import LinkRow
from ledger.coop.links.link_types import OFFERED, link_type_iri, read_link_type
from ledger.coop.links.targets import MAX_TARGET, host_of, target_problem, with_query

SHOP = "https://cho.example.vn/nho"


def link(target=SHOP, **changes):
    return AddLink(
        **{"product": "NHO", "link_type": "hasRetailers", "title": "Nơi bán", **changes, "target": target}
    )


def test_a_link_is_in_force_until_it_is_ended_and_its_row_stays(world):
    given = world.run(add_link, link(language="vi"))
    assert world.read(links_of, world.coop.code, "NHO") == (given,)
    world.run(end_link, EndLink(given.id))
    assert world.read(links_of, world.coop.code, "NHO") == ()
    row = world.read(
        lambda session: (kept := session.get(LinkRow, given.id)) and (kept.added_by, kept.ended_by)
    )
    assert row == (world.actors[Role.MANAGER].account_id,) * 2
    with pytest.raises(NotFoundError):
        world.run(end_link, EndLink(given.id))


def test_a_lots_own_links_come_first_and_are_no_other_lots(world):
    lot, other = world.packed(packs=10), world.packed(packs=10)
    of_all = world.run(add_link, link())
    of_one = world.run(add_link, link("https://lab.example.vn/1", lot=lot))
    assert world.read(links_of, world.coop.code, "NHO", lot) == (of_one, of_all)
    assert world.read(links_of, world.coop.code, "NHO", other) == (of_all,)
    assert world.read(links_of, world.neighbour.code, "NHO", lot) == ()


def test_only_a_manager_gives_links(world):
    with pytest.raises(NotAllowedError):
        world.run(add_link, link(), Role.PACKER)


def test_a_link_is_given_once_and_there_is_an_end_to_them(world):
    world.run(add_link, link())
    with pytest.raises(AlreadyExistsError):
        world.run(add_link, link())
    world.run(add_link, link(language="en"))
    for number in range(MAX_LINKS - 2):
        world.run(add_link, link(f"{SHOP}/{number}"))
    with pytest.raises(CommandError, match="target"):
        world.run(add_link, link(f"{SHOP}/x"))
    lot = world.packed(packs=10)
    world.run(add_link, link(lot=lot))


@pytest.mark.parametrize(
    ("field", "changes"),
    [
        ("title", {"title": "  "}),
        ("title", {"title": "x" * 121}),
        ("title", {"title": "Nơi\u202ebán"}),
        ("link_type", {"link_type": "pip"}),
        ("link_type", {"link_type": "defaultLink"}),
        ("link_type", {"link_type": "recallStatus"}),
        ("language", {"language": "Tiếng Việt"}),
        ("language", {"language": "vi\r\nX"}),
        ("media_type", {"media_type": "text/html\r\nSet-Cookie: a=b"}),
        ("media_type", {"media_type": "application/x-msdownload"}),
        ("target", {"target": "http://cho.example.vn/"}),
    ],
)
def test_what_is_wrong_with_a_link_is_said_at_its_field(world, field, changes):
    with pytest.raises(CommandError) as caught:
        world.run(add_link, link(**{"target": SHOP, **changes}))
    assert [problem.field for problem in caught.value.problems] == [field]
    assert all(problem.sentence for problem in caught.value.problems)


@pytest.mark.parametrize(
    "target",
    [
        SHOP,
        "https://xn--ch-lja.vn",
        "https://a.b.c.example.co/x/y;z=1,2?p=%C4%90&q='(x)'#phan-2",
        f"https://a.vn/{'x' * (MAX_TARGET - len('https://a.vn/'))}",
    ],
)
def test_a_target_is_a_public_https_address(target):
    assert target_problem(target) is None
    assert host_of(target) == target.split("/")[2].partition("?")[0]


@pytest.mark.parametrize(
    "target",
    [
        "",
        "http://cho.example.vn/",
        "HTTPS://cho.example.vn/",
        "//cho.example.vn/",
        "/duong-dan",
        "javascript:alert(1)",
        "data:text/html,x",
        "https://",
        "https:///x",
        "https://cho",
        "https://localhost/",
        "https://may-in.local/",
        "https://10.0.0.1/",
        "https://2130706433/",
        "https://[::1]/",
        "https://0x7f.1/",
        "https://ngan-hang.vn@ke-gian.example/",
        "https://cho.example.vn:8443/",
        "https://cho.example.vn?next=x",
        "https://cho.example.vn\\@ke-gian.example/",
        "https://cho.example.vn/\r\nSet-Cookie: a=b",
        "https://cho.example.vn/a b",
        "https://cho.example.vn/<script>",
        'https://cho.example.vn/"onmouseover=',
        "https://cho.example.vn/đường",
        "https://chợ.vn/",
        "https://cho.example.vn/%zz",
        "https://cho.example.vn/#a#b",
        "https://-a.vn/",
        "https://a..vn/",
        f"https://{'a' * 64}.vn/",
        f"https://a.vn/{'x' * MAX_TARGET}",
    ],
)
def test_any_other_target_is_refused_with_a_way_out(target):
    assert target_problem(target)


@given(st.binary(max_size=80).map(lambda data: data.replace(b"#", b"")))
def test_a_query_never_leaves_the_targets_place(query):
    for target in (SHOP, f"{SHOP}?a=1#b"):
        whole = with_query(target, query)
        assert whole.isascii()
        assert whole.isprintable()
        assert " " not in whole
        assert whole.startswith(SHOP)
        assert whole.endswith("#b") is target.endswith("#b")
        assert host_of(whole) == "cho.example.vn"


@pytest.mark.parametrize("name", sorted(OFFERED))
def test_an_offered_link_type_is_one_of_gs1s_names(name):
    assert read_link_type(f"gs1:{name}") == name
    assert read_link_type(link_type_iri(name)) == name
    assert all(OFFERED[name])


@pytest.mark.parametrize(
    "text", ["", "pip", "gs1:", "gs1:Pip", "gs1:a/b", "gs1:<x>", "schema:about", "gs1:" + "a" * 99]
)
def test_what_is_no_link_type_of_gs1s_is_none(text):
    assert read_link_type(text) is None
