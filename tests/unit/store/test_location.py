"""Where the case database is."""

import stat

import pytest

from karyodesk.domain.errors import StoreReadOnlyError
from karyodesk.store import location
from karyodesk.store.engine import Store


@pytest.fixture
def own(tmp_path, monkeypatch):
    """The folder of the user's data."""
    monkeypatch.delenv(location.VARIABLE, raising=False)
    monkeypatch.setattr(location, "user_data_path", lambda *_, **__: tmp_path / "data" / "KaryoDesk")
    return tmp_path / "data" / "KaryoDesk"


def test_it_is_a_file_of_the_user_where_nothing_is_set(own):
    assert location.address() == f"sqlite:///{own / location.FILE}"
    assert stat.S_IMODE(own.stat().st_mode) == 0o700
    Store(location.address()).close()
    assert (own / location.FILE).exists()


def test_what_is_said_goes_before_what_the_environment_says(own, monkeypatch, tmp_path):
    monkeypatch.setenv(location.VARIABLE, "postgresql://ann@server/cases")
    assert location.address() == "postgresql://ann@server/cases"
    assert location.address(str(tmp_path / "a b.kd")) == f"sqlite:///{tmp_path / 'a b.kd'}"
    assert not own.exists()
    monkeypatch.chdir(tmp_path)
    assert location.address("mine") == f"sqlite:///{tmp_path / 'mine'}"


def test_a_folder_that_cannot_be_made_is_told(own):
    own.parent.parent.mkdir(exist_ok=True)
    own.parent.write_text("a file")
    with pytest.raises(StoreReadOnlyError, match="name a database with --database"):
        location.address()
