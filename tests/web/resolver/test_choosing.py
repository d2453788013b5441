"""Which link answers: pure, and so is what the headers say."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.trace.errors import MalformedIdentifierError
from web.resolver.asking import LINKSET_FORMS, Asked, linkset_form, read_asked
from web.resolver.choosing import NoSuchLink, OneLink, SeveralLinks, WholeLinkset, choose
from web.resolver.offers import Level, Offer


def offer(kind, name, media="text/html", *languages):
    return Offer(kind, f"https://x.example/{name}", name, media, languages)


PAGE = offer("pip", "trang")
LOT = Level("https://x.example/lot", "lô", (PAGE, offer("faqs", "lo")), PAGE)
PRODUCT = Level(
    "https://x.example/product",
    "hàng",
    (
        offer("faqs", "hang"),
        offer("hasRetailers", "vi", "text/html", "vi"),
        offer("hasRetailers", "en", "text/html", "en-GB", "en-US"),
        offer("hasRetailers", "pdf", "application/pdf", "vi"),
    ),
    offer("pip", "san-pham"),
)
LEVELS = (LOT, PRODUCT)


def asked(link_type=None, media=(), languages=()):
    pairs = [] if link_type is None else [("linkType", link_type)]
    return read_asked(pairs, media, languages)


def test_the_narrowest_level_that_has_the_type_answers():
    assert choose(LEVELS, asked("gs1:faqs")) == OneLink(LOT.offers[1])
    assert choose(LEVELS[1:], asked("gs1:faqs")) == OneLink(PRODUCT.offers[0])


@pytest.mark.parametrize(
    ("media", "languages", "name"),
    [
        ((("application/pdf", 1),), (), "pdf"),
        ((("text/*", 1), ("application/pdf", 0.9)), (("en", 1),), "en"),
        ((("text/html", 1), ("*/*", 0.1)), (("en-US", 0.5), ("vi", 0.4)), "en"),
        ((("text/html", 1),), (("vi-VN", 1),), "vi"),
    ],
)
def test_media_type_first_then_language(media, languages, name):
    answer = choose(LEVELS, asked("gs1:hasRetailers", media, languages))
    assert isinstance(answer, OneLink)
    assert answer.offer.title == name


def test_a_tie_is_told_with_its_level():
    answer = choose(LEVELS, asked("gs1:hasRetailers", (("text/html", 1),)))
    assert isinstance(answer, SeveralLinks)
    assert (answer.level.anchor, [each.title for each in answer.level.offers]) == (
        PRODUCT.anchor,
        ["vi", "en"],
    )


@pytest.mark.parametrize("word", ["gs1:review", "schema:x", "", "linkSet", "<script>"])
def test_a_type_that_is_not_there_is_no_link(word):
    assert choose(LEVELS, asked(word)) == NoSuchLink()


def test_two_link_types_at_once_are_refused_and_one_said_twice_is_not():
    with pytest.raises(MalformedIdentifierError):
        read_asked([("linkType", "gs1:pip"), ("linktype", "gs1:faqs")], (), ())
    assert read_asked([("linkType", "all"), ("linktype", "all")], (), ()).wants_linkset


def test_a_browser_gets_the_page_whatever_else_it_would_take():
    browser = (("text/html", 1.0), ("application/xhtml+xml", 1.0), ("*/*", 0.8))
    assert choose(LEVELS, asked(None, browser)) == OneLink(PAGE)
    assert not asked(None, browser).wants_more
    assert choose(LEVELS, asked(None, (("application/linkset+json", 1.0),))) == WholeLinkset()
    assert choose(LEVELS, asked(None, (("application/vc", 1.0),))) == OneLink(PAGE)


words = st.text(max_size=30)
weighted = st.lists(st.tuples(words, st.floats(0, 1)), max_size=30)


@given(st.lists(st.tuples(words, words), max_size=5), weighted, weighted)
def test_whatever_is_asked_there_is_one_answer(pairs, media, languages):
    try:
        wish = read_asked(pairs, media, languages)
    except MalformedIdentifierError:
        return
    assert choose(LEVELS, wish) is not None
    assert linkset_form(wish) in LINKSET_FORMS


def test_who_does_not_care_gets_the_plainest_form():
    assert linkset_form(Asked()) == LINKSET_FORMS[0]
