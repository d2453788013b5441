"""Texts that no spreadsheet program takes for a formula (pure).

What begins with one of these is computed when the file is opened, whoever typed it (CWE-1236).
"""

_BEGINNINGS = ("=", "+", "-", "@", "\t", "\r", "\n", "|", "%")


def harmless(text: str) -> str:
    """``text``, with an apostrophe before it where a program would compute it.

    >>> harmless("=1+1") == "'" + "=1+1"
    True
    """
    return f"'{text}" if text.startswith(_BEGINNINGS) else text
