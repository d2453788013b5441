r"""Text from people: one spelling per sight, nothing invisible. Pure.

>>> clean_text("  Na   Chi\u0301  Lăng ")
'Na Chí Lăng'
"""

import unicodedata

from ledger.trace.errors import UnseenTextError

# Controls, formats (zero-width, bidirectional), surrogates, private use, unassigned: none shows on a page,
# so two texts could look the same and mean different things (Unicode TR #36).
_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn"})


def clean_text(raw: str) -> str:
    """``raw`` in NFC with every run of white space made one space. Raises ``UnseenTextError``."""
    text = " ".join(unicodedata.normalize("NFC", raw).split())
    if not is_clean(text):
        raise UnseenTextError(f"unseen characters in {text[:80]!r}")
    return text


def is_clean(text: str) -> bool:
    """Whether ``text`` is in NFC, without unseen characters and without space at either end."""
    if text != text.strip():
        return False
    if text.isascii():
        return text.isprintable()
    return unicodedata.is_normalized("NFC", text) and not any(
        unicodedata.category(character) in _UNSEEN for character in text
    )
