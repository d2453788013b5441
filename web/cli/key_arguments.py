"""What the commands about keys are told."""

from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from signing.keys import VerifierKey

REASONS = ("superseded", "lost", "compromised", "retired")


def parse_key(text: str) -> "VerifierKey":
    """The verifier key of a command's argument; another form is a usage error."""
    from signing.errors import MalformedKeyError
    from signing.keys import VerifierKey

    try:
        return VerifierKey.parse(text)
    except MalformedKeyError as error:
        raise click.UsageError(f"not a verifier key: {error}") from error
