"""The example of docs/spec/log-keys.md is followed again, from what the page gives."""

from ledger.log.log_key_history import follow_log_keys, format_history, parse_history
from signing.keys import VerifierKey


def test_log_keys(spec_examples):
    page = spec_examples("log-keys")
    data = page["history"].encode()
    known, learnt = (VerifierKey.parse(page[name].strip()) for name in ("known", "learnt"))
    assert format_history(parse_history(data)) == data
    found = follow_log_keys(data, [known])
    assert found.checkpoint.size == 6
    assert [(held.key, held.valid_from, held.valid_until) for held in found.held] == [
        (known, 2, 6),
        (learnt, 3, None),
    ]
    signers = [found.at(size) for size in (0, 3, 4, 5, 6)]
    assert signers == [(known,), (known,), (known, learnt), (known, learnt), (learnt,)]
