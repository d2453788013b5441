"""How a command ends: what it prints, for people or for programs, and with which exit code."""

import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import click

from web.config import Config, ConfigError, load_config


class Failed(Exception):  # noqa: N818  # an ending, not a defect: the command says so and exits with 1
    """The command could not do its work. ``lines`` say why, in Vietnamese; ``data`` says it to programs."""

    def __init__(self, *lines: str, data: Mapping[str, Any] | None = None, as_json: bool = False) -> None:
        super().__init__("\n".join(lines))
        self.lines = lines
        self.data = data
        self.as_json = as_json


def report_failure(failure: Failed) -> int:
    """Print the failure where it belongs and return the exit code."""
    if failure.as_json and failure.data is not None:
        print_json(failure.data)
    else:
        for line in failure.lines:
            click.echo(line, err=True)
    return 1


def print_json(data: Mapping[str, Any] | Sequence[Any]) -> None:
    """One JSON document on standard output, readable and in UTF-8."""
    click.echo(json.dumps(data, ensure_ascii=False, indent=2, default=str))


def settings() -> Config:
    """The settings of this run; a bad one is a usage error (exit code 2) that names all of them."""
    try:
        return load_config()
    except ConfigError as error:
        raise click.UsageError(str(error)) from error


@contextmanager
def foreseen(*, as_json: bool = False) -> Iterator[None]:
    """Turn an error that carries a Vietnamese sentence into a plain ending; anything else is a defect."""
    try:
        yield
    except Failed:
        raise
    except Exception as error:
        sentence = getattr(error, "sentence", None)
        if not isinstance(sentence, str):
            raise
        data = {"ok": False, "error": type(error).__name__, "sentence": sentence, "detail": str(error)}
        raise Failed(sentence, data=data, as_json=as_json) from error


@contextmanager
def foreseen_on_paper() -> Iterator[None]:
    """The same where labels are made: their errors are sentences themselves. Imports the PDF engine."""
    from labels import LabelError

    with foreseen():
        try:
            yield
        except LabelError as error:
            raise Failed(str(error)) from error


def is_terminal() -> bool:
    """Whether a person watches: only then are progress bars and colours worth it."""
    return sys.stderr.isatty()
