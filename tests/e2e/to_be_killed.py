"""A window in a process of its own: makes gestures, says that they were seen, and waits to be killed."""

import sys
from pathlib import Path

from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from karyodesk.report.fonts import load_fonts
from karyodesk.store.engine import Store
from karyodesk.ui.keeper import Keeper
from karyodesk.ui.main_window import MainWindow
from tests.e2e.stand_in import StandInAnalyser


def main(url: str, folder: str, picture: str, gestures: int) -> None:
    application = QApplication([])
    load_fonts()
    application.setApplicationName("KaryoDesk tests")
    window = MainWindow(StandInAnalyser, Keeper(lambda: Store(url), url, Path(folder)))
    window.show()
    window.start([Path(picture)])
    while not window.case.ready or window.keeper.pending:
        QTest.qWait(10)
    window.case.select("c000")
    for _ in range(gestures):
        window.review.turn()
    sys.stdout.write("seen\n")
    sys.stdout.flush()  # the thread of the database is still writing
    while True:
        QTest.qWait(1000)


if __name__ == "__main__":
    main(*sys.argv[1:4], int(sys.argv[4]))
