"""A case database that fails as it is told."""

from contextlib import contextmanager

from karyodesk.store.engine import Store


class FailingStore(Store):
    """Raises ``failure`` in place of every writing transaction, as long as there is one."""

    failure = None

    @contextmanager
    def write(self):
        if self.failure is not None:
            raise self.failure
        with super().write() as connection:
            yield connection
