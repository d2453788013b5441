"""Bundles that are not what they say, each with the step of verification that must find it out.

The stand-alone script and the browser are told the same ones, so that neither is softer than the other.
"""

import base64
import copy
import json
import unicodedata
from collections.abc import Callable
from typing import Any

Forgery = Callable[[dict[str, Any]], Any]
FORGERIES: dict[str, tuple[int, Forgery]] = {}


def forgery(step: int) -> Callable[[Forgery], Forgery]:
    def keep(change: Forgery) -> Forgery:
        FORGERIES[change.__name__] = (step, change)
        return change

    return keep


def forge(bundle: dict[str, Any], name: str) -> str:
    """The forged file's text. What the forgery returns, if anything, replaces the bundle or its text."""
    forged = copy.deepcopy(bundle)
    changed = FORGERIES[name][1](forged)
    if isinstance(changed, str):
        return changed
    return json.dumps(forged if changed is None else changed)


def flipped(text: str) -> str:
    """Other canonical base64 of as many bytes."""
    data = bytearray(base64.b64decode(text))
    data[0] ^= 1
    return base64.b64encode(data).decode()


def entry_of(bundle: dict[str, Any], word: str) -> dict[str, Any]:
    """The first entry that has the word in it."""
    return next(item for item in bundle["entries"] if word in item["entry"])


def drop(bundle: dict[str, Any], item: dict[str, Any]) -> None:
    """Leave an entry out, and the hashes that only it needed."""
    bundle["entries"].remove(item)
    used = sorted({at for entry in bundle["entries"] for proof in proofs_of(entry) for at in proof})
    place = {old: new for new, old in enumerate(used)}
    bundle["hashes"] = [bundle["hashes"][old] for old in used]
    for entry in bundle["entries"]:
        for proof in proofs_of(entry):
            proof[:] = [place[old] for old in proof]


def proofs_of(entry: dict[str, Any]) -> list[list[int]]:
    return [entry["proof"], entry["prev"]["proof"]] if "prev" in entry else [entry["proof"]]


# -- 1 parse -------------------------------------------------------------------------------------------------


@forgery(1)
def not_json(_):
    return "{"


@forgery(1)
def another_version(bundle):
    bundle["type"] = "sogoc/bundle/v2"


@forgery(1)
def an_unknown_member(bundle):
    bundle["extra"] = 1


@forgery(1)
def a_missing_member(bundle):
    del bundle["credential"]


@forgery(1)
def no_entries(bundle):
    bundle["entries"] = []


@forgery(1)
def entries_out_of_order(bundle):
    bundle["entries"].reverse()


@forgery(1)
def an_entry_twice(bundle):
    bundle["entries"].insert(0, bundle["entries"][0])


@forgery(1)
def a_hash_twice(bundle):
    bundle["hashes"].append(bundle["hashes"][0])


@forgery(1)
def a_hash_that_nothing_needs(bundle):
    bundle["hashes"].append(base64.b64encode(bytes(32)).decode())


@forgery(1)
def a_short_hash(bundle):
    bundle["hashes"][0] = base64.b64encode(bytes(31)).decode()


@forgery(1)
def base64_without_padding(bundle):
    bundle["hashes"][0] = bundle["hashes"][0].rstrip("=")


@forgery(1)
def base64_with_idle_bits(bundle):
    text = bundle["hashes"][0]
    bundle["hashes"][0] = text[:-2] + chr(ord(text[-2]) + 1) + "="


@forgery(1)
def a_proof_that_points_nowhere(bundle):
    bundle["entries"][0]["proof"] = [10**6]


@forgery(1)
def a_proof_by_a_negative_position(bundle):
    bundle["entries"][0]["proof"] = [-1]


@forgery(1)
def an_index_that_is_true(bundle):
    bundle["entries"][1]["index"] = True


@forgery(1)
def an_index_beyond_the_checkpoint(bundle):
    bundle["entries"][-1]["index"] = 10**9


@forgery(1)
def the_entry_before_stands_behind(bundle):
    entry_of(bundle, "LotSealed")["prev"]["index"] = 10**6


@forgery(1)
def no_proof_of_the_entry_before(bundle):
    del entry_of(bundle, "LotSealed")["prev"]


@forgery(1)
def an_entry_with_other_line_ends(bundle):
    entry = entry_of(bundle, "LotSealed")
    entry["entry"] = entry["entry"].replace("\n", "\r\n")


@forgery(1)
def an_entry_with_a_space_in_its_json(bundle):
    entry = entry_of(bundle, "LotSealed")
    entry["entry"] = entry["entry"].replace('{"', '{ "', 1)


@forgery(1)
def an_entry_with_a_repeated_key(bundle):
    entry = entry_of(bundle, "LotSealed")
    entry["entry"] = entry["entry"].replace('"type":"LotSealed"', '"type":"LotSealed","type":"LotSealed"')


@forgery(1)
def an_entry_with_a_long_number(bundle):
    entry = entry_of(bundle, "LotSealed")
    entry["entry"] = entry["entry"].replace('"packs":100', '"packs":100.0')


@forgery(1)
def an_entry_with_half_a_character(bundle):
    entry = entry_of(bundle, "LotSealed")
    entry["entry"] = entry["entry"].replace("LotSealed", "LotSealed\ud800")


@forgery(1)
def an_entry_with_text_taken_apart(bundle):
    entry = entry_of(bundle, "Nho hạ đen")
    entry["entry"] = entry["entry"].replace("hạ", unicodedata.normalize("NFD", "hạ"))


@forgery(1)
def an_entry_without_signatures(bundle):
    entry = entry_of(bundle, "LotSealed")
    entry["entry"] = entry["entry"].partition("\n\n— ")[0] + "\n"


