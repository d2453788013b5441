"""What kind of device a browser says it runs on, coarse enough to name nobody. Pure."""

from web.languages import _

MAX_AGENT = 512

# The first word that is found decides: Edge also calls itself Chrome, and Chrome calls itself Safari.
_BROWSERS = (
    ("Edg", "Edge"), ("OPR/", "Opera"), ("SamsungBrowser", "Samsung Internet"), ("coc_coc", _("Cốc Cốc")),
    ("Zalo", "Zalo"), ("Firefox", "Firefox"), ("FxiOS", "Firefox"), ("CriOS", "Chrome"), ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)  # fmt: skip
_SYSTEMS = (
    ("Android", _("điện thoại Android")), ("iPhone", "iPhone"), ("iPad", "iPad"),
    ("Windows", _("máy tính Windows")), ("Macintosh", _("máy Mac")), ("CrOS", "Chromebook"),
    ("Linux", _("máy tính Linux")),
)  # fmt: skip
UNKNOWN = _("Máy lạ")


def device_name(agent: str) -> str:
    """``Chrome, điện thoại Android`` from a User-Agent header; at most 40 characters."""
    said = agent[:MAX_AGENT]
    words = [name for table in (_BROWSERS, _SYSTEMS) for name in _first(said, table)]
    return ", ".join(words) or UNKNOWN


def _first(said: str, table: tuple[tuple[str, str], ...]) -> list[str]:
    return [name for word, name in table if word in said][:1]
