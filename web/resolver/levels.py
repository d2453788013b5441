"""The levels of links about a thing: what this server has of it, and what its cooperative gave."""

from urllib.parse import quote

from sqlalchemy.orm import Session

from ledger.coop.links.adding import GivenLink, links_of
from ledger.coop.links.link_types import PASSPORT, PIP, TRACEABILITY
from ledger.coop.links.things import Thing
from ledger.trace.gs1.digital_links import BATCH, DigitalLink, format_path
from ledger.trace.identifiers import parse_identifier, path_of
from web.languages import _
from web.resolver.offers import Level, Offer

_OUR_LANGUAGES = ("vi", "en")


def levels_of(session: Session, thing: Thing, base: str, link: DigitalLink | None) -> tuple[Level, ...]:
    """The lot's level, if it is one, then its product's. ``base``: the address where people find us.

    Anchors are Digital Links where one was asked for (``link``), in their one spelling, else our own names.
    """
    given = _given(session, thing)
    levels = []
    if thing.lot is not None:
        own = tuple(_theirs(each) for each in given if each.lot is not None)
        levels.append(_lot_level(thing, base, link, own))
    if thing.product is not None:
        own = tuple(_theirs(each) for each in given if each.lot is None)
        levels.append(_product_level(thing, base, link, own))
    return tuple(levels)


def carton_levels(base: str, link: DigitalLink, page: str) -> tuple[Level, ...]:
    """The one level of a carton or pallet by its SSCC."""
    title = _("Thùng hàng: lô gì, bao nhiêu gói")
    offer = Offer(PIP, base + page, title, "text/html", _OUR_LANGUAGES)
    traced = Offer(TRACEABILITY, base + page, title, "text/html", _OUR_LANGUAGES)
    return (Level(base + format_path(link), f"SSCC {link.key.value}", (offer, traced), offer),)


def lot_page_path(thing: Thing) -> str:
    """Where the lot's page is: under our own name for it, or under GS1's where it has no other."""
    if thing.lot is None:
        raise ValueError("not a lot")
    return thing.page or path_of(parse_identifier(thing.lot.lot))


def _lot_level(thing: Thing, base: str, link: DigitalLink | None, theirs: tuple[Offer, ...]) -> Level:
    page = base + lot_page_path(thing)
    name = _("%(thing)s, lô %(lot_code)s", thing=_name_of(thing), lot_code=thing.lot_code)
    passport = Offer(PIP, page, _("Hộ chiếu của lô: %(name)s", name=name), "text/html", _OUR_LANGUAGES)
    ours = [
        passport,
        Offer(TRACEABILITY, page, _("Hành trình của lô: %(name)s", name=name), "text/html", _OUR_LANGUAGES),
    ]
    ours.append(Offer(TRACEABILITY, f"{page}/bundle", _("Bằng chứng để tự kiểm tra"), "application/json"))
    if thing.page is not None and thing.lot is not None and thing.lot.sealed_index is not None:
        ours += _credentials(page)
    anchor = page if link is None else base + _lot_path(link)
    return Level(anchor, name, (*ours, *theirs), passport)


def _credentials(page: str) -> tuple[Offer, ...]:
    return (
        Offer(PASSPORT, f"{page}/credential.jwt", _("Hộ chiếu sản phẩm số (UNTP)"), "application/vc+jwt"),
        Offer(PASSPORT, f"{page}/credential", _("Chứng thư của lô (Data Integrity)"), "application/vc"),
    )


def _product_level(thing: Thing, base: str, link: DigitalLink | None, theirs: tuple[Offer, ...]) -> Level:
    page, name = f"{base}{thing.product_page}", _name_of(thing)
    title = _("Sản phẩm: %(name)s", name=name)
    listed = Offer(PIP, page, title, "text/html", _OUR_LANGUAGES)
    code = None if link is None or thing.lot is not None else link.qualifier(BATCH)
    # The page says that nobody made such a lot: a made-up number must not borrow a genuine product's face.
    default = listed if code is None else Offer(PIP, f"{page}?lot={quote(code, safe='')}", title, "text/html")
    anchor = page if link is None else base + format_path(DigitalLink(link.key))
    return Level(anchor, name, (listed, *theirs), default)


def _lot_path(link: DigitalLink) -> str:
    return format_path(DigitalLink(link.key, tuple(each for each in link.qualifiers if each.ai == BATCH)))


def _name_of(thing: Thing) -> str:
    return thing.organisation_name if thing.product is None else thing.product.name


def _given(session: Session, thing: Thing) -> tuple[GivenLink, ...]:
    if thing.product is None:
        return ()
    lot = None if thing.lot is None else thing.lot.lot
    return links_of(session, thing.organisation, thing.product.code, lot)


def _theirs(given: GivenLink) -> Offer:
    languages = () if given.language is None else (given.language,)
    return Offer(given.link_type, given.target, given.title, given.media_type, languages, is_ours=False)
