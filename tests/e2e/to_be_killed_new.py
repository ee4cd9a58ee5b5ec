"""A window in a process of its own whose database takes nothing: edits new cells, says so, and waits to be killed."""

import sys
from pathlib import Path

from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from karyodesk.domain.case import Fact
from karyodesk.domain.case_edits import mark
from karyodesk.domain.errors import StoreLostError
from karyodesk.report.fonts import load_fonts
from karyodesk.ui.keeper import Keeper
from karyodesk.ui.main_window import MainWindow
from tests.e2e.stand_in import StandInAnalyser
from tests.failing import FailingStore


def main(url: str, folder: str, picture: str, how: str) -> None:
    """``how``: the database is ``lost`` after it was opened, or cannot be opened and is ``late``."""
    application = QApplication([])
    load_fonts()
    application.setApplicationName("KaryoDesk tests")

    def opener():
        if how == "late":
            raise StoreLostError("late")
        store = FailingStore(url)
        store.failure = StoreLostError("lost")
        return store

    window = MainWindow(StandInAnalyser, Keeper(opener, url, Path(folder)))
    window.show()
    window.start([Path(picture)])
    while len(window.case.ready) < 2:  # a file of two pages
        QTest.qWait(10)
    edit(window)
    sys.stdout.write("seen\n")
    sys.stdout.flush()
    while True:
        QTest.qWait(1000)


def edit(window: MainWindow) -> None:
    """Seven steps on the first page, with a word, an undo and a redo among them; one on the second."""
    case = window.case
    for id_ in ("c000", "c004"):
        case.select(id_)
        window.review.turn()
    window.filing.say(case.cells[0], lambda facts, who: mark(facts, Fact.COUNTED, who))
    case.undo()
    case.undo()
    case.redo()
    case.select("c006")
    window.review.turn()
    case.show_cell(case.cells[1])
    case.select("c000")
    window.review.turn()


if __name__ == "__main__":
    main(*sys.argv[1:5])
