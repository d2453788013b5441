"""The questions of the first day as a page asks them; answers go on as they were typed."""

from collections.abc import Mapping
from dataclasses import dataclass

from ledger.coop.setup.questions import QUESTIONS, Answers, opens_season, read_places
from ledger.coop.setup.wizard import AnswerQuestion
from ledger.trace.sectors.reference import PROVINCES
from ledger.trace.sectors.templates import TEMPLATES, template
from web.forms.form import KEY
from web.forms.inputs import Input, InputKind, Option, preset
from web.forms.registers import PLACE_KIND_NAMES
from web.forms.steps import step_inputs
from web.forms.typed import Typed
from web.languages import _, join

_COMPUTED = frozenset({"product", "house", "started_on", "area", "expected_harvest_from"})


@dataclass(frozen=True, slots=True)
class Asked:
    """A question: what it says, and a word of why."""

    title: str
    lead: str = ""


ASKED: Mapping[str, Asked] = {
    "sector": Asked(
        _("Hợp tác xã làm gì?"), _("Chọn quy trình gần nhất. Quy trình quyết định các bước ghi sổ.")
    ),
    "name": Asked(_("Bán ra mặt hàng nào?"), _("Chọn một mặt hàng để bắt đầu. Mặt hàng khác thêm sau.")),
    "where": Asked(_("Làm ở đâu?"), _("Trang tem chỉ hiện tới xã, phường.")),
    "origin": Asked(_("Xuất xứ ghi thế nào?"), _("In trên trang tem, ai quét cũng đọc được.")),
    "packs": Asked(_("Đóng gói bao nhiêu một gói?"), _("Chưa rõ thì để trống, lúc đóng gói ghi cũng được.")),
    "keeping": Asked(_("Để được bao lâu, cất ở đâu?"), _("In trên tem. Để trống nếu chưa rõ.")),
    "ground": Asked(_("Nơi sản xuất là loại gì?")),
    "places": Asked(
        _("Có những nơi nào?"), _("Mỗi nơi một dòng. Đừng ghi tên người: tên nơi hiện công khai.")
    ),
    "label": Asked(_("Dùng con tem nào?"), _("Lúc in đổi mẫu khác vẫn được.")),
    "season": Asked(_("Vụ đầu tiên"), _("Vụ đang làm, hoặc sắp làm. Xong là in được phiếu nhật ký giấy.")),
}


def question_inputs(question: str, answers: Answers, designs: tuple[Option, ...]) -> tuple[Input, ...]:
    """What is asked, with the answers given before, or a good guess."""
    asked = _inputs(question, answers, designs)
    return preset(asked, {**_guesses(question, answers), **answers.get(question, {})})


def parse_answer(question: str, inputs: tuple[Input, ...], typed: Typed) -> AnswerQuestion:
    """The command of an answer."""
    given = {item.name: typed.one(item.name) for item in inputs if typed.one(item.name)}
    return AnswerQuestion(question=question, given=given, idempotency_key=typed.one(KEY) or None)


def summary_of(question: str, answers: Answers, designs: tuple[Option, ...]) -> str:
    """An answer in a line, as the overview shows it."""
    given = answers[question]
    texts = [
        _said(item, given[item.name]) for item in _inputs(question, answers, designs) if given.get(item.name)
    ]
    return join(" · ", texts) or _("Để sau")


def _said(item: Input, text: str) -> str:
    """One value as it reads behind its question: an option by its name, a number with its unit."""
    shown = next((option.label for option in item.options if option.value == text), None)
    if shown is not None:
        return shown
    lines = " · ".join(text.splitlines())
    return f"{lines} {item.unit}" if item.unit else lines


def _inputs(question: str, answers: Answers, designs: tuple[Option, ...]) -> tuple[Input, ...]:
    if question == "season":
        return _season_inputs(answers)
    if question == "label":
        return (Input("design", _("Mẫu tem"), InputKind.CHOICE, required=True, options=designs),)
    return _PLAIN[question]


def _season_inputs(answers: Answers) -> tuple[Input, ...]:
    """Where and since when, and what the sector's first step cannot do without."""
    if not opens_season(answers):
        return ()
    places = read_places(answers["places"]["places"])
    step = template(answers["sector"]["template"]).step("season_open")
    needed = (item for item in step_inputs(step, {}, leave_out=_COMPUTED) if item.required)
    options = tuple(Option(str(number), place.name) for number, place in enumerate(places, start=1))
    return (
        Input("place", _("Làm ở đâu"), InputKind.CHOICE, required=True, options=options),
        Input(
            "started_on", _("Bắt đầu từ ngày"), InputKind.DATE, required=True,
            help=_("Ngày gieo, trồng, thả giống hoặc bắt đầu chăm vụ này."),
        ),
        *needed,
    )  # fmt: skip


def _guesses(question: str, answers: Answers) -> dict[str, str]:
    if question == "origin" and "where" in answers:
        where = answers["where"]
        return {
            "origin": _(
                "%(commune)s, %(province)s, Việt Nam",
                commune=where.get("commune", ""),
                province=where.get("province", ""),
            )
        }
    return {}


_PLAIN: Mapping[str, tuple[Input, ...]] = {
    "sector": (
        Input(
            "template", _("Quy trình"), InputKind.CHOICE, required=True, as_list=True,
            options=tuple(Option(item.id, _(item.name_vi)) for item in TEMPLATES.values()),
        ),
    ),
    "name": (Input("name", _("Tên sản phẩm"), required=True, help=_("Ví dụ: Nho hạ đen.")),),
    "where": (
        Input(
            "province", _("Tỉnh, thành phố"), InputKind.CHOICE, required=True, as_list=True,
            options=tuple(Option(item.name, item.name) for item in PROVINCES),
        ),
        Input("commune", _("Xã, phường"), required=True),
    ),
    "origin": (Input("origin", _("Xuất xứ"), required=True),),
    "packs": (
        Input(
            "net_options_g", _("Khối lượng tịnh mỗi gói (g)"), needed=_("nếu có"),
            help=_("Nhiều loại thì cách nhau dấu chấm phẩy: 500; 1.000"),
        ),
    ),
    "keeping": (
        Input("shelf_life_days", _("Hạn dùng"), InputKind.NUMBER, needed=_("nếu có"), unit=_("ngày")),
        Input("storage", _("Cách bảo quản"), needed=_("nếu có"), help=_("Ví dụ: Ngăn mát 0–5 °C.")),
    ),
    "ground": (
        Input(
            "kind", _("Loại"), InputKind.CHOICE, required=True, as_list=True,
            options=tuple(Option(kind, name) for kind, name in PLACE_KIND_NAMES.items()),
        ),
        Input(
            "perennial_since", _("Cây lâu năm thì trồng từ ngày nào"), InputKind.DATE, needed=_("nếu có"),
            help=_("Chỉ cho cây lâu năm. Không nhớ ngày thì ghi 01/01 của năm ấy."),
        ),
    ),
    "places": (
        Input(
            "places", _("Tên; diện tích"), InputKind.LONG_TEXT, required=True,
            help=_("Ví dụ: Vườn 1; 2 sào. Diện tích ghi m², sào hoặc ha; ao, chuồng không cần."),
        ),
    ),
}  # fmt: skip
if set(ASKED) != set(QUESTIONS):
    raise AssertionError("a question without words")
