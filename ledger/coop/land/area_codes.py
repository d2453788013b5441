"""The code of a growing area (mã số vùng trồng), as the authority prints it. Pure.

Codes for export read ``VN-LSOR-0012``: the country, two letters for the province and OR (orchard), a number
of four digits. Provinces number areas for the home market in forms of their own, so any code of capitals and
digits in groups is taken, when it has a digit.
"""

import re
import unicodedata

MAX_LENGTH = 40
EXAMPLE = "VN-LSOR-0012"

_GROUPS = re.compile(r"[A-Z0-9]+(?:[-.][A-Z0-9]+)*\Z")
_EXPORT = re.compile(r"VN-?([A-Z]{2}OR)-?([0-9]{4})\Z")
_PLAIN = str.maketrans({"Đ": "D", "đ": "D", "–": "-", "—": "-", "−": "-", "_": "-", "/": "-"})


def read_area_code(typed: str) -> str | None:
    """The code in its one form: capitals without marks, no spaces; ``None`` for what is none.

    >>> read_area_code("vn lsor 0012")
    'VN-LSOR-0012'
    """
    text = unicodedata.normalize("NFC", typed).translate(_PLAIN).upper()
    joined = "-".join(text.replace("-", " ").split())
    export = _EXPORT.match(joined)
    if export is not None:
        return f"VN-{export[1]}-{export[2]}"
    is_code = _GROUPS.match(joined) and re.search(r"[0-9]", joined) and 4 <= len(joined) <= MAX_LENGTH
    return joined if is_code else None


def is_export_code(code: str) -> bool:
    """Whether a code in its one form is of those for export."""
    return _EXPORT.match(code) is not None
