"""Work spread over processes of one thread each, its results in the order of the jobs.

Each worker is an executor of its own with one process and one job at a time. So when a process dies, it is known
which job killed it: that one gets an answer of its own, a new process takes its place, and the others go on.
"""

import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from typing import Final, TypeVar

JobT = TypeVar("JobT")
ResultT = TypeVar("ResultT")

_THREAD_SETTINGS: Final = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS")


def in_order(
    function: Callable[[JobT], ResultT],
    jobs: Iterable[JobT],
    workers: int,
    died: Callable[[JobT], ResultT],
) -> Iterator[ResultT]:
    """Run a function over jobs in other processes and yield its results in the order of the jobs.

    Args:
        function: importable by name; what it raises is raised here.
        jobs: picklable.
        workers: processes, at least 1.
        died: gives the result of a job whose process died.

    Yields:
        A result as soon as it and all before it are there. When the iterator is closed or left by an exception,
        the processes are ended.
    """
    idle = [_Worker() for _ in range(workers)]
    running: dict[Future[ResultT], tuple[int, JobT, _Worker]] = {}
    ready: dict[int, ResultT] = {}
    numbered, following = enumerate(jobs), 0
    try:
        while True:
            while idle and (job := next(numbered, None)) is not None:
                worker = idle.pop()
                running[worker.submit(function, job[1])] = (*job, worker)
            if not running:
                break
            for future in wait(running, return_when=FIRST_COMPLETED).done:
                number, work, worker = running.pop(future)
                ready[number] = _result(future, work, worker, died)
                idle.append(worker)
            while following in ready:
                yield ready.pop(following)
                following += 1
    finally:
        _end([*idle, *(worker for _, _, worker in running.values())], hurry=bool(running))


def _result(
    future: "Future[ResultT]", job: JobT, worker: "_Worker", died: Callable[[JobT], ResultT]
) -> ResultT:
    try:
        return future.result()
    except BrokenProcessPool:
        worker.replace()
        return died(job)


class _Worker:
    """One process that is started with its first job."""

    def __init__(self) -> None:
        self._executor = self._new()

    @staticmethod
    def _new() -> ProcessPoolExecutor:
        return ProcessPoolExecutor(1, multiprocessing.get_context("spawn"), _prepare)

    def submit(self, function: Callable[[JobT], ResultT], job: JobT) -> "Future[ResultT]":
        with _interrupts_ignored():  # the process is started in here and inherits it
            return self._executor.submit(function, job)

    def replace(self) -> None:
        self._executor.shutdown(wait=True)
        self._executor = self._new()

    def stop(self) -> None:
        self._executor.shutdown(wait=True, cancel_futures=True)


def _end(workers: list[_Worker], *, hurry: bool) -> None:
    """Stop all processes; in a hurry without waiting for their jobs."""
    if hurry:
        for process in multiprocessing.active_children():
            process.terminate()
    for worker in workers:
        worker.stop()


@contextmanager
def _interrupts_ignored() -> Iterator[None]:
    """Let Ctrl+C reach this process alone: it ends the others itself."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def _prepare() -> None:
    """Make a fresh process a worker: one thread, deaf to Ctrl+C, gone when the process that started it is."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    os.environ.update(dict.fromkeys(_THREAD_SETTINGS, "1"))
    threading.Thread(target=_follow_parent, daemon=True).start()


def _follow_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
