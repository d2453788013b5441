"""Policies of trust (C2SP tlog-policy): the example's forms, one level of groups, every wrong line named."""

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.log.errors import PolicyError
from ledger.log.policies import (
    MAX_POLICY_CHARACTERS,
    MAX_WITNESSES,
    TrustPolicy,
    format_policy,
    parse_policy,
    policy_of,
)
from ledger.log.witnesses import WitnessKey, WitnessPolicy
from signing.keys import PrivateKey, VerifierKey

LOG = VerifierKey("so.example.vn/goc", PrivateKey.from_seed(bytes([7]) * 32).public_key)
KEYS = [WitnessKey(f"w{n}.example", PrivateKey.from_seed(bytes([n]) * 32).public_key) for n in range(1, 6)]
THREE = "".join(f"witness W{n} {key.format()}\n" for n, key in enumerate(KEYS[:3], 1))


def test_logs_witnesses_and_a_group_are_read():
    logs = f"# whom we trust\nlog {LOG.format()} https://so.example.vn/log\n\n"
    policy = parse_policy(f"{logs}{THREE}group G 2 W1 W2 W3\nquorum G\n")
    assert policy.logs == (LOG,)
    assert policy.keys == tuple(KEYS[:3])
    assert policy.witness_policy == WitnessPolicy(tuple(KEYS[:3]), 2)


@pytest.mark.parametrize(
    ("lines", "wanted", "members"),
    [
        ("quorum none\n", 0, 0),
        ("quorum W2\n", 1, 1),
        ("group G all W1 W3\nquorum G\n", 2, 2),
        ("group G any W1 W2\nquorum G\n", 1, 2),
        ("group G 1 W3\nquorum G\n", 1, 1),
        ("", 2, 3),
    ],
)
def test_how_many_must_cosign(lines, wanted, members):
    policy = parse_policy(THREE + lines)
    assert (policy.wanted, len(policy.witness_policy.keys)) == (wanted, members)


def test_an_empty_policy_wants_nothing():
    assert parse_policy("") == TrustPolicy()
    assert parse_policy("\t  \n# nothing\n") == TrustPolicy()


def test_blanks_are_spaces_and_tabs_only():
    policy = parse_policy(f" \twitness\tLiên_minh  {KEYS[0].format()}\thttps://w1.example \n")
    assert (policy.witnesses[0].title, policy.witnesses[0].url) == ("Liên minh", "https://w1.example")
    assert policy.title_of("w1.example") == "Liên minh"
    assert policy.title_of("else.example") == "else.example"


@pytest.mark.parametrize(
    ("line", "number"),
    [
        ("watch W9", 4),
        ("log nonsense", 4),
        ("log", 4),
        (f"log {LOG.format()} a b", 4),
        (f"log {LOG.format()}\nlog {LOG.format()}", 5),
        ("witness W9", 4),
        (f"witness W9 {LOG.format()}", 4),
        (f"witness W1 {KEYS[3].format()}", 4),
        (f"witness none {KEYS[3].format()}", 4),
        (f"witness W9 {KEYS[0].format()}", 4),
        (f"witness W9 {KEYS[3].format()} u v", 4),
        ("group G 2", 4),
        ("group G 2 W1", 4),
        ("group G 0 W1", 4),
        ("group G 01 W1", 4),
        ("group G ² W1 W2", 4),
        ("group G 1 W1 W1", 4),
        ("group G 1 W9", 4),
        ("group W1 1 W2", 4),
        ("group G 1 W1\ngroup H 1 G", 5),
        ("quorum W9", 4),
        ("quorum", 4),
        ("quorum W1\nquorum W1", 5),
        ("quorum W1\r", 4),
        ("quorum W1\x00", 4),
    ],
)
def test_a_wrong_line_is_named(line, number):
    with pytest.raises(PolicyError) as refused:
        parse_policy(f"{THREE}{line}\n")
    assert refused.value.line == number
    assert f"dòng {number}" in refused.value.sentence


def test_limits():
    with pytest.raises(PolicyError):
        parse_policy("#" * (MAX_POLICY_CHARACTERS + 1))
    many = [WitnessKey(f"n{n}.example", PrivateKey.from_seed(bytes([n]) * 32).public_key) for n in range(33)]
    lines = [f"witness N{n} {key.format()}\n" for n, key in enumerate(many)]
    assert len(parse_policy("".join(lines[:MAX_WITNESSES])).witnesses) == MAX_WITNESSES
    with pytest.raises(PolicyError):
        parse_policy("".join(lines))


@given(st.sets(st.integers(0, 4)), st.data())
def test_a_policy_is_read_back(numbers, data):
    keys = {f"W{n}": KEYS[n] for n in sorted(numbers)}
    policy = policy_of(keys, data.draw(st.integers(0, len(keys))))
    assert parse_policy(format_policy(policy)) == policy
    assert policy_of(keys).wanted == len(keys)


@pytest.mark.parametrize("wanted", [-1, 3])
def test_more_than_there_are_cannot_cosign(wanted):
    with pytest.raises(PolicyError):
        policy_of({"A": KEYS[0], "B": KEYS[1]}, wanted)


@given(st.text(max_size=200))
def test_any_text_is_a_policy_or_named(text):
    with contextlib.suppress(PolicyError):
        parse_policy(text)
