"""Where a link may lead: an https address with a public name, nothing that could mean another place. Pure."""

import re
from urllib.parse import urlsplit

MAX_TARGET = 500
# RFC 3986 characters, percent-coded bytes whole; no backslash, quote, bracket, space or control character.
_TARGET = re.compile(r"https://[a-z0-9.-]+(?:/(?:[A-Za-z0-9._~!$&'()*+,;=:@/?#-]|%[0-9A-Fa-f]{2})*)?")
_LABEL = re.compile(r"(?!-)[a-z0-9-]{1,63}(?<!-)")
_TOP = re.compile(r"[a-z]{2,63}|xn--[a-z0-9-]{1,59}")
# RFC 2606, RFC 6762, RFC 8375: names that are nobody's or only a house's.
_NOT_PUBLIC = frozenset({"arpa", "home", "internal", "invalid", "lan", "local", "localhost", "onion", "test"})


def target_problem(text: str) -> str | None:
    """What is wrong with an address as a link's target, as a Vietnamese sentence; ``None`` for nothing."""
    if len(text) > MAX_TARGET:
        return f"Địa chỉ dài {len(text)} ký tự, tối đa {MAX_TARGET}. Hãy dùng địa chỉ ngắn hơn."
    if not text.startswith("https://"):
        return "Địa chỉ phải bắt đầu bằng https:// (chữ thường)."
    if not _TARGET.fullmatch(text) or text.count("#") > 1:
        return "Địa chỉ có ký tự không dùng được, tên đăng nhập hoặc số cổng. Hãy chép từ thanh địa chỉ."
    if not _is_public_name(urlsplit(text).hostname or ""):
        return "Địa chỉ phải có tên miền công khai, ví dụ https://cuahang.vn/nho."
    return None


def host_of(target: str) -> str:
    """The host that a reader is told a link leads to. International names stay coded (``xn--``)."""
    return urlsplit(target).hostname or ""


def with_query(target: str, query: bytes) -> str:
    """The target with the pairs of a request's query behind its own, before its fragment.

    ``query`` is as it was sent; whatever may not stand in an address or a header is percent-coded.
    """
    if not query:
        return target
    place, mark, fragment = target.partition("#")
    joint = "&" if "?" in place else "?"
    return f"{place}{joint}{_printable(query)}{mark}{fragment}"


def _printable(query: bytes) -> str:
    return re.sub(r"[^!$-;=?-Z_a-z~]", lambda bad: f"%{ord(bad[0]):02X}", query.decode("latin-1"))


def _is_public_name(host: str) -> bool:
    labels = host.split(".")
    return (
        len(host) <= 253
        and len(labels) > 1
        and all(_LABEL.fullmatch(label) for label in labels)
        and _TOP.fullmatch(labels[-1]) is not None
        and labels[-1] not in _NOT_PUBLIC
    )
