"""The end of the ledger, as people note it."""

import pytest

from karyodesk.domain.errors import StoreError
from karyodesk.store import ledger
from karyodesk.store.ledger import read_head


def test_what_is_shown_is_read_again_also_where_it_was_broken_over_lines(file_store):
    with file_store.read() as connection:
        head = ledger.head(connection)
    noted = str(head)
    assert read_head(noted) == head
    assert read_head(f"  {noted[:40]}\n{noted[40:]} ") == head


@pytest.mark.parametrize("text", ["", "nonsense", "ab:1:cd", "0" * 32 + ":x:" + "0" * 64])
def test_what_is_none_is_refused(text):
    with pytest.raises(StoreError, match="STORE:NUMBER:HASH"):
        read_head(text)
