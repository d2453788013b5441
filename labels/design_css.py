"""What the style of an own design may say: a list of properties, functions and units, and limits.

Own designs are laid out in the server's own process: starting another one takes longer than ten labels. So a
style may use only what lays out in a time that grows with its length: no flex, grid, table, float or columns
(their nesting multiplies passes), no counters or generated text, and nothing that reads a file or an address.
``tinycss2`` is what WeasyPrint itself reads CSS with, so both see the same tokens.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

import tinycss2

from labels.errors import DesignError

CSS_BYTES = 16_000
RULES_LIMIT = 200
LARGEST_LENGTH = 400
LARGEST_NUMBER = 1000

PROPERTIES = frozenset(
    {
        "background",
        "background-color",
        "border",
        "border-bottom",
        "border-bottom-color",
        "border-bottom-left-radius",
        "border-bottom-right-radius",
        "border-bottom-style",
        "border-bottom-width",
        "border-color",
        "border-left",
        "border-left-color",
        "border-left-style",
        "border-left-width",
        "border-radius",
        "border-right",
        "border-right-color",
        "border-right-style",
        "border-right-width",
        "border-style",
        "border-top",
        "border-top-color",
        "border-top-left-radius",
        "border-top-right-radius",
        "border-top-style",
        "border-top-width",
        "border-width",
        "bottom",
        "box-sizing",
        "color",
        "display",
        "font",
        "font-family",
        "font-size",
        "font-variant-numeric",
        "font-weight",
        "height",
        "left",
        "letter-spacing",
        "line-height",
        "margin",
        "margin-bottom",
        "margin-left",
        "margin-right",
        "margin-top",
        "max-height",
        "max-width",
        "min-height",
        "min-width",
        "overflow",
        "overflow-wrap",
        "padding",
        "padding-bottom",
        "padding-left",
        "padding-right",
        "padding-top",
        "position",
        "right",
        "text-align",
        "text-decoration",
        "text-indent",
        "text-transform",
        "top",
        "vertical-align",
        "white-space",
        "width",
        "word-break",
        "word-spacing",
        "z-index",
    }
)
"""Properties that a style may set."""

VALUES = {
    "display": frozenset({"block", "inline", "inline-block", "none"}),
    "position": frozenset({"static", "relative", "absolute"}),
}
"""Properties of which only some values are allowed."""

UNEVEN = frozenset({"dotted", "dashed", "double", "groove", "ridge", "inset", "outset", "wavy"})
"""Line styles whose parts never fall on a printer's dots, and of which a page can hold a hundred thousand."""

UNITS = frozenset({"mm", "cm", "in", "pt", "px", "em"})
_FUNCTIONS = frozenset({"rgb"})
_SELECTOR_FUNCTIONS = frozenset({"not", "has", "is", "nth-child", "nth-of-type"})
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


def check_css(name: str, css: str) -> None:
    """Raises ``DesignError`` with the reason for a style sheet that says what no own design may."""
    if len(css.encode()) > CSS_BYTES:
        raise DesignError(name, f"phần CSS dài quá {CSS_BYTES} byte")
    if "<" in css or _CONTROL.search(css):
        raise DesignError(name, "phần CSS có ký tự không dùng được: “<” hoặc ký tự điều khiển")
    rules = tinycss2.parse_stylesheet(css, skip_comments=True, skip_whitespace=True)
    if len(rules) > RULES_LIMIT:
        raise DesignError(name, f"phần CSS có hơn {RULES_LIMIT} luật")
    for rule in rules:
        if rule.type == "at-rule":
            raise DesignError(
                name, f"CSS không được dùng “@{rule.at_keyword}”; khổ tem và phông chữ đã có sẵn"
            )
        if rule.type != "qualified-rule":
            raise DesignError(name, f"CSS sai cú pháp ở dòng {rule.source_line}")
        _check_selector(name, rule.prelude)
        _check_declarations(name, _declarations(rule.content))


def check_style(name: str, style: str) -> None:
    """The same for the ``style`` attribute of an element."""
    if "<" in style or _CONTROL.search(style):
        raise DesignError(name, "thuộc tính style có ký tự không dùng được")
    _check_declarations(name, _declarations(style))


def _check_selector(name: str, tokens: Iterable[Any], depth: int = 0) -> None:
    for token in tokens:
        if token.type == "function":
            if token.lower_name not in _SELECTOR_FUNCTIONS or depth > 1:
                raise DesignError(name, f"CSS không được chọn bằng “:{token.name}()”")
            _check_selector(name, token.arguments, depth + 1)
        elif token.type in ("error", "url", "{} block", "() block"):
            raise DesignError(name, f"CSS sai cú pháp ở dòng {token.source_line}")


def _declarations(source: Any) -> Any:
    return tinycss2.parse_blocks_contents(source, skip_comments=True, skip_whitespace=True)


def _check_declarations(name: str, nodes: Iterable[Any]) -> None:
    for node in nodes:
        if node.type != "declaration":
            raise DesignError(name, f"CSS sai cú pháp ở dòng {node.source_line}")
        if node.lower_name not in PROPERTIES:
            raise DesignError(name, f"CSS không được dùng thuộc tính “{node.name}”")
        allowed = VALUES.get(node.lower_name)
        for token in node.value:
            _check_value(name, node.lower_name, token)
            if allowed and token.type == "ident" and token.lower_value not in allowed:
                choice = ", ".join(sorted(allowed))
                raise DesignError(
                    name, f"“{node.name}: {token.value}” không dùng được; chọn một trong: {choice}"
                )


def _check_value(name: str, prop: str, token: Any) -> None:
    match token.type:
        case "ident" if token.lower_value in UNEVEN:
            raise DesignError(name, f"nét “{token.value}” in ra không đều; hãy dùng solid")
        case "whitespace" | "comment" | "ident" | "literal" | "string" | "hash":
            return
        case "number" | "percentage" | "dimension":
            _check_number(name, prop, token)
        case "function":
            _check_function(name, prop, token)
        case "url":
            _refuse_url(name)
        case _:
            raise DesignError(name, f"CSS sai cú pháp ở dòng {token.source_line}")


def _check_number(name: str, prop: str, token: Any) -> None:
    largest = LARGEST_LENGTH if token.type == "dimension" else LARGEST_NUMBER
    if not abs(token.value) <= largest:
        raise DesignError(name, f"số quá lớn ở “{prop}”: {token.representation}")
    if token.type == "dimension" and token.lower_unit not in UNITS:
        raise DesignError(name, f"đơn vị “{token.unit}” không dùng được; hãy dùng mm hoặc pt")
    if prop.startswith("font") and _is_relative(token):
        raise DesignError(name, f"cỡ chữ ở “{prop}” phải tính bằng pt hoặc mm, không dùng em hay %")


def _check_function(name: str, prop: str, token: Any) -> None:
    if token.lower_name in ("url", "src", "image", "image-set"):
        _refuse_url(name)
    if token.lower_name not in _FUNCTIONS:
        raise DesignError(name, f"CSS không được dùng “{token.name}()”")
    for argument in token.arguments:
        _check_value(name, prop, argument)


def _is_relative(token: Any) -> bool:
    """Whether a size multiplies the one around it: ten of them inside each other have no limit."""
    return token.type == "percentage" or bool(token.type == "dimension" and token.lower_unit == "em")


def _refuse_url(name: str) -> None:
    raise DesignError(
        name,
        "CSS không được có url(): tem không lấy tệp nào; hãy đặt hình bằng <img> với data:image/png;base64",
    )
