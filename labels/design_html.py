"""What the HTML of an own design may hold: plain text elements, pictures inside the file, slots and fields.

The design is read strictly and written anew, so that WeasyPrint sees nothing that was not understood here.
"""

from __future__ import annotations

import re
import string
from collections import Counter
from collections.abc import Collection
from html import escape
from html.parser import HTMLParser

from labels.design_css import check_style
from labels.design_pictures import clean_picture
from labels.errors import DesignError

HTML_BYTES = 400_000
"""Most bytes, pictures and all; a picture has a limit of its own."""

TEXT_LIMIT = 2_000
"""Most characters that a design itself says; fields have their own limits."""

ELEMENTS_LIMIT = 150
DEPTH_LIMIT = 10
TIMES_A_FIELD = 2
PICTURES_LIMIT = 6

ELEMENTS = frozenset(
    {
        "div",
        "p",
        "h1",
        "h2",
        "h3",
        "span",
        "b",
        "strong",
        "i",
        "em",
        "small",
        "sup",
        "sub",
        "br",
        "hr",
        "img",
        "a",
        "ul",
        "ol",
        "li",
    }
)
"""Elements that a design may use."""

SLOTS = ("slot:qr", "slot:code", "slot:secret", "slot:barcode")
"""Addresses of the links that mark a slot; the first two are in every design."""

_VOID = frozenset({"br", "hr", "img"})
_CLASS = re.compile(r"[A-Za-z][\w-]*(?: +[A-Za-z][\w-]*)*")
_OUR_CLASSES = frozenset({"label", "field", "empty", "slot-sheet"})
_SCRIPTS = frozenset({"script", "noscript", "template"})


def clean_html(name: str, html: str, fields: Collection[str]) -> str:
    """The design, written anew. ``fields`` are the names that may stand after ``$``.

    Raises ``DesignError`` with the reason.
    """
    if len(html.encode()) > HTML_BYTES:
        raise DesignError(name, f"phần HTML dài quá {HTML_BYTES} byte")
    reader = _Reader(name, fields)
    reader.feed(html)
    reader.close()
    return reader.written()


