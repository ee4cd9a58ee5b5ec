"""How far the background work is, in the status bar, with a button that ends it."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QProgressBar, QToolButton, QWidget

from karyodesk.ui.actions import Actions
from karyodesk.ui.jobs import JobRunner


class JobProgress(QWidget):
    """The running job's step, a bar, and how many jobs wait."""

    def __init__(self, jobs: JobRunner, actions: Actions, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._jobs = jobs
        self._text = QLabel(self)
        self._text.setAccessibleName(self.tr("Running work"))
        self._bar = QProgressBar(self)
        self._bar.setAccessibleName(self.tr("Share of the running work that is done"))
        self._bar.setRange(0, 1000)
        self._bar.setTextVisible(False)
        self._bar.setFixedSize(140, 8)
        self._cancel = QToolButton(self)
        self._cancel.setDefaultAction(actions["cancel_jobs"])
        self._cancel.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonIconOnly)
        self._cancel.setAutoRaise(True)
        self._cancel.setAccessibleName(self.tr("Cancel running work"))
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 4, 0)
        row.setSpacing(8)
        for widget in (self._text, self._bar, self._cancel):
            row.addWidget(widget)
        jobs.changed.connect(self.refresh)
        self.refresh()

    @property
    def text(self) -> str:
        """What is said of the running work."""
        return self._text.text()

    def refresh(self) -> None:
        """Show the first job that runs, and how many there are."""
        active = self._jobs.active
        self.setVisible(bool(active))
        if not active:
            return
        running = next((job for job in active if job.text), active[0])
        words = f"{running.title}: {running.text}" if running.text else running.title
        more = self.tr(" · {count} more").format(count=len(active) - 1) if len(active) > 1 else ""
        self._text.setText(words + more)
        self._bar.setValue(round(1000 * running.share))
