"""Processes that work through many tasks beside the one that asks, and hand back the answers in order.

Spawned, not forked: a fork would copy other threads' locks and the database's open connections. What stays
in memory is bounded by how many tasks are under way, however many there are. A process that dies, or a task
that raises, ends the whole work with ``WorkerError``: half an answer must never look like a whole one.
"""

import gc
import itertools
import signal
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from multiprocessing import get_context
from multiprocessing.connection import Connection, wait
from types import TracebackType
from typing import Any, Self, TypeVar

from ledger.log.errors import WorkerError

T = TypeVar("T")
R = TypeVar("R")

TASKS_EACH = 2
"""Tasks that one process has at hand: while it sends an answer, the next task is there already."""
AHEAD = 6
"""Tasks, for each process, under way or answered, that may wait for the one before them."""
GARBAGE_OBJECTS = 100_000
"""Objects made in a worker before it looks for cycles among them."""
PATIENCE_S = 5.0
"""How long a process whose pipe is closed may take to be gone."""


class Workers:
    """``count`` processes. Use it as a context; one ``map`` at a time. They end with the context or with us.

    Raises ``ValueError`` for fewer than one.
    """

    def __init__(self, count: int) -> None:
        if count < 1:
            raise ValueError(f"at least one process, not {count}")
        self.count = count
        self._at_work: dict[Connection, int] = {}
        context = get_context("spawn")
        self._processes: dict[Connection, Any] = {}
        for _ in range(count):
            ours, theirs = context.Pipe()
            process = context.Process(target=serve, args=(theirs,), daemon=True)
            process.start()
            # Only the process itself may hold its end, or its death would not close the pipe.
            theirs.close()
            self._processes[ours] = process
            self._at_work[ours] = 0

    @property
    def pids(self) -> list[int]:
        """The processes' ids."""
        return [process.pid for process in self._processes.values()]

    def map(self, work: Callable[[T], R], tasks: Iterable[T]) -> Iterator[R]:
        """``work(task)`` of each task, in the order of the tasks, which are taken as there is room for them.

        ``work`` is a function of a module, tasks and answers can be pickled. Raises ``WorkerError``.
        """
        self._finish_what_was_given_up()
        waiting = enumerate(tasks)
        answers: dict[int, R] = {}
        given = 0
        for number in itertools.count():
            given += self._hand_out(work, waiting, room=number + self.count * AHEAD - given)
            if number == given:
                return
            while number not in answers:
                at, fault, answer = self._next_answer()
                if fault is not None:
                    raise WorkerError(f"a worker's task failed: {fault}")
                answers[at] = answer
                given += self._hand_out(work, waiting, room=number + self.count * AHEAD - given)
            yield answers.pop(number)

    def close(self) -> None:
        """End every process, whatever it is at: nothing that it has is wanted any more."""
        for connection, process in self._processes.items():
            connection.close()
            process.kill()
        for process in self._processes.values():
            process.join()
            process.close()
        self._processes.clear()
        self._at_work.clear()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _finish_what_was_given_up(self) -> None:
        """Answers to tasks of a map that nobody went through to its end belong to nobody."""
        while any(self._at_work.values()):
            self._next_answer()

    def _hand_out(self, work: Callable[[T], R], waiting: Iterator[tuple[int, T]], room: int) -> int:
        """Give at most ``room`` tasks to whoever has a hand free; how many were given."""
        for given in range(room):
            connection = min(self._at_work, key=self._at_work.__getitem__)
            if self._at_work[connection] >= TASKS_EACH:
                return given
            try:
                number, task = next(waiting)
            except StopIteration:
                return given
            try:
                connection.send((number, work, task))
            except OSError as error:
                raise self._died(connection) from error
            self._at_work[connection] += 1
        return max(0, room)

    def _next_answer(self) -> tuple[int, str | None, Any]:
        """Which task, what went wrong with it, and its answer."""
        connection = wait(list(self._processes))[0]
        if not isinstance(connection, Connection):
            raise TypeError(connection)
        try:
            number, fault, answer = connection.recv()
        except (EOFError, OSError) as error:
            raise self._died(connection) from error
        self._at_work[connection] -= 1
        return number, fault, answer

    def _died(self, connection: Connection) -> WorkerError:
        process = self._processes[connection]
        process.join(PATIENCE_S)
        return WorkerError(f"worker {process.pid} died with exit code {process.exitcode}")


def serve(connection: Connection) -> None:
    """What a worker does: one task after the other, until its master closes the pipe or is no more."""
    # Ctrl-C reaches the whole group of processes; only the master decides.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    # Answers come and go by thousands of objects and hold no cycles: looking for some would only cost.
    gc.set_threshold(GARBAGE_OBJECTS, 20, 20)
    with suppress(EOFError, OSError):
        while True:
            number, work, task = connection.recv()
            fault, answer = None, None
            try:
                answer = work(task)
            except Exception as error:  # noqa: BLE001 - whatever it is, the master must know
                fault = f"{type(error).__name__}: {error}"
            connection.send((number, fault, answer))
