"""What the tests of the keeper share: a stored database, and keepers of it that can be told to fail."""

from karyodesk.ui.keeper import Keeper
from tests.databases import file_url
from tests.failing import FailingStore


class Bench:
    """Keepers of a stored database, as windows on one computer have them, and what they tell."""

    def __init__(self, store, folder, qtbot):
        self.disk, self.folder, self.qtbot = store, folder, qtbot
        self.refusals, self.looked, self.keepers = [], [], []

    def keeper(self):
        """Open one more keeper of the same database and folder; ``store`` is the one it uses."""
        made = Keeper(self._open, "the database", self.folder / "data", retry_s=0.05)
        made.refused.connect(self.refusals.append)
        made.looked.connect(self.looked.append)
        with self.qtbot.waitSignal(made.opened):
            made.open()
        self.keepers.append(made)
        return made

    def _open(self):
        self.store = FailingStore(file_url(self.folder))
        return self.store

    def wait(self, keeper):
        self.qtbot.waitUntil(lambda: not keeper.pending)

    def end(self, keeper):
        """Close a keeper that has not stored everything yet."""
        self.qtbot.waitUntil(lambda: keeper.trouble is not None)
        assert not keeper.close(5)

    def close(self):
        for keeper in self.keepers:
            keeper.close(5)
