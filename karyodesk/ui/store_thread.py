"""The one thread that opens the case database, writes in order behind the window, and answers."""

import logging
import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final

from PySide6.QtCore import QObject, Signal

from karyodesk.domain.errors import (
    KaryoDeskError,
    StoreBusyError,
    StoreFullError,
    StoreLostError,
    StoreReadOnlyError,
)
from karyodesk.store.cases import StoredCase
from karyodesk.store.engine import Store
from karyodesk.store.people import People
from karyodesk.ui.writes import REFUSALS, CaseChange, CellNow, Desk, NewCase, Write

LOG = logging.getLogger(__name__)
MAY_PASS: Final = (StoreLostError, StoreBusyError, StoreFullError, StoreReadOnlyError)
"""What keeps a database from being opened for a while only."""
RARELY: Final = 10
"""How many times as long it waits after all else: a server that refuses a password is not asked every few seconds."""


@dataclass(frozen=True, eq=False)
class Opening:
    """The case database, open.

    Attributes:
        store: it; for jobs of their own, such as a backup.
        single_user: whether nobody is asked to sign in.
        notes: what every report of it has to say.
    """

    store: Store
    single_user: bool
    notes: tuple[str, ...]


class Answer(QObject):
    """What becomes of a question to the store; its signals arrive in the window's thread, one of them, once.

    Signals:
        succeeded: what the work returned.
        failed: the exception it raised.
    """

    succeeded = Signal(object)
    failed = Signal(object)

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.is_cancelled = False

    def cancel(self) -> None:
        """Nobody wants to know any more: neither signal is sent, and work that has not begun is not done."""
        self.is_cancelled = True


class Post(QObject):
    """Carries messages from the thread to the keeper."""

    message = Signal(str, int, object)


@dataclass
class Orders:
    """What lies before the thread; touched under the lock alone."""

    writes: deque[tuple[int, int, Write]] = field(default_factory=deque)
    questions: deque[tuple[int, Answer, Callable[[Desk], Any]]] = field(default_factory=deque)
    exchange: tuple[int, Callable[[], Any]] | None = None
    over: bool = False
    retry_at: float = 0.0


class StoreThread(threading.Thread):
    """Does the store's work: number by number, but a write that has to wait holds back writes only."""

    def __init__(self, opener: Callable[[], Store], post: Post, retry_s: float) -> None:
        super().__init__(name="case database", daemon=True)
        self.orders, self.changed = Orders(), threading.Condition()
        self.left = 0
        """Writes that were neither stored nor told when the window closed."""
        self._opener, self._post, self._retry_s = opener, post, retry_s
        self._dead: set[tuple[str, int]] = set()

    def run(self) -> None:
        """Open the database, again and again where that fails, and serve until the window closes."""
        told, over = "", False
        while not over:
            told = "" if self._exchange() else told
            error = self._open()
            if error is not None and told != repr(error):
                self._post.message.emit("unavailable", 0, error)
            told = repr(error) if error is not None else ""
            over = self._pause(error)
        self.left += len(self.orders.writes)

    def _open(self) -> Exception | None:
        """Open the database and serve until there is nothing more to do; why that was not possible."""
        try:
            store = self._opener()
        except Exception as error:  # told in the window
            return error
        try:
            return self._serve(store)
        finally:
            store.close()

    def _pause(self, error: Exception | None) -> bool:
        """Wait until it is worth another try to open the database; whether there is nothing more to do."""
        with self.changed:
            if error is not None:
                wait_s = self._retry_s if isinstance(error, MAY_PASS) else RARELY * self._retry_s
                self.changed.wait_for(lambda: self.orders.over or self.orders.exchange is not None, wait_s)
            return self.orders.over

    def _exchange(self) -> bool:
        """Do what was ordered to be done while the database is closed; whether anything was."""
        with self.changed:
            exchange, self.orders.exchange = self.orders.exchange, None
        if exchange is None:
            return False
        number, work = exchange
        self._post.message.emit("closed", 0, None)
        try:
            result = work()
        except Exception as error:  # told in the window, by whoever ordered it
            self._post.message.emit("failed", number, error)
        else:
            self._post.message.emit("answered", number, result)
        return True

    def _serve(self, store: Store) -> KaryoDeskError | None:
        try:
            people = People(store)
            self._post.message.emit("opened", 0, Opening(store, people.single_user, people.report_notes))
        except KaryoDeskError as error:
            return error
        desk = Desk(store)
        while (order := self._next()) is not None:
            if isinstance(order, tuple):
                self._answer(desk, *order)
            else:
                self._write(desk)
        return None

    def _next(self) -> tuple[int, Answer, Callable[[Desk], Any]] | Write | None:
        """Wait for what is to be done next; None: nothing more."""
        with self.changed:
            while True:
                orders, now = self.orders, time.monotonic()
                wait = orders.retry_at - now
                writes = bool(orders.writes) and wait <= 0
                if orders.questions and not (writes and orders.writes[0][0] < orders.questions[0][0]):
                    return orders.questions.popleft()
                if writes:
                    return orders.writes[0][2]
                if orders.over or (orders.exchange and not orders.writes):
                    return None
                self.changed.wait(wait if orders.writes else None)

    def _answer(self, desk: Desk, number: int, answer: Answer, work: Callable[[Desk], Any]) -> None:
        if answer.is_cancelled:
            self._post.message.emit("cancelled", number, None)
            return
        try:
            result = work(desk)
        except Exception as error:  # told in the window, by whoever asked
            self._post.message.emit("failed", number, error)
        else:
            self._post.message.emit("answered", number, result)

    def _write(self, desk: Desk) -> None:
        """Try the first write; it stays where it is until the store has taken it or will never take it."""
        number, generation, write = self.orders.writes[0]
        if (write.subject, generation) not in self._dead:
            try:
                result = write.store(desk)
            except REFUSALS as error:
                self._dead.add((write.subject, generation))
                self.left += self.orders.over
                self._post.message.emit("refused", number, (error, *_as_it_is(desk, write)))
            except Exception as error:
                self._wait(error)
                return
            else:
                self._post.message.emit("stored", number, result)
        with self.changed:
            self.orders.writes.popleft()
            self.orders.retry_at = 0.0

    def _wait(self, error: Exception) -> None:
        if not isinstance(error, KaryoDeskError):
            LOG.error("a write failed", exc_info=error)
        self._post.message.emit("trouble", 0, error)
        with self.changed:
            if self.orders.over:
                self.left += len(self.orders.writes)
                self.orders.writes.clear()
            self.orders.retry_at = time.monotonic() + self._retry_s


def _as_it_is(desk: Desk, write: Write) -> tuple[CellNow | None, StoredCase | None]:
    """What stands in the place of a refused write; None for what cannot be read."""
    cell = case = None
    try:
        case = desk.look_at_case(write.case_id)
        if not isinstance(write, NewCase | CaseChange):
            cell = desk.look_at_cell(write.case_id, write.cell_id)
    except KaryoDeskError as error:
        LOG.warning("what was refused cannot be read anew: %s", type(error).__name__)
    return cell, case
