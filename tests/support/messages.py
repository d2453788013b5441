"""Every Vietnamese sentence of the program that may reach a person, read from the source and the data.

In ``web/`` they are marked: ``_("…")`` in Python and templates, ``say("…")`` in scripts. The rooms below know
no language: there every text with a Vietnamese letter counts, and an f-string becomes a sentence with a hole
for each of its expressions, named after the last word of it.
"""

import ast
import re
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from enum import Enum
from pathlib import Path

from jinja2 import Environment, nodes

from ledger.trace.sectors import reference, templates
from tests.meta.tree import ROOT
from web.languages.script_words import sources

VIETNAMESE = re.compile("[À-ÖØ-öø-ỹ]")
PLAIN_WORDS = ("con", "gam", "hoa", "tem")
"""Units of the rooms below that have no Vietnamese letter by which they could be found."""
MARKED = ("web/console", "web/forms", "web/public", "web/resolver")
BELOW = ("ledger", "labels", "signing", "web/paper")
NOT_ON_SCREEN = (
    "ledger/migrations",  # runs once
    "ledger/audit",  # an auditor's report, a file
    "ledger/upkeep",  # commands of whoever keeps the machine
    "ledger/witness",  # programs ask
    "ledger/trace/credentials",  # documents for strangers, in both languages already
    "ledger/coop/takeout",  # headings of spreadsheets, the same for whoever opens them
    "ledger/coop/setup/blank_workbook.py",  # likewise
    "ledger/coop/setup/marked_workbook.py",
    *(
        f"ledger/coop/exchange/{name}.py"  # programs ask
        for name in (
            "answers",
            "authority",
            "capture_jobs",
            "captured_events",
            "destinations",
            "errors",
            "eudr",
            "event_queries",
            "fsma204",
            "lot_records",
            "named_queries",
            "page_tokens",
            "profile",
            "schedules",
            "sheet_files",
            "sight",
            "subscriptions",
            "vietnam_sheet",
            "vocabulary",
        )
    ),
    "ledger/trace/query",
    "ledger/trace/verify",
    "ledger/coop/money/accounting_csv.py",
    "ledger/coop/field/lunar.py",  # a lunar year's name is itself in every language
    "labels/cards.py",  # paper stays Vietnamese
    "labels/diary_sheets.py",
    "labels/pages.py",
    "labels/ruler.py",
    "labels/slips.py",
    "web/paper/stamp_samples.py",
    "web/paper/picking_slips.py",
    "web/paper/carton_printing.py",
    "web/paper/design_pictures.py",
    "web/paper/diary_sheets.py",
    "signing/hsm.py",  # whoever starts the server reads these
    "signing/vault.py",
    "signing/timestamps.py",
)
IN_PATTERNS = re.compile(r"[\\^$]|\(\?")
NAME = "Sổ Gốc"
_READS_INPUT = re.compile(r"\[typed\]|replaceAll\(")
"""Lines of scripts that read what people type."""
_BRACES = re.compile(r"\{(\w+)\}")  # of str.format
_DATA_WORDS = ("vi", "name_vi", "label_vi", "help_vi", "unit_vi", "lot_name_vi", "storage_vi", "warning_vi")


def all_messages() -> dict[str, str]:
    """Every sentence with the first place where it stands."""
    found: dict[str, str] = {}
    for where, message in (
        *template_messages(),
        *web_messages(),
        *messages_below(),
        *script_messages(),
        *data(),
    ):
        found.setdefault(message, where)
    return found


def template_messages() -> Iterator[tuple[str, str]]:
    """What templates say with ``_``."""
    folder = ROOT / "web/templates"
    environment = Environment(extensions=[], autoescape=True)
    for path in sorted(folder.rglob("*.html")):
        for call in environment.parse(path.read_text("utf-8")).find_all(nodes.Call):
            if isinstance(call.node, nodes.Name) and call.node.name == "_" and call.args:
                yield str(path.relative_to(ROOT)), call.args[0].value


