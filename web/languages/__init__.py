"""Our sentences in the reader's language: Vietnamese is the source, each other language is one ``.po`` file.

``_("Còn %(days)s ngày", days=3)`` gives a text that says itself in the language of the request when it is
shown; ``translate`` does the same for a sentence that a room below made (docs/languages.md).
"""

from web.languages.words import _, join, translate

__all__ = ["_", "join", "translate"]