@forgery(1)
def an_entry_signed_twice_by_one_key(bundle):
    entry = entry_of(bundle, "LotSealed")
    entry["entry"] += "— " + entry["entry"].rpartition("— ")[2]


@forgery(1)
def a_time_that_is_none(bundle):
    entry = entry_of(bundle, "LotSealed")
    entry["entry"] = entry["entry"].replace("Z\n\n", "Z\n\n", 1).replace("-01-12T", "-02-30T", 1)


@forgery(1)
def the_checkpoint_of_another_log(bundle):
    bundle["checkpoint"] = bundle["checkpoint"].replace("so.example.vn/goc\n", "evil.example/goc\n", 1)


@forgery(1)
def a_key_that_is_none(bundle):
    bundle["log"]["vkey"] = bundle["log"]["vkey"][:-1]


@forgery(1)
def a_checkpoint_of_no_entries(bundle):
    lines = bundle["checkpoint"].split("\n")
    bundle["checkpoint"] = "\n".join([lines[0], "0", *lines[2:]])


# -- 2 signatures --------------------------------------------------------------------------------------------


@forgery(2)
def an_entry_with_another_word(bundle):
    entry = entry_of(bundle, "Nho hạ đen")
    entry["entry"] = entry["entry"].replace("Nho hạ đen", "Nho hạ tím")


@forgery(2)
def an_entry_with_another_date(bundle):
    entry = entry_of(bundle, '"packedOn":"2027-01-12"')
    entry["entry"] = entry["entry"].replace('"packedOn":"2027-01-12"', '"packedOn":"2027-01-13"')


@forgery(2)
def the_key_left_out(bundle):
    drop(bundle, entry_of(bundle, '"type":"KeyAdded"'))


@forgery(2)
def a_signature_of_other_bytes(bundle):
    entry = entry_of(bundle, "LotSealed")
    head, mark, line = entry["entry"].rpartition("— ")
    name, _, signature = line.rstrip("\n").partition(" ")
    data = bytearray(base64.b64decode(signature))
    data[-1] ^= 1
    entry["entry"] = f"{head}{mark}{name} {base64.b64encode(data).decode()}\n"


# -- 3 chain link, 5 inclusion, 6 checkpoint -----------------------------------------------------------------


@forgery(3)
def another_entry_before(bundle):
    entry = entry_of(bundle, "LotSealed")
    entry["prev"]["index"] -= 1


@forgery(3)
def another_hash_in_the_proofs(bundle):
    bundle["hashes"][0] = flipped(bundle["hashes"][0])


@forgery(3)
def another_root(bundle):
    lines = bundle["checkpoint"].split("\n")
    bundle["checkpoint"] = "\n".join([*lines[:2], flipped(lines[2]), *lines[3:]])


@forgery(3)
def an_entry_said_to_be_the_next(bundle):
    entry = entry_of(bundle, "LotSealed")
    header, _, rest = entry["entry"].partition("\n\n")
    kind, line = header.split("\n")
    chain, seq, *others = line.split(" ")
    entry["entry"] = f"{kind}\n{' '.join([chain, str(int(seq) - 1), *others])}\n\n{rest}"


@forgery(5)
def an_entry_recorded_at_another_time(bundle):
    entry = bundle["entries"][-1]
    header, _, rest = entry["entry"].partition("\n\n")
    entry["entry"] = f"{header[:-2]}{(int(header[-2]) + 1) % 10}Z\n\n{rest}"


@forgery(5)
def a_proof_cut_short(bundle):
    bundle["entries"][-1]["proof"].pop()


@forgery(5)
def a_proof_made_longer(bundle):
    bundle["entries"][-1]["proof"].append(0)


@forgery(5)
def the_proof_of_another_entry(bundle):
    bundle["entries"][-1]["proof"] = list(bundle["entries"][0]["proof"])
    used = {at for entry in bundle["entries"] for proof in proofs_of(entry) for at in proof}
    for at in sorted(set(range(len(bundle["hashes"]))) - used):
        bundle["entries"][-1]["proof"].append(at)


@forgery(6)
def the_signature_of_another_checkpoint(bundle):
    head, mark, line = bundle["checkpoint"].rpartition("— ")
    name, _, signature = line.rstrip("\n").partition(" ")
    data = bytearray(base64.b64decode(signature))
    data[-1] ^= 1
    bundle["checkpoint"] = f"{head}{mark}{name} {base64.b64encode(data).decode()}\n"


@forgery(6)
def a_checkpoint_that_somebody_else_signed(bundle):
    head, mark, line = bundle["checkpoint"].rpartition("— ")
    bundle["checkpoint"] = f"{head}{mark}else.example/log {line.partition(' ')[2]}"


# -- 9 history, 10 credential --------------------------------------------------------------------------------


@forgery(9)
def a_step_left_out(bundle):
    item = entry_of(bundle, '"sogoc:step":"fertilising"')
    bundle["history"].remove(item["index"])
    drop(bundle, item)


@forgery(9)
def a_step_left_out_of_the_list_only(bundle):
    bundle["history"].pop()


@forgery(9)
def the_seal_left_out(bundle):
    drop(bundle, entry_of(bundle, "LotSealed"))


@forgery(10)
def a_credential_with_another_weight(bundle):
    bundle["credential"]["credentialSubject"]["weightKg"] = "51"


@forgery(10)
def a_credential_with_another_signature(bundle):
    value = bundle["credential"]["proof"]["proofValue"]
    bundle["credential"]["proof"]["proofValue"] = value[:-1] + ("2" if value[-1] != "2" else "3")


@forgery(10)
def no_credential(bundle):
    bundle["credential"] = None