def web_messages() -> Iterator[tuple[str, str]]:
    """What Python in ``web/`` says with ``_``; names that come from data are looked up there."""
    for path in sorted((ROOT / "web").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            match node:
                case ast.Call(func=ast.Name(id="_"), args=[ast.Constant(value=str(message)), *_]):
                    yield str(path.relative_to(ROOT)), message


def messages_below() -> Iterator[tuple[str, str]]:
    """The sentences of the rooms that know no language."""
    yield from (("ledger/trace/sectors/field_texts.py", word) for word in PLAIN_WORDS)
    for room in BELOW:
        for path in sorted((ROOT / room).rglob("*.py")):
            where = str(path.relative_to(ROOT))
            if not where.startswith(NOT_ON_SCREEN):
                yield from ((where, message) for message in vietnamese_texts(path))


def script_messages() -> Iterator[tuple[str, str]]:
    """What scripts say with ``say``."""
    for name, said in sources().items():
        yield from ((f"web/static/js/{name}", message) for message in said)


def data() -> Iterator[tuple[str, str]]:
    """Names and explanations in ``templates.json``."""
    seen: set[str] = set()
    for known in (templates.TEMPLATES, templates.COMMON_STEPS, templates.COMMON_FIELDS, templates.GUARDS):
        for item in known.values():
            seen.update(_words_of(item))
    yield from (("ledger/trace/data/templates.json", text) for text in sorted(seen - {""}))
    yield from (("ledger/trace/data/legal_fields.json", text) for text in sorted(legal_texts()))


def legal_texts() -> set[str]:
    """What laws ask for, in our words, and where they say so: references in which a word is Vietnamese."""
    texts = {text for rule in reference.OPERATING_RULES for text in (rule.rule_vi, rule.ref)}
    for legal in reference.LEGAL_SETS.values():
        texts.update((legal.title_vi, *legal.requirements_vi, legal.exempt_vi or "", legal.elabel_vi or ""))
        for field in legal.fields:
            texts.update((field.vi, field.legal_ref, field.condition_vi or ""))
    return {text for text in texts if VIETNAMESE.search(text)}


def unmarked() -> Iterator[str]:
    """Vietnamese that people may see and that no ``_`` or ``say`` stands around: places and texts."""
    yield from _unmarked_in_templates()
    for folder in MARKED:
        for path in sorted((ROOT / folder).rglob("*.py")):
            yield from (f"{path.relative_to(ROOT)}: {text}" for text in _unmarked_in_python(path))
    for path in sorted((ROOT / "web/static/js").rglob("*.js")):
        for line in path.read_text("utf-8").splitlines():
            if _is_unmarked_script(line):
                yield f"{path.relative_to(ROOT)}: {line.strip()}"


def _unmarked_in_templates() -> Iterator[str]:
    environment = Environment(autoescape=True)
    for path in sorted((ROOT / "web/templates").rglob("*.html")):
        if path.parent.name == "export":  # a static copy is Vietnamese
            continue
        tree = environment.parse(path.read_text("utf-8"))
        marked = {id(arg) for call in tree.find_all(nodes.Call) for arg in call.args}
        texts = [data.data for data in tree.find_all(nodes.TemplateData)]
        texts += [const.value for const in tree.find_all(nodes.Const) if id(const) not in marked]
        for text in texts:
            if isinstance(text, str) and VIETNAMESE.search(text.replace(NAME, "")):
                yield f"{path.relative_to(ROOT)}: {text.strip()}"


def _unmarked_in_python(path: Path) -> Iterator[str]:
    tree = ast.parse(path.read_text("utf-8"))
    skipped = {id(node) for node in _docstrings(tree)}
    for node in ast.walk(tree):
        match node:
            case ast.Call(func=ast.Name(id="_"), args=[first, *_]):
                skipped.add(id(first))
            case ast.Constant(value=str(text)) if id(node) not in skipped:
                if VIETNAMESE.search(text.replace(NAME, "")):
                    yield text


def _is_unmarked_script(line: str) -> bool:
    code = re.sub(r"//.*|/?\*.*", "", line)
    bare = re.sub(r'\bsay\("(?:[^"\\]|\\.)*"|/\^.*\$/', "", code)
    return VIETNAMESE.search(bare) is not None and not _READS_INPUT.search(bare)


def vietnamese_texts(path: Path) -> Iterator[str]:
    """The texts of a Python file with a Vietnamese letter in them; no docstrings, no regular expressions."""
    tree = ast.parse(path.read_text("utf-8"))
    skipped = {id(node) for node in _docstrings(tree)}
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr) and id(node) not in skipped:
            # What stands in a hole is a text of its own, unless it is a part of the sentence's own letters.
            skipped.update(id(part) for part in node.values)
            text = sentence_of(node)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in skipped:
            text = _BRACES.sub(r"%(\1)s", node.value)
        else:
            continue
        if VIETNAMESE.search(text) and not IN_PATTERNS.search(text) and "<" not in text:
            yield text


def sentence_of(node: ast.JoinedStr) -> str:
    """The sentence of an f-string, with ``%(name)s`` for each expression."""
    text, names = "", {}
    for part in node.values:
        if isinstance(part, ast.Constant):
            text += str(part.value).replace("%", "%%")
        elif isinstance(part, ast.FormattedValue):
            text += f"%({_name_for(part.value, names)})s"
    return text


def _name_for(value: ast.expr, names: dict[str, str]) -> str:
    """The hole's name: the same for the same expression, another one for another."""
    bare, source = _last_word(value), ast.dump(value)
    name, count = bare, 1
    while names.setdefault(name, source) != source:
        count += 1
        name = f"{bare}{count}"
    return name


def _last_word(value: ast.expr) -> str:
    match value:
        case ast.Attribute(attr=name) | ast.Name(id=name):
            return name.strip("_").lower()
        case ast.Call(args=[first, *_]):
            return _last_word(first)
        case ast.Call(func=inner) | ast.Subscript(value=inner) | ast.IfExp(test=inner):
            return _last_word(inner)
        case ast.BinOp(left=inner) | ast.Compare(left=inner) | ast.UnaryOp(operand=inner):
            return _last_word(inner)
        case ast.GeneratorExp(elt=inner) | ast.BoolOp(values=[inner, *_]) | ast.Await(value=inner):
            return _last_word(inner)
    return "value"


def _docstrings(tree: ast.AST) -> Iterator[ast.Constant]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            yield node.value


def _words_of(item: object) -> Iterator[str]:
    if isinstance(item, str | Enum) or not (is_dataclass(item) or isinstance(item, tuple)):
        return
    if isinstance(item, tuple):
        for each in item:
            yield from _words_of(each)
        return
    for field in fields(item):  # type: ignore[arg-type]
        value = getattr(item, field.name)
        if field.name in _DATA_WORDS and isinstance(value, str):
            yield value
        else:
            yield from _words_of(value)