class _Reader(HTMLParser):
    """Checks each element as it comes and writes it again."""

    def __init__(self, name: str, fields: Collection[str]) -> None:
        super().__init__(convert_charrefs=True)
        self._name = name
        self._fields = fields
        self._parts: list[str] = []
        self._open: list[str] = []
        self._slots: list[str] = []
        self._counts: Counter[str] = Counter()

    def written(self) -> str:
        """The clean design, when it is whole."""
        if self._open:
            raise self._refused(f"thẻ <{self._open[-1]}> mở mà không đóng")
        for slot in SLOTS[:2]:
            if slot not in self._slots:
                raise self._refused(f'thiếu ô <a href="{slot}"></a>')
        return "".join(self._parts)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._check_element(tag)
        if "a" in self._open:
            raise self._refused("ô slot phải để trống, không chứa gì bên trong")
        values = {key: value or "" for key, value in attrs}
        for key, value in values.items():
            self._check_attribute(tag, key, value)
        if "style" in values:
            check_style(self._name, values["style"])
        if tag == "a":
            values = self._slot(values)
        if tag == "img":
            self._count("picture", PICTURES_LIMIT, "hình")
            values["src"] = clean_picture(self._name, values.get("src", ""))
        if any("$" in value for value in values.values()):
            raise self._refused("dấu $ chỉ dùng trong chữ, không dùng trong thuộc tính của thẻ")
        written = "".join(f' {key}="{escape(value)}"' for key, value in values.items())
        self._parts.append(f"<{tag}{written}>")
        if tag not in _VOID:
            self._open.append(tag)
            if len(self._open) > DEPTH_LIMIT:
                raise self._refused(f"thẻ lồng nhau quá {DEPTH_LIMIT} lớp")

    def handle_endtag(self, tag: str) -> None:
        if tag in _VOID:
            return
        if not self._open or self._open.pop() != tag:
            raise self._refused(f"thẻ </{tag}> đóng không đúng chỗ")
        self._parts.append(f"</{tag}>")

    def handle_data(self, data: str) -> None:
        text = re.sub(r"[ \t\r\f\xa0]+", " ", data)
        if "a" in self._open:
            if text.strip():
                raise self._refused("ô slot phải để trống, không chứa gì bên trong")
            return
        self._count("text", TEXT_LIMIT, "chữ", len(text.strip()))
        for match in string.Template.pattern.finditer(text):
            self._check_field(match)
        self._parts.append(escape(text, quote=False))

    def handle_decl(self, decl: str) -> None:
        raise self._refused(f"phần khai báo <!{decl[:20]}> không dùng được; chỉ viết phần bên trong của tem")

    def unknown_decl(self, data: str) -> None:
        self.handle_decl(data)

    def handle_pi(self, data: str) -> None:
        raise self._refused(f"phần <?{data[:20]} không dùng được")

    def _check_element(self, tag: str) -> None:
        self._count("element", ELEMENTS_LIMIT, "thẻ")
        if tag in _SCRIPTS:
            raise self._refused(f"có mã lệnh (thẻ <{tag}>), tem in ra không chạy mã lệnh")
        if tag == "style":
            raise self._refused("thẻ <style> không dùng trong HTML; hãy viết vào phần CSS")
        if tag not in ELEMENTS:
            raise self._refused(f"thẻ <{tag}> không được dùng; hãy dùng div, p, span, b hoặc img")

    def _check_attribute(self, tag: str, key: str, value: str) -> None:
        if key.startswith("on"):
            raise self._refused(f"có mã lệnh (thuộc tính “{key}”), tem in ra không chạy mã lệnh")
        allowed = {"class", "id", "style", "lang"} | {"a": {"href"}, "img": {"src", "alt"}}.get(tag, set())
        if key not in allowed:
            raise self._refused(f"thuộc tính “{key}” của thẻ <{tag}> không được dùng")
        if key in ("class", "id") and not (
            _CLASS.fullmatch(value) and _OUR_CLASSES.isdisjoint(value.split())
        ):
            raise self._refused(f"tên “{value[:40]}” không dùng được cho {key}")

    def _slot(self, values: dict[str, str]) -> dict[str, str]:
        """A slot's attributes, with the class that gives it its type; it stands once, in nothing else."""
        slot = values.get("href", "")
        if slot not in SLOTS:
            raise self._refused(f"liên kết “{slot[:60]}” không được dùng; thẻ <a> chỉ để đánh dấu ô slot")
        if slot in self._slots:
            raise self._refused(f"ô “{slot}” có hai lần")
        if self._open:
            raise self._refused(f"ô “{slot}” phải đứng ngoài cùng, không nằm trong thẻ khác")
        self._slots.append(slot)
        ours = slot.replace(":", "-")
        others = [each for each in values.get("class", "").split() if each != ours]
        return {**values, "class": " ".join([ours, *others])}

    def _check_field(self, match: re.Match[str]) -> None:
        if match["escaped"] is not None:
            return
        field = match["named"] or match["braced"]
        if field is None:
            raise self._refused("có dấu $ đứng lẻ; muốn in dấu $ hãy viết $$")
        if field not in self._fields:
            raise self._refused(
                f"không có trường “${field}”; các trường là: {', '.join(sorted(self._fields))}"
            )
        self._count(f"${field}", TIMES_A_FIELD, f"lần “${field}”")

    def _count(self, kind: str, limit: int, what: str, number: int = 1) -> None:
        self._counts[kind] += number
        if self._counts[kind] > limit:
            raise self._refused(f"mẫu có hơn {limit} {what}")

    def _refused(self, reason: str) -> DesignError:
        return DesignError(self._name, reason)
