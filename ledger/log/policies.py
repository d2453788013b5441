"""Which logs and witnesses somebody trusts, and how many must cosign, as text (C2SP tlog-policy). Pure.

::

    log <vkey> [<url>]
    witness <name> <vkey> [<url>]
    group <name> <all | any | k> <witness>...
    quorum <name | none>

The quorum is a witness or one group of witnesses; groups of groups are refused rather than half understood.
Where the quorum line is left out, more than half of the witnesses must cosign.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from ledger.log.errors import PolicyError
from ledger.log.witnesses import WitnessKey, WitnessPolicy
from signing.errors import MalformedKeyError
from signing.keys import VerifierKey

MAX_POLICY_CHARACTERS = 100_000
MAX_WITNESSES = 32
NONE = "none"
_GROUP = "quorum-group"

_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")


@dataclass(frozen=True, slots=True)
class NamedWitness:
    """A witness under the name that this policy gives it; ``url`` is where it is asked, if that is known."""

    name: str
    key: WitnessKey
    url: str | None = None

    @property
    def title(self) -> str:
        """The name as people read it: ``Liên_minh_HTX`` is one word in the file only."""
        return self.name.replace("_", " ")


@dataclass(frozen=True, slots=True)
class TrustPolicy:
    """Logs, witnesses, and how many of the witnesses in ``quorum`` (their names) must have cosigned."""

    logs: tuple[VerifierKey, ...] = ()
    witnesses: tuple[NamedWitness, ...] = ()
    wanted: int = 0
    quorum: tuple[str, ...] = ()

    @property
    def witness_policy(self) -> WitnessPolicy:
        """What a checkpoint is held against: the witnesses of the quorum."""
        return WitnessPolicy(tuple(w.key for w in self.witnesses if w.name in self.quorum), self.wanted)

    @property
    def keys(self) -> tuple[WitnessKey, ...]:
        """The keys of all witnesses, also of those that no quorum counts."""
        return tuple(witness.key for witness in self.witnesses)

    def title_of(self, name: str) -> str:
        """The name for people of the witness whose key is called ``name``; the key's name where none fits."""
        return next((w.title for w in self.witnesses if w.key.name == name), name)


@dataclass(slots=True)
class _Draft:
    logs: list[VerifierKey] = field(default_factory=list)
    witnesses: dict[str, NamedWitness] = field(default_factory=dict)
    groups: dict[str, tuple[int, tuple[str, ...]]] = field(default_factory=dict)
    quorum: str | None = None


def parse_policy(text: str) -> TrustPolicy:
    """The policy in ``text``. Raises ``PolicyError``, which names the line and what is wrong with it."""
    if len(text) > MAX_POLICY_CHARACTERS:
        raise PolicyError(0, f"a policy has at most {MAX_POLICY_CHARACTERS} characters")
    draft = _Draft()
    for number, line in enumerate(text.split("\n"), 1):
        if _CONTROL.search(line):
            raise PolicyError(number, "a control character")
        words = [word for word in re.split(r"[ \t]+", line) if word]
        if words and not words[0].startswith("#"):
            try:
                _READ.get(words[0], _refuse)(draft, words[1:])
            except (MalformedKeyError, ValueError) as error:
                raise PolicyError(number, str(error)) from error
    return _finish(draft)


def format_policy(policy: TrustPolicy) -> str:
    """The policy as text; ``parse_policy`` gives it back."""
    lines = [f"log {key.format()}" for key in policy.logs]
    lines += [
        " ".join(filter(None, ("witness", witness.name, witness.key.format(), witness.url)))
        for witness in policy.witnesses
    ]
    if policy.wanted:
        lines.append(f"group {_GROUP} {policy.wanted} {' '.join(policy.quorum)}")
    lines.append(f"quorum {_GROUP if policy.wanted else NONE}")
    return "".join(f"{line}\n" for line in lines)


def policy_of(keys: Mapping[str, WitnessKey], wanted: int | None = None) -> TrustPolicy:
    """The policy that ``wanted`` of ``keys`` (by name; default all) must cosign. Raises ``PolicyError``."""
    wanted = len(keys) if wanted is None else wanted
    if not 0 <= wanted <= len(keys):
        raise PolicyError(0, f"{wanted} of {len(keys)} witnesses cannot cosign")
    witnesses = tuple(NamedWitness(name, key) for name, key in keys.items())
    return TrustPolicy((), witnesses, wanted, tuple(keys) if wanted else ())


def _finish(draft: _Draft) -> TrustPolicy:
    names = tuple(draft.witnesses)
    match draft.quorum:
        case None:
            wanted, quorum = (len(names) // 2 + 1, names) if names else (0, ())
        case "none":
            wanted, quorum = 0, ()
        case name if name in draft.groups:
            wanted, quorum = draft.groups[name]
        case name:
            wanted, quorum = 1, (name,)
    return TrustPolicy(tuple(draft.logs), tuple(draft.witnesses.values()), wanted, quorum)


def _read_log(draft: _Draft, words: list[str]) -> None:
    if not 1 <= len(words) <= 2:
        raise ValueError("a log has a verifier key and perhaps an address")
    key = VerifierKey.parse(words[0])
    if any(known.public_key == key.public_key for known in draft.logs):
        raise ValueError("the same log twice")
    draft.logs.append(key)


def _read_witness(draft: _Draft, words: list[str]) -> None:
    if not 2 <= len(words) <= 3:
        raise ValueError("a witness has a name, a verifier key and perhaps an address")
    name, key = words[0], WitnessKey.parse(words[1])
    _check_new(draft, name)
    if any(known.key.public_key == key.public_key for known in draft.witnesses.values()):
        raise ValueError("the same witness twice")
    if len(draft.witnesses) == MAX_WITNESSES:
        raise ValueError(f"more than {MAX_WITNESSES} witnesses")
    draft.witnesses[name] = NamedWitness(name, key, words[2] if len(words) > 2 else None)


def _read_group(draft: _Draft, words: list[str]) -> None:
    if len(words) < 3:
        raise ValueError("a group has a name, a number and its members")
    name, threshold, members = words[0], words[1], tuple(words[2:])
    _check_new(draft, name)
    if not draft.witnesses.keys() >= set(members) or len(set(members)) < len(members):
        raise ValueError("members of a group are witnesses of earlier lines, each once")
    sizes = {"all": len(members), "any": 1}
    if threshold not in sizes and not re.fullmatch("[1-9][0-9]{0,3}", threshold, re.ASCII):
        raise ValueError("a group's number is all, any, or a number from 1 on")
    wanted = sizes.get(threshold) or int(threshold)
    if wanted > len(members):
        raise ValueError(f"{wanted} of {len(members)} members cannot cosign")
    draft.groups[name] = (wanted, members)


def _read_quorum(draft: _Draft, words: list[str]) -> None:
    if len(words) != 1 or draft.quorum is not None:
        raise ValueError("there is one quorum, and it has one name")
    if words[0] != NONE and words[0] not in draft.witnesses and words[0] not in draft.groups:
        raise ValueError("the quorum is a witness or a group of an earlier line, or none")
    draft.quorum = words[0]


def _refuse(_draft: _Draft, _words: list[str]) -> None:
    raise ValueError("a line begins with log, witness, group or quorum")


def _check_new(draft: _Draft, name: str) -> None:
    if name == NONE or name in draft.witnesses or name in draft.groups:
        raise ValueError(f"the name {name!r} is taken")


_READ = {"log": _read_log, "witness": _read_witness, "group": _read_group, "quorum": _read_quorum}
