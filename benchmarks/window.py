"""How long the window makes a person wait: from a key to its picture, and how long nothing else could have been drawn.

    QT_QPA_PLATFORM=offscreen python benchmarks/window.py [PICTURE_OR_FOLDER ...] [--gestures 200]

Without paths the sample case is taken. The real window, the real models and a case database in one file. Two phases:
while the pictures are read and analysed in the background, and while a cell is edited. A heartbeat every 5 ms tells how
long the window was busy at a stretch; a gesture is timed from the key until the karyogram is painted again.
"""

import argparse
import os
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QEvent, QObject, QSettings, Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from karyodesk.paths import sample_case
from karyodesk.store.engine import Store
from karyodesk.ui.app import load_chosen_analyser, make_application
from karyodesk.ui.keeper import Keeper
from karyodesk.ui.main_window import MainWindow

_BEAT_MS = 5
_LIMIT_EDIT_MS, _LIMIT_BLOCK_MS = 50, 100
_PATIENCE_S = 600


class Heartbeat(QObject):
    """Beats in the window's own thread; a beat that comes late tells how long it was busy."""

    def __init__(self) -> None:
        super().__init__()
        self.late_ms: list[float] = []
        self._last = time.perf_counter()
        self._timer = QTimer(self, timerType=Qt.TimerType.PreciseTimer, interval=_BEAT_MS)
        self._timer.timeout.connect(self._beat)
        self._timer.start()

    def _beat(self) -> None:
        now = time.perf_counter()
        self.late_ms.append(max(0.0, (now - self._last) * 1000 - _BEAT_MS))
        self._last = now

    def take(self) -> list[float]:
        """Return the delays since the last call."""
        taken, self.late_ms = self.late_ms, []
        return taken


class Painted(QObject):
    """Notes that a widget is asked to paint itself."""

    def __init__(self, watched: QObject) -> None:
        super().__init__()
        self.seen = False
        watched.installEventFilter(self)

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's own name
        """Note it, and let it pass."""
        self.seen = self.seen or event.type() == QEvent.Type.Paint
        return False


def wait(until: Callable[[], bool]) -> None:
    """Let the window live until something is so."""
    end = time.monotonic() + _PATIENCE_S
    while not until():
        if time.monotonic() > end:
            raise TimeoutError("the window did not get there")
        QApplication.processEvents()
        time.sleep(0.0005)


def gestures(window: MainWindow, wanted: int) -> list[float]:
    """Turn, label, send to the tray and undo, one chromosome after the other; milliseconds of each."""
    karyogram = window.workspace.karyogram
    karyogram.setFocus()
    painted, taken = Painted(karyogram.viewport()), []
    keys = (Qt.Key.Key_F, Qt.Key.Key_N, Qt.Key.Key_T, Qt.Key.Key_Z)
    for number in range(wanted):
        places = list(karyogram.layout_shown.placements)
        window.case.select(places[(number // len(keys)) % len(places)])
        for _ in range(10):
            QApplication.processEvents()
        key = keys[number % len(keys)]
        modifier = Qt.KeyboardModifier.ControlModifier if key is Qt.Key.Key_Z else Qt.KeyboardModifier.NoModifier
        painted.seen, start = False, time.perf_counter()
        QTest.keyClick(karyogram, key, modifier)
        while not painted.seen and time.perf_counter() - start < 5:
            QApplication.processEvents()
        taken.append((time.perf_counter() - start) * 1000)
    return taken


def told(what: str, values: list[float], limit: float) -> str:
    """A row: median, 95th and 99th percentile, most, and how many were over the limit."""
    cuts = statistics.quantiles(values, n=100)
    over = sum(value > limit for value in values)
    numbers = f"{statistics.median(values):.1f} | {cuts[94]:.1f} | {cuts[98]:.1f} | {max(values):.1f}"
    return f"| {what} | {numbers} | {over} of {len(values)} over {limit:.0f} |"


def main() -> None:
    """Measure and print a table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("paths", nargs="*", type=Path, default=[sample_case()])
    parser.add_argument("--gestures", type=int, default=200)
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        QSettings.setDefaultFormat(QSettings.Format.IniFormat)
        QSettings.setPath(QSettings.Format.IniFormat, QSettings.Scope.UserScope, folder)
        make_application()
        database = f"sqlite:///{Path(folder) / 'cases.karyodesk'}"
        keeper = Keeper(lambda: Store(database), database, Path(folder) / "data")
        window = MainWindow(load_chosen_analyser, keeper)
        window.show()
        window.start([])
        wait(lambda: keeper.is_open and not window.jobs.active)
        beat = Heartbeat()
        window.filing.add(args.paths)
        wait(lambda: bool(window.case.cells) and not window.jobs.active and not keeper.pending)
        analysing = beat.take()
        window.case.step_cell(1)
        edits = gestures(window, args.gestures)
        editing = beat.take()
        wait(lambda: not keeper.pending)
        window.close()
    print("| ms | median | 95 % | 99 % | most | |\n|---|---|---|---|---|---|")
    print(told("from a key to its picture", edits, _LIMIT_EDIT_MS))
    print(told("busy at a stretch while pictures are analysed", analysing, _LIMIT_BLOCK_MS))
    print(told("busy at a stretch while a cell is edited", editing, _LIMIT_BLOCK_MS))


if __name__ == "__main__":
    main()
