"""Sector templates: which steps a crop, herd or workshop records, with their fields and guards.

Read once from ``data/templates.json`` (docs/spec/templates.md); frozen values from then on.
"""

import dataclasses
import json
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from types import MappingProxyType
from typing import Any

from ledger.trace.errors import UnknownTemplateError
from ledger.trace.sectors.reference import PROVINCES


@dataclass(frozen=True, slots=True)
class Option:
    """One choice of a field: the code that is stored, and what people read."""

    code: str
    vi: str
    en: str


@dataclass(frozen=True, slots=True)
class Field:
    """One thing asked in a step.

    ``type``: number, text, ref, choice, date, file, photo, audio, geo or table; ``ref`` says to what.
    ``required_if``: another field's key and the values of it that make this one required.
    ``visibility``: public, partner or private; what is not public is sealed (docs/spec/sealed-fields.md).
    """

    key: str
    label_vi: str
    label_en: str
    type: str
    required: bool
    visibility: str
    unit: str | None = None
    ref: str | None = None
    options: tuple[Option, ...] = ()
    multiple: bool = False
    help_vi: str | None = None
    required_if: tuple[str, tuple[str, ...]] | None = None

    @property
    def is_sealed(self) -> bool:
        """Whether its value never enters the log: not public, or about a person."""
        return self.visibility != "public" or self.ref in {"member", "user"}


@dataclass(frozen=True, slots=True)
class Step:
    """One kind of work. ``level``: unit (season), batch (lot), creates_batch, transform or order.

    ``event_type``, ``biz_step``, ``action`` and ``disposition`` are what EPCIS calls it; ``photo`` is
    required, recommended or no; ``critical`` marks the tracking events the law asks for.
    """

    code: str
    name_vi: str
    name_en: str
    phase: str
    level: str
    repeatable: bool
    photo: str
    public: bool
    critical: bool
    event_type: str
    biz_step: str
    action: str | None
    disposition: str | None
    fields: tuple[Field, ...]
    guards: tuple[str, ...]
    _by_key: Mapping[str, Field] = dataclasses.field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_by_key", {field.key: field for field in self.fields})

    def field(self, key: str) -> Field | None:
        """The field with this key, or ``None``."""
        return self._by_key.get(key)


@dataclass(frozen=True, slots=True)
class LabelDefaults:
    """What a new product's label starts from."""

    name_vi: str
    storage_vi: str | None
    shelf_life_days: int | None
    net_options_g: tuple[int, ...]
    net_options_count: tuple[int, ...]
    warning_vi: str | None


@dataclass(frozen=True, slots=True)
class Template:
    """The process of one sector. ``quick_grower`` and ``quick_packer`` fill the first screen of each."""

    id: str
    sector: str
    name_vi: str
    name_en: str
    unit_vi: str
    unit_en: str
    lot_name_vi: str
    cycle_days: tuple[int, int]
    standards: tuple[str, ...]
    minimal_steps: tuple[str, ...]
    label_defaults: LabelDefaults
    steps: tuple[Step, ...]
    quick_grower: tuple[str, ...]
    quick_packer: tuple[str, ...]
    notes: tuple[str, ...]

    def step(self, code: str) -> Step:
        """The step with this code: the sector's own, else one of ``COMMON_STEPS``.

        Raises ``UnknownTemplateError``.
        """
        for step in self.steps:
            if step.code == code:
                return step
        if code in COMMON_STEPS:
            return COMMON_STEPS[code]
        raise UnknownTemplateError(self.id, code)


@dataclass(frozen=True, slots=True)
class GuardSpec:
    """A guard as the templates name it: ``severity`` is block, warn or action.

    ``override`` is ``manager_with_reason_public`` where a manager may pass it, with a reason all can read.
    """

    code: str
    vi: str
    en: str
    params: Mapping[str, Any]
    severity: str
    override: str


@dataclass(frozen=True, slots=True)
class EvidenceLevel:
    """How well an event is backed, from the cooperative's own word to a third party's."""

    code: str
    vi: str
    en: str


def _field(raw: Mapping[str, Any]) -> Field:
    known = {**raw}
    options = tuple(Option(**option) for option in known.pop("options", ()))
    if known.pop("options_ref", None) == "provinces_34":
        options = tuple(Option(province.code, province.name, province.name) for province in PROVINCES)
    condition = known.pop("required_if", None)
    required_if = (
        next(((key, tuple(values)) for key, values in condition.items()), None) if condition else None
    )
    return Field(**known, options=options, required_if=required_if)


def _step(raw: Mapping[str, Any]) -> Step:
    epcis = raw["epcis"]
    plain = {key: value for key, value in raw.items() if key not in {"epcis", "fields", "guards"}}
    return Step(
        **plain,
        event_type=epcis["type"],
        biz_step=epcis["biz_step"],
        action=epcis.get("action"),
        disposition=epcis.get("disposition"),
        fields=tuple(_field(field) for field in raw["fields"]),
        guards=tuple(raw["guards"]),
    )


def _label(raw: Mapping[str, Any]) -> LabelDefaults:
    return LabelDefaults(
        name_vi=raw["name_vi"],
        storage_vi=raw.get("storage_vi"),
        shelf_life_days=raw.get("shelf_life_days"),
        net_options_g=tuple(raw.get("net_options_g", ())),
        net_options_count=tuple(raw.get("net_options_count", ())),
        warning_vi=raw.get("warning_vi"),
    )


def _template(raw: Mapping[str, Any]) -> Template:
    plain: dict[str, Any] = {
        key: tuple(value) if isinstance(value, list) else value for key, value in raw.items()
    }
    plain["label_defaults"] = _label(raw["label_defaults"])
    plain["steps"] = tuple(_step(step) for step in raw["steps"])
    return Template(**plain)


def _guard(code: str, raw: Mapping[str, Any]) -> GuardSpec:
    return GuardSpec(
        code=code,
        vi=raw["vi"],
        en=raw["en"],
        params=MappingProxyType(raw.get("params", {})),
        severity=raw["severity"],
        override=raw.get("override", "none"),
    )


def _read(name: str) -> Any:
    return json.loads(files("ledger.trace").joinpath(f"data/{name}").read_text(encoding="utf-8"))


_RAW = _read("templates.json")

TEMPLATES: Mapping[str, Template] = MappingProxyType({raw["id"]: _template(raw) for raw in _RAW["templates"]})
GUARDS: Mapping[str, GuardSpec] = MappingProxyType(
    {code: _guard(code, raw) for code, raw in _RAW["guards"].items()}
)
COMMON_FIELDS: Mapping[str, Field] = MappingProxyType(
    {field.key: field for field in map(_field, _RAW["common_fields"])}
)
COMMON_STEPS: Mapping[str, Step] = MappingProxyType(
    {raw["code"]: _step(raw) for raw in _read("common_steps.json")["steps"]}
)
"""What is done to goods in every sector: kept, counted, tested, split, opened, put in cartons. By code."""
EVIDENCE_LEVELS: Mapping[str, EvidenceLevel] = MappingProxyType(
    {raw["code"]: EvidenceLevel(**raw) for raw in _RAW["evidence_levels"]}
)


def template(template_id: str) -> Template:
    """The sector template with this id. Raises ``UnknownTemplateError``."""
    try:
        return TEMPLATES[template_id]
    except KeyError:
        raise UnknownTemplateError(template_id) from None
