"""The catalogue of a language: one gettext ``.po`` file beside this module, named after the language's tag.

The Vietnamese sentence is the key (``msgid``). Vietnamese knows no plural, so an entry has plural forms only
where the other language needs them; which one is said follows the first hole that holds a whole number.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

from babel import Locale
from babel.messages.catalog import Message
from babel.messages.pofile import read_po

from web.languages.patterns import Patterns

SOURCE, SOURCE_NAME = "vi", "Tiếng Việt"
HOLE = "%("
"""What a sentence with a hole to fill has in it: ``%(count)s``."""
_FOLDER = Path(__file__).parent
_FORMS = ("zero", "one", "two", "few", "many", "other")
"""CLDR's plural categories in the order in which catalogues list them."""


@dataclass(frozen=True)
class Language:
    """A language besides the source: its tag, and its sentences by their source.

    ``locale`` has its numbers, dates and plurals (CLDR); an entry has one text, or one for each plural.
    """

    tag: str
    locale: Locale
    entries: Mapping[str, tuple[str, ...]]

    @property
    def name(self) -> str:
        """What the language calls itself: ``English``."""
        return (self.locale.get_language_name() or self.tag).capitalize()

    @cached_property
    def patterns(self) -> Patterns:
        """Finds the entry of a sentence whose holes are filled already."""
        return Patterns(source for source in self.entries if HOLE in source)

    def form(self, source: str, count: int | None = None) -> str | None:
        """The sentence for a source, of ``count`` things where it has plurals; None for one not known."""
        forms = self.entries.get(source)
        if forms is None:
            return None
        place = len(forms) - 1 if count is None else self._categories.index(self.locale.plural_form(count))
        return forms[min(place, len(forms) - 1)]

    def forms(self, source: str) -> str | dict[str, str]:
        """The sentence, or its forms by plural category (CLDR), for whoever counts elsewhere."""
        said = self.entries[source]
        return said[0] if len(said) == 1 else dict(zip(self._categories, said, strict=False))

    @cached_property
    def _categories(self) -> list[str]:
        known = self.locale.plural_form.tags | {"other"}
        return [name for name in _FORMS if name in known]


@cache
def languages() -> Mapping[str, Language]:
    """Every language that has a file, by its tag; read once."""
    return {path.stem: read_language(path) for path in sorted(_FOLDER.glob("*.po"))}


@cache
def names() -> Mapping[str, str]:
    """What each language calls itself, by its tag; the source first."""
    return {SOURCE: SOURCE_NAME} | {tag: language.name for tag, language in languages().items()}


def read_language(path: Path) -> Language:
    """The catalogue in a file. Raises ``babel.messages.pofile.PoFileError`` for one that has not its form."""
    with path.open("rb") as file:
        catalogue = read_po(file, abort_invalid=True)
    entries = {_source(message): _forms(message) for message in catalogue if message.id and not message.fuzzy}
    locale = Locale.parse(catalogue.locale or path.stem)
    return Language(path.stem, locale, {source: forms for source, forms in entries.items() if all(forms)})


def _source(message: Message) -> str:
    return str(message.id if isinstance(message.id, str) else message.id[0])


def _forms(message: Message) -> tuple[str, ...]:
    said = message.string
    return (said,) if isinstance(said, str) else tuple(said or ("",))
