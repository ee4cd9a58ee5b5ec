"""Who sits before the window."""

import platform
from functools import partial

from PySide6.QtCore import QObject, Signal

from karyodesk.store.author import Author
from karyodesk.store.people import People, SignedIn, single_user
from karyodesk.ui.case import Case
from karyodesk.ui.keeper import Keeper
from karyodesk.ui.store_thread import Answer, Opening
from karyodesk.ui.writes import Desk


class Session(QObject):
    """The person at this workstation, as journals name them.

    Signals:
        changed: somebody signed in or out, or the case database was opened.
    """

    changed = Signal()

    def __init__(self, case: Case, keeper: Keeper, parent: QObject) -> None:
        super().__init__(parent)
        self.signed_in: SignedIn | None = None
        self._last: SignedIn | None = None
        self._case, self._keeper = case, keeper
        self.workstation = platform.node()
        keeper.opened.connect(self._begin)
        keeper.unavailable.connect(lambda _: keeper.look_for_pictures(self.author.id))

    @property
    def single_user(self) -> bool:
        """Whether nobody is asked to sign in; without a case database nobody is either."""
        return self._keeper.opening is None or self._keeper.opening.single_user

    @property
    def is_locked(self) -> bool:
        """Whether somebody has to sign in before anything else."""
        return not self.single_user and (self.signed_in is None or self.signed_in.person.provisional)

    @property
    def author(self) -> Author:
        """Who makes the next entry."""
        if (person := self.signed_in or self._last) is not None:
            return person.author  # after signing out: work of theirs may still be going on
        return single_user(self._case.person, self.workstation)

    @property
    def notes(self) -> tuple[str, ...]:
        """What every report has to say of the people."""
        return self._keeper.opening.notes if self._keeper.opening else ()

    def sign_in(self, login: str, password: str) -> Answer:
        """Let somebody in; who has to set a password first stays before the door until ``set_password``."""
        answer = self._keeper.ask(partial(_sign_in, login, password, self.workstation))
        answer.succeeded.connect(self._take)
        return answer

    def set_password(self, who: SignedIn, password: str, new: str) -> Answer:
        """Set a password of one's own in the place of the present one."""
        answer = self._keeper.ask(partial(_set_password, who, password, new))
        answer.succeeded.connect(self._take)
        return answer

    def sign_out(self) -> None:
        """Lock the window; what is open stays open behind the lock."""
        if not self.single_user:
            self.signed_in = None
            self.changed.emit()

    def forget(self) -> None:
        """Nobody is signed in any more, as another case database comes."""
        self.signed_in = self._last = None

    def _begin(self, opening: Opening) -> None:
        if opening.single_user:
            self._keeper.adopt_left_behind(self.author.id)
        self.changed.emit()

    def _take(self, signed_in: SignedIn) -> None:
        self.signed_in = self._last = signed_in
        if not self.is_locked:
            self._case.set_person(signed_in.person.name)
            self._keeper.adopt_left_behind(signed_in.person.id)
        self.changed.emit()


def _sign_in(login: str, password: str, workstation: str, desk: Desk) -> SignedIn:
    return People(desk.store).sign_in(login, password, workstation)


def _set_password(who: SignedIn, password: str, new: str, desk: Desk) -> SignedIn:
    return People(desk.store).change_password(who, password, new)
