"""Who may do what is one table, and it is what the code does."""

import pytest

from ledger.coop.actors import Actor, Role
from ledger.coop.errors import NotAllowedError
from ledger.coop.use_cases import USE_CASES, Command
from tests.support.roles_page import PAGE, load_use_cases, with_table

CASES = sorted(load_use_cases().items())


def test_the_page_about_roles_has_every_use_case():
    """If not: ``python -m tests.support.roles_page`` writes the table anew."""
    text = PAGE.read_text(encoding="utf-8")
    assert text == with_table(text)


@pytest.mark.parametrize(("verb", "allowed"), CASES, ids=[verb for verb, _ in CASES])
def test_a_use_case_asks_for_its_roles_before_anything_else(verb, allowed):
    """There is no unit of work behind it: who is refused is refused before it is looked at."""
    for role in Role:
        actor = Actor("nobody", "AAAAAAAAAA", None, frozenset({role}))
        with pytest.raises(Exception) as caught:  # noqa: PT011  # whatever a missing unit leads to
            USE_CASES[verb](None, actor, Command())
        is_refused = isinstance(caught.value, NotAllowedError) and caught.value.needed == {
            one.value for one in allowed
        }
        assert is_refused is (role not in allowed), f"{verb} by {role}: {caught.value!r}"


def test_several_roles_together_may_what_each_of_them_may():
    for verb, allowed in CASES:
        for role in allowed:
            both = Actor("nobody", "AAAAAAAAAA", None, frozenset({role, Role.ALLIANCE}))
            with pytest.raises(Exception) as caught:  # noqa: PT011
                USE_CASES[verb](None, both, Command())
            assert not isinstance(caught.value, NotAllowedError), verb
