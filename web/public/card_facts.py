"""What stands on the card of a shared link. Pure."""

from dataclasses import astuple, dataclass
from hashlib import blake2b

from ledger.trace.passports.passport import Passport
from ledger.trace.passports.verdicts import Verdict
from web.formats import format_date
from web.languages import _
from web.public.page import made_of, region_of
from web.public.photos import photo_path

_PHOTO_PX = 480
_FEET = {
    Verdict.RECALLED: _("Hàng đang bị thu hồi"),
    Verdict.EXPIRED: _("Hàng đã quá hạn dùng"),
    Verdict.TAMPERED: _("Dữ liệu không khớp chữ ký"),
}
_FOOT = _("Ai cũng tự kiểm tra được · Sổ Gốc")


@dataclass(frozen=True, slots=True)
class CardFacts:
    """What is on a card. ``photo`` is a photo's file name in the store; ``state`` is the lot's verdict."""

    state: str
    name: str
    producer: str
    region: str
    facts: tuple[str, ...]
    foot: str
    photo: str | None

    @property
    def tag(self) -> str:
        """What tells this card from every other."""
        return blake2b(repr(astuple(self)).encode(), digest_size=5).hexdigest()


def card_facts(passport: Passport, verdict: Verdict) -> CardFacts:
    """The card of a lot in the language spoken: what it is, whose, from where, since when."""
    made, said = made_of(passport), passport.product.statement
    photo = None if said is None or said.photo is None else photo_path(said.photo, _PHOTO_PX)
    facts = [str(_("Lô %(lot_code)s", lot_code=passport.lot_code))]
    if made is not None:
        facts.append(f"{made.name_vi} {format_date(made.on)}")
    if passport.packed_on is not None:
        facts.append(f"{_('Đóng gói')} {format_date(passport.packed_on)}")
    if passport.expires_on is not None:
        facts.append(f"{_('Hạn dùng')} {format_date(passport.expires_on)}")
    return CardFacts(
        verdict.value,
        passport.product.name,
        passport.organisation.name,
        region_of(passport),
        tuple(facts),
        str(_FEET.get(verdict, _FOOT)),
        None if photo is None else photo.rpartition("/")[2],
    )
