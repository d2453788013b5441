"""What WeasyPrint writes for one design, in a form that a person can compare.

``python -m tests.labels.golden_form`` writes it anew, to be looked at before it is committed.
"""

import re
from pathlib import Path

from tests.labels.written import FULL, rendered

GOLDEN = Path(__file__).parent / "golden" / "stamp_50x30.txt"

_TOKEN = re.compile(rb"<[0-9a-f]*>|\[|\]|/\S+|[^\s<>\[\]]+")


def readable_form() -> str:
    """Operators, glyphs and numbers to the whole CSS pixel; fonts by the order in which they come."""
    names: dict[bytes, str] = {}
    words = []
    for token in _TOKEN.findall(rendered("stamp_50x30", FULL).painted.content):
        if token.startswith(b"/"):
            words.append(names.setdefault(token, f"/{len(names)}"))
        elif re.fullmatch(rb"-?\d*\.?\d+", token):
            words.append(f"{float(token):.0f}")
        else:
            words.append(token.decode())
    lines = " ".join(words)
    return re.sub(r" (?=(?:BT|q|Q)\b)", "\n", lines).replace("-0 ", "0 ") + "\n"


if __name__ == "__main__":
    GOLDEN.write_text(readable_form(), encoding="utf-8")
