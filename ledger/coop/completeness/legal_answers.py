"""Which fact answers which field of which law (``ledger/trace/data/legal_fields.json``). Pure.

It tells what there is and what is missing. Whether the law is met it never says: some of it cannot be read
off a log, and others declare a system of tracing conformant (Decree 37/2026/NĐ-CP, Art. 23.4.b).
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace

from ledger.coop.completeness.legal_facts import (
    Answer,
    AnsweredSet,
    LegalFacts,
    MissingFact,
    Said,
    Source,
    State,
)
from ledger.trace.sectors.reference import LEGAL_SETS

CONSUMER = "nd37_23_7_consumer_min"
PASSPORT = "nd37_32_dpp"
LABEL = "nd37_label_food"

Rule = Callable[[LegalFacts], Answer]


def answer_sets(facts: LegalFacts) -> tuple[AnsweredSet, ...]:
    """Every set, each field answered, in the order of the data."""
    return tuple(
        AnsweredSet(
            legal,
            tuple(RULES[legal.id][field.code](facts) for field in legal.fields),
            is_due=legal.id != LABEL or facts.is_food,
        )
        for legal in LEGAL_SETS.values()
    )


def missing_facts(sets: Iterable[AnsweredSet]) -> tuple[MissingFact, ...]:
    """What is missing, each thing once however many sets ask for it, in the order in which they do."""
    found: dict[object, MissingFact] = {}
    for one in sets:
        for field, answer in one if one.is_due else ():
            rule = RULES[one.legal.id][field.code]
            if answer.state is not State.MISSING or rule is _all_of_consumer:
                continue
            known = found.get(key := _key(rule, answer))
            found[key] = (
                MissingFact(field, answer, 1) if known is None else replace(known, asked=known.asked + 1)
            )
    return tuple(found.values())


def _key(rule: Rule, answer: Answer) -> object:
    """What makes two missing things one: they are said in one place, where they are the same question."""
    match answer.source:
        case Source.PRODUCT:
            return rule
        case Source.DIARY:
            return answer.lacking
    return answer.source


def is_passport(facts: LegalFacts) -> bool:
    """Whether it has a GTIN: without one its page is a page of tracing, no passport of Art. 32 (32.1.a)."""
    return bool(facts.label.gtin)


def _told(said: Said | None, source: Source | None) -> Answer:
    return Answer(State.HAVE, (said,)) if said else Answer(State.MISSING, source=source)


def _if_any(said: Said | None, source: Source | None) -> Answer:
    return Answer(State.HAVE, (said,)) if said else Answer(State.IF_ANY, source=source)


def _name(facts: LegalFacts) -> Answer:
    return _told(facts.label.product_name, Source.PRODUCT)


def _photo(facts: LegalFacts) -> Answer:
    return Answer(State.HAVE) if facts.has_photo else Answer(State.MISSING, source=Source.PRODUCT)


def _maker(facts: LegalFacts) -> Answer:
    return _told(facts.label.organisation, Source.ORGANISATION)


def _address(facts: LegalFacts) -> Answer:
    return _told(facts.label.address, Source.ORGANISATION)


def _maker_and_address(facts: LegalFacts) -> Answer:
    label = facts.label
    return _all({"tên đơn vị": label.organisation, "địa chỉ": label.address}, Source.ORGANISATION)


def _operator(facts: LegalFacts) -> Answer:
    label = facts.label
    told = {"tên đơn vị": label.organisation, "địa chỉ": label.address, "mã số thuế": facts.tax_code}
    return _all(told, Source.ORGANISATION)


def _origin(facts: LegalFacts) -> Answer:
    return _told(facts.label.origin, Source.PRODUCT)


def _name_and_gtin(facts: LegalFacts) -> Answer:
    return _all({"tên sản phẩm": facts.label.product_name, "mã GTIN": facts.label.gtin}, Source.GTIN)


def _lot_code(facts: LegalFacts) -> Answer:
    return _told(facts.label.lot_code, None) if facts.is_lot else Answer(State.BY_LOT)


def _trace_code(facts: LegalFacts) -> Answer:
    return _told(facts.lot, None) if facts.is_lot else Answer(State.BY_LOT)


def _expiry_if_any(facts: LegalFacts) -> Answer:
    if facts.is_lot:
        return _if_any(facts.label.expires_on, Source.PRODUCT)
    return Answer(State.BY_LOT) if facts.shelf_life_days else Answer(State.IF_ANY, source=Source.PRODUCT)


def _expiry(facts: LegalFacts) -> Answer:
    if facts.is_lot:
        return _told(facts.label.expires_on, Source.PRODUCT)
    return Answer(State.BY_LOT) if facts.shelf_life_days else Answer(State.MISSING, source=Source.PRODUCT)


def _made_on(facts: LegalFacts) -> Answer:
    return _told(facts.label.made_on, Source.DIARY) if facts.is_lot else Answer(State.BY_LOT)


def _dates_if_any(facts: LegalFacts) -> Answer:
    if not facts.is_lot:
        return Answer(State.BY_LOT)
    days = tuple(day for day in (facts.label.made_on, facts.label.expires_on) if day is not None)
    return Answer(State.HAVE, days) if days else Answer(State.IF_ANY)


def _net(facts: LegalFacts) -> Answer:
    label = facts.label
    if not facts.is_lot:
        return Answer(State.BY_LOT)
    if label.net_count:
        return Answer(State.HAVE, (f"{label.net_count} {label.net_unit}",))
    return _told(label.net_g, Source.DIARY)


def _standards(facts: LegalFacts) -> Answer:
    if facts.standards:
        return Answer(State.HAVE, facts.standards)
    return Answer(State.MISSING, source=Source.CERTIFICATES)


def _standards_if_any(facts: LegalFacts) -> Answer:
    found = _standards(facts)
    return found if found.said else Answer(State.IF_ANY, source=Source.CERTIFICATES)


def _events(facts: LegalFacts) -> Answer:
    """The tracking events with their times: every event has both, so what can lack is the event."""
    if not facts.is_lot:
        return Answer(State.BY_LOT)
    if facts.lacking or not facts.steps:
        return Answer(State.MISSING, facts.steps, facts.lacking, Source.DIARY)
    return Answer(State.HAVE, facts.steps)


def _events_with_codes(facts: LegalFacts) -> Answer:
    """The same, each with product, place and lot (Art. 3.25): product and lot are in every event of ours."""
    found = _events(facts)
    if found.state is not State.HAVE or not facts.unplaced:
        return found
    return Answer(State.MISSING, facts.steps, _places(facts), Source.DIARY)


def _placed_codes(facts: LegalFacts) -> Answer:
    if not facts.is_lot:
        return Answer(State.BY_LOT)
    if facts.unplaced:
        return Answer(State.MISSING, (facts.lot,), _places(facts), Source.DIARY)
    return Answer(State.HAVE, (facts.lot,))


def _ingredients(facts: LegalFacts) -> Answer:
    if facts.label.ingredients:
        return Answer(State.HAVE, (facts.label.ingredients,))
    # Asked of processed food alone (Annex I.2.d).
    return Answer(State.MISSING if facts.label.is_processed else State.IF_ANY, source=Source.PRODUCT)


def _warning(facts: LegalFacts) -> Answer:
    return _told(facts.label.warning, Source.PRODUCT)


def _warning_if_any(facts: LegalFacts) -> Answer:
    return _if_any(facts.label.warning, Source.PRODUCT)


def _storage(facts: LegalFacts) -> Answer:
    return _told(facts.label.storage, Source.PRODUCT)


def _when_asked(_: LegalFacts) -> Answer:
    """What an authority may ask for beside; nobody can say beforehand what."""
    return Answer(State.IF_ANY)


def _all_of_consumer(facts: LegalFacts) -> Answer:
    legal = LEGAL_SETS[CONSUMER]
    found = {field.vi: RULES[CONSUMER][field.code](facts) for field in legal.fields}
    lacking = tuple(name for name, answer in found.items() if answer.state is State.MISSING)
    if lacking:
        source = next(answer.source for answer in found.values() if answer.state is State.MISSING)
        return Answer(State.MISSING, (), lacking, source)
    return Answer(State.HAVE)


def _all(told: Mapping[str, str], source: Source) -> Answer:
    """A field that asks for several things at once, by their names."""
    said, lacking = tuple(filter(None, told.values())), tuple(name for name, text in told.items() if not text)
    return Answer(State.MISSING, said, lacking, source) if lacking else Answer(State.HAVE, said)


def _places(facts: LegalFacts) -> tuple[str, ...]:
    return tuple(f"nơi làm của bước {name}" for name in facts.unplaced)


RULES: Mapping[str, Mapping[str, Rule]] = {
    CONSUMER: {
        "name": _name,
        "image": _photo,
        "producer": _maker,
        "address": _address,
        "origin": _origin,
        "brand_lot_serial": _lot_code,
        "expiry": _expiry_if_any,
    },
    "nd37_23_5_system": {
        "all_of_consumer": _all_of_consumer,
        "cte": _events,
        "standards": _standards,
        "trace_code": _placed_codes,
    },
    "tt02_2024_ten": {
        "1": _name,
        "2": _photo,
        "3": _maker,
        "4": _address,
        "5": _events_with_codes,
        "6": _made_on,
        "7": _trace_code,
        "8": _lot_code,
        "9": _expiry_if_any,
        "10": _standards,
    },
    PASSPORT: {
        "name_gtin": _name_and_gtin,
        "operator": _operator,
        "origin": _origin,
        "trace": _events,
        "certs": _standards_if_any,
        "dates": _dates_if_any,
        "safety": _warning_if_any,
        "other": _when_asked,
    },
    LABEL: {
        "name": _name,
        "resp": _maker_and_address,
        "origin": _origin,
        "qty": _net,
        "mfg": _made_on,
        "exp": _expiry,
        "ingr": _ingredients,
        "warn": _warning,
        "use": _storage,
    },
}
"""By set and field code. A test holds that every field of the data has its rule and no other."""
