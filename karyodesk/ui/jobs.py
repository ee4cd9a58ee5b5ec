"""Background work: jobs that report their steps, can be cancelled, and never keep the window waiting."""

import itertools
import logging
from collections.abc import Callable
from threading import Event
from typing import Any, Protocol

from PySide6.QtCore import QObject, QRunnable, QThreadPool, Signal, SignalInstance

from karyodesk.domain.errors import Cancelled

LOG = logging.getLogger(__name__)


class Report(Protocol):
    """What a job's work is given to tell how far it is."""

    def step(self, text: str, share: float) -> None:
        """Say what is being done and the share done (0 to 1).

        Raises:
            Cancelled: where the person no longer wants it.
        """

    def produce(self, result: object) -> None:
        """Hand over one result before the end."""


Work = Callable[[Report], Any]


class Job(QObject):
    """One piece of background work, as the window sees it; its signals arrive in the window's thread.

    Exactly one of ``succeeded``, ``failed`` and ``cancelled`` is sent, and ``ended`` after it. A cancelled job ends at
    once for the window; its thread follows at its next step, and whatever it still finds is thrown away.
    """

    progressed = Signal(str, float)
    produced = Signal(object)
    succeeded = Signal(object)
    failed = Signal(object)
    cancelled = Signal()
    ended = Signal()

    _numbers = itertools.count(1)

    def __init__(self, title: str, of_case: bool, parent: QObject) -> None:
        super().__init__(parent)
        self.title, self.of_case = title, of_case
        self.number = next(self._numbers)
        self.text = ""
        self.share = 0.0
        self.is_over = False
        self._stop = Event()

    @property
    def stop_wanted(self) -> bool:
        """Whether the job was cancelled; may be read from any thread."""
        return self._stop.is_set()

    def cancel(self) -> None:
        """End the job for the window now."""
        self._stop.set()
        self._end(self.cancelled)

    def take(self, kind: str, value: object) -> None:
        """Take a message of the job's thread; those of a job that is over are dropped."""
        if self.is_over:
            return
        if kind == "step":
            self.text, self.share = value  # type: ignore[misc]
            self.progressed.emit(self.text, self.share)
        elif kind == "result":
            self.produced.emit(value)
        elif kind == "done":
            self._end(self.succeeded, value)
        elif kind == "failed":
            self._end(self.failed, value)
        else:
            self._end(self.cancelled)

    def _end(self, signal: SignalInstance, *values: object) -> None:
        if self.is_over:
            return
        self.is_over = True
        signal.emit(*values)
        self.ended.emit()


class _Post(QObject):
    """Carries messages from the threads to the runner."""

    message = Signal(int, str, object)


class _Task(QRunnable):
    """The part of a job that lives in its thread; it knows the job by its number only."""

    def __init__(self, number: int, work: Work, stop: Event, post: _Post) -> None:
        super().__init__()
        self._number, self._work, self._stop, self._post = number, work, stop, post

    def step(self, text: str, share: float) -> None:
        if self._stop.is_set():
            raise Cancelled
        self._post.message.emit(self._number, "step", (text, share))

    def produce(self, result: object) -> None:
        self._post.message.emit(self._number, "result", result)

    def run(self) -> None:
        try:
            if self._stop.is_set():
                raise Cancelled
            message = ("done", self._work(self))
        except Cancelled:
            message = ("cancelled", None)
        except Exception as error:  # whatever went wrong is told in the window, not lost in a thread
            LOG.debug("a job failed", exc_info=error)
            message = ("failed", error)
        self._post.message.emit(self._number, *message)


class JobRunner(QObject):
    """Runs jobs in lanes: within a lane one after the other, the lanes side by side."""

    changed = Signal()
    """A job started, progressed or ended."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._jobs: dict[int, Job] = {}
        self._lanes: dict[str, QThreadPool] = {}
        self._post = _Post()
        self._post.message.connect(self._deliver)

    @property
    def active(self) -> tuple[Job, ...]:
        """The jobs that wait or run, in the order they were submitted."""
        return tuple(self._jobs.values())

    def submit(self, title: str, work: Work, lane: str, *, urgent: bool = False, of_case: bool = True) -> Job:
        """Queue work at the end of a lane and return its job; connect to the job before returning to Qt.

        Args:
            title: for the person.
            work: is done in the background.
            lane: its name.
            urgent: a person waits for it: it goes before what waits in the lane, after what runs.
            of_case: it ends with the case that is shown.
        """
        job = Job(title, of_case, self)
        self._jobs[job.number] = job
        job.progressed.connect(self.changed)
        job.ended.connect(self._forget_ended)
        self._pool(lane).start(_Task(job.number, work, job._stop, self._post), int(urgent))
        self.changed.emit()
        return job

    def cancel_all(self) -> None:
        """Cancel every job."""
        for job in self.active:
            job.cancel()

    def wait(self, milliseconds: int) -> bool:
        """Wait for the threads to end, for closing the program; whether they have."""
        return all([pool.waitForDone(milliseconds) for pool in self._lanes.values()])

    def _pool(self, lane: str) -> QThreadPool:
        if lane not in self._lanes:
            self._lanes[lane] = QThreadPool(self)
            self._lanes[lane].setMaxThreadCount(1)
        return self._lanes[lane]

    def _deliver(self, number: int, kind: str, value: object) -> None:
        if job := self._jobs.get(number):
            job.take(kind, value)

    def _forget_ended(self) -> None:
        for job in [job for job in self.active if job.is_over]:
            del self._jobs[job.number]
            job.deleteLater()
        self.changed.emit()
