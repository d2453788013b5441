"""How far a long command has come: a bar for who watches, now and then a line for who reads later."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import click

from web.cli.running import is_terminal

LINE_EVERY_S = 10.0
Advance = Callable[[int], None]


@contextmanager
def progress(title: str, total: int) -> Iterator[Advance]:
    """A function to be told how many of ``total`` things are done so far; shown on standard error.

    On a terminal a bar with the rate and the time left; elsewhere a plain line every 10 seconds, so that a
    short run says nothing.
    """
    if not is_terminal():
        yield Lines(title, total)
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[rate]}"),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(title, total=total, rate="")

        def advance(done: int) -> None:
            speed = bar.tasks[task].speed
            bar.update(task, completed=done, rate=f"{speed:,.0f}/giây" if speed else "")

        yield advance


class Lines:
    """The plain lines. ``clock`` gives seconds."""

    def __init__(
        self,
        title: str,
        total: int,
        *,
        clock: Callable[[], float] = time.monotonic,
        echo: Callable[[str], None] | None = None,
    ) -> None:
        self._title = title
        self._total = total
        self._clock = clock
        self._echo = echo or _echo
        self._began = self._said = clock()

    def __call__(self, done: int) -> None:
        """Say how far it is, if the last line is long enough ago."""
        now = self._clock()
        if now - self._said < LINE_EVERY_S or not done:
            return
        self._said = now
        rate = done / (now - self._began)
        left_s = max(0, self._total - done) / rate
        self._echo(f"{self._title}: {done:,}/{self._total:,}, {rate:,.0f}/giây, còn {left_s:,.0f} giây")


def _echo(line: str) -> None:
    click.echo(line, err=True)
