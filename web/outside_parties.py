"""Settings that name others: witnesses (C2SP tlog-policy) and time-stamp authorities. Text in, values out."""

from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from ledger.log.errors import PolicyError
from ledger.log.policies import TrustPolicy, parse_policy

_FIRST_WORDS = frozenset({"log", "witness", "group", "quorum", "#"})


@dataclass(frozen=True, slots=True)
class TimestampSetting:
    """A time-stamp authority: its name here, where it is asked, and the PEM file that vouches for it."""

    name: str
    url: str
    certificates: Path


def parse_witnesses(value: str) -> TrustPolicy:
    """The policy in the lines of ``value``, or in the file that it names. A semicolon ends a line as well.

    Raises ``ValueError`` with a Vietnamese sentence.
    """
    text = value
    if value.strip() and value.split(maxsplit=1)[0] not in _FIRST_WORDS:
        try:
            text = Path(value).expanduser().read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise ValueError(f"Không đọc được tệp danh sách bên làm chứng: {error}.") from error
    try:
        policy = parse_policy(text.replace(";", "\n"))
    except PolicyError as error:
        raise ValueError(f"{error.sentence} ({error})") from error
    for witness in policy.witnesses:
        if witness.url is None or not _is_web_address(witness.url):
            raise ValueError(f"Bên làm chứng {witness.name} cần địa chỉ http:// hoặc https:// ở cuối dòng.")
    return policy


def parse_timestamps(value: str) -> tuple[TimestampSetting, ...]:
    """``<name> <url> <PEM file>`` a line; a semicolon ends a line as well. Raises ``ValueError``."""
    found: dict[str, TimestampSetting] = {}
    for line in value.replace(";", "\n").splitlines():
        words = line.split(maxsplit=2)
        if not words:
            continue
        if len(words) != 3 or "+" in words[0] or words[0] in found or not _is_web_address(words[1]):
            raise ValueError(
                "Mỗi dòng ghi: tên (không trùng, không dấu cộng), địa chỉ http, tệp chứng thư PEM."
            )
        found[words[0]] = TimestampSetting(words[0], words[1], Path(words[2]).expanduser().absolute())
    return tuple(found.values())


def _is_web_address(url: str) -> bool:
    try:
        parts = urlsplit(url)
        has_port = parts.port != 0
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and bool(parts.hostname) and has_port and url.isprintable()
