"""What a verdict says: a title, and a line that tells what it means and what to do. Pure.

Vietnamese comes first; the English beside it is as short as it can be.
"""

import re
from dataclasses import dataclass
from datetime import date

from ledger.coop.scans.scratch import ScratchUse
from ledger.trace.passports.passport import Passport
from ledger.trace.passports.verdicts import Verdict
from web.formats import format_date
from web.languages import _
from web.public.marks import PROVINCES_MARK, SCANS_MARK

_PHONE = re.compile(r"\+?[0-9][0-9 .-]{6,18}[0-9]", re.ASCII)
_DOT = "\u00a0· "
"""Between facts of a line; it stays with the fact before it where the line breaks."""


@dataclass(frozen=True, slots=True)
class VerdictWords:
    """How a page begins. ``state`` names colour and icon; ``line_en`` is missing where facts say it all.

    ``phone`` is a number that the reader should call, out of what the lines say.
    """

    state: str
    title_vi: str
    title_en: str
    lines: tuple[str, ...]
    line_en: str | None = None
    phone: str | None = None


@dataclass(frozen=True, slots=True)
class Made:
    """How the goods came into being: the word for it, and when."""

    name_vi: str
    name_en: str
    on: date


def words_for_stamp(
    verdict: Verdict,
    passport: Passport | None,
    made: Made | None,
    voided_on: date | None,
    void_reason: str | None = None,
    *,
    has_provinces: bool = False,
    is_swapped: bool = False,
) -> VerdictWords:
    """The words for a scanned stamp, with marks for how often and in how many provinces.

    ``has_provinces``: some of them are known. ``is_swapped``: the paper names another record's seal.
    """
    if verdict is Verdict.TAMPERED and is_swapped:
        return _SWAPPED
    if verdict is Verdict.VALID and passport is not None:
        line = _(
            "%(facts)s\u00a0· lần quét thứ\u00a0%(scans)s",
            facts=_facts(passport, made),
            scans=SCANS_MARK,
        )
        return VerdictWords("valid", _("Tem thật"), "Genuine stamp", (line,))
    if verdict is Verdict.SEEN_OFTEN:
        return _seen_often(has_provinces=has_provinces)
    return _words(verdict, passport, voided_on, void_reason)


@dataclass(frozen=True, slots=True)
class ScratchWords:
    """What is said of a scratch code: ``icon`` and ``kind`` (of a notice) beside the words."""

    icon: str
    kind: str
    title_vi: str
    title_en: str
    line: str

    @property
    def is_wrong(self) -> bool:
        """Whether it should be typed again."""
        return self.kind == "alarm"


def words_for_scratch_code(use: ScratchUse, today: date) -> ScratchWords:
    """The words for a right scratch code: it proves that the foil is genuine, its day that it was whole."""
    day = format_date(use.first_on)
    if use.is_first:
        line = _("Mã cào đúng. Ai nhập mã này sau bạn sẽ thấy nó đã được dùng lần đầu ngày %(day)s.", day=day)
        return ScratchWords(
            "check", "good", _("Lần kiểm tra đầu tiên"), "Right, and told for the first time", line
        )
    title = _("Mã cào đã được dùng lần đầu ngày %(day)s", day=day)
    line = _(
        "Mã cào đúng. Nếu hôm đó không phải bạn kiểm tra, lớp cào đã bị mở trước: hãy báo cho hợp tác xã."
    )
    if use.first_on == today:
        line = _(
            "Mã cào đúng. Nếu vừa rồi chính bạn kiểm tra thì không sao. Nếu không, hãy báo cho hợp tác xã."
        )
    return ScratchWords("late", "late", title, "Right, but told before", line)


def words_for_wrong_scratch_code(sentence: str) -> ScratchWords:
    """The words for anything else that was typed; ``sentence`` says what is wrong with it."""
    return ScratchWords("cross", "alarm", _("Mã cào chưa đúng"), "Not the code under the foil", sentence)


def words_for_lot(verdict: Verdict, passport: Passport | None, made: Made | None) -> VerdictWords:
    """The words for a lot asked for by its own address, without a stamp."""
    if verdict is Verdict.VALID and passport is not None:
        facts = (_facts(passport, made),)
        if passport.sealed is None:
            return VerdictWords(
                "unsealed",
                _("Lô chưa ký"),
                "Lot not sealed yet",
                facts,
                "Work on this lot is still going on.",
            )
        return VerdictWords("valid", _("Lô hàng thật"), "Genuine lot", facts)
    if verdict is Verdict.UNKNOWN:
        line = _("Mã có thể bị gõ sai, hoặc không do hệ thống này cấp.")
        return VerdictWords(
            "unknown",
            _("Không tìm thấy lô hàng này"),
            "Unknown lot",
            (line,),
            "Mistyped, or not issued here.",
        )
    return _words(verdict, passport, None, None)


def _words(
    verdict: Verdict, passport: Passport | None, voided_on: date | None, void_reason: str | None
) -> VerdictWords:
    match verdict:
        case Verdict.NOT_ACTIVATED:
            return _NOT_ACTIVATED
        case Verdict.VOIDED:
            return _voided(voided_on, void_reason)
        case Verdict.EXPIRED:
            return _expired(passport)
        case Verdict.RECALLED:
            return _recalled(passport)
        case Verdict.TAMPERED:
            return _TAMPERED
        case Verdict.UNKNOWN | Verdict.VALID | Verdict.SEEN_OFTEN:
            return _UNKNOWN


_NOT_ACTIVATED = VerdictWords(
    "not_activated",
    _("Tem chưa kích hoạt"),
    "Stamp not activated",
    (_("Mã này có thật nhưng chưa gắn với lô hàng nào. Nếu tem đã dán trên hàng đang bán, đừng vội tin."),),
    "The code is real but bound to no lot. If it is on goods for sale, do not trust it yet.",
)
_UNKNOWN = VerdictWords(
    "unknown",
    _("Không tìm thấy mã tem này"),
    "Unknown code",
    (_("Mã có thể bị gõ sai, hoặc không do hệ thống này cấp."),),
    "It may be mistyped, or was not issued by this system.",
)
_TAMPERED = VerdictWords(
    "tampered",
    _("Dữ liệu không khớp chữ ký"),
    "Record does not match its signature",
    (_("Bản ghi đã bị thay đổi sau khi ký. Không nên tin thông tin dưới đây."),),
    "The record was changed after it was signed. Do not trust what is below.",
)

_SWAPPED = VerdictWords(
    "tampered",
    _("Tem không khớp bản ghi"),
    "Stamp does not match the record",
    (
        _("Tem này in cho một bản ghi khác bản ghi dưới đây: bản ghi có thể đã bị tráo. Đừng vội tin."),
        _("Nếu bạn gõ tay, hãy gõ lại, hoặc chỉ gõ 13 ký tự in dưới hình QR."),
    ),
    "The stamp was printed for another record than this one. Typed by hand? Type the 13 characters only.",
)


def _facts(passport: Passport, made: Made | None) -> str:
    """{sản phẩm} · {HTX} · thu hoạch {ngày}."""
    facts = [passport.product.name, passport.organisation.name]
    if made is not None:
        name = str(made.name_vi)
        facts.append(f"{name[:1].lower()}{name[1:]} {format_date(made.on)}")
    return _DOT.join(facts)


def _seen_often(*, has_provinces: bool) -> VerdictWords:
    where = _(" ở %(provinces)s tỉnh", provinces=PROVINCES_MARK) if has_provinces else ""
    line = _(
        "Mã này đã được quét %(scans)s lần%(where)s. Nếu tem rách hoặc dán lại, hãy báo cho hợp tác xã.",
        scans=SCANS_MARK,
        where=where,
    )
    return VerdictWords(
        "seen_often",
        _("Tem thật, nhưng đã bị quét nhiều lần"),
        "Genuine code, scanned unusually often",
        (line,),
        "If the stamp is torn or stuck on again, tell the cooperative.",
    )


def _voided(on: date | None, reason: str | None) -> VerdictWords:
    day = "" if on is None else _(" ngày %(on)s", on=format_date(on))
    lines = [_("Hợp tác xã đã báo hủy tem này%(day)s.", day=day)]
    if reason:
        lines.append(_("Lý do: %(reason)s", reason=_sentence(reason)))
    english = "The cooperative cancelled this stamp."
    return VerdictWords("voided", _("Tem đã hủy"), "Stamp cancelled", tuple(lines), english)


def _expired(passport: Passport | None) -> VerdictWords:
    on = None if passport is None else passport.expires_on
    line = () if on is None else (_("Hạn dùng %(on)s.", on=format_date(on)),)
    return VerdictWords("expired", _("Hàng đã quá hạn dùng"), "Past its date", line)


def _recalled(passport: Passport | None) -> VerdictWords:
    recall = None if passport is None else passport.recall
    lines: tuple[str, ...] = ()
    if recall is not None:
        said = recall.statement
        lines = (
            _("Lý do: %(reason)s", reason=_sentence(said.reason)),
            _("Việc cần làm: %(instruction)s", instruction=_sentence(said.instruction)),
            _("Liên hệ: %(contact)s", contact=said.contact),
        )
        if recall.closed is not None:
            closed = recall.closed
            day, result = format_date(closed.on), _sentence(closed.result)
            lines += (_("Việc thu hồi kết thúc ngày %(on)s: %(result)s", on=day, result=result),)
    english = "Do not use. Follow the instruction above, or call the number."
    phone = None if recall is None else _PHONE.search(recall.statement.contact)
    return VerdictWords(
        "recalled",
        _("Hàng đang bị thu hồi"),
        "Recalled",
        lines,
        english,
        None if phone is None else phone[0].strip(),
    )


def _sentence(text: str) -> str:
    return text if text.endswith((".", "!", "?", "…")) else f"{text}."
