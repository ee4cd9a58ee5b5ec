"""Leaves out the tests of what cannot be imported: Qt and PyTorch are absent where only the core is tested."""

import os
from importlib.util import find_spec

import pytest
from hypothesis import HealthCheck, settings

# A slow machine is no fault of the program: what is timed is timed by tests of its own.
settings.register_profile("any machine", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("any machine")

collect_ignore = []
if find_spec("PySide6") is None:
    collect_ignore += ["e2e", "unit/ui"]
if find_spec("torch") is None:
    collect_ignore += ["unit/training"]


@pytest.fixture(scope="session", autouse=True)
def own_database(tmp_path_factory):
    """No test reads or writes the case database, or the folder of data, of the person at this computer."""
    folder = tmp_path_factory.mktemp("person")
    own = {"KARYODESK_DATABASE": str(folder / "cases.karyodesk")}
    own |= dict.fromkeys(("XDG_DATA_HOME", "LOCALAPPDATA"), str(folder))
    before = {name: os.environ.get(name) for name in own}
    os.environ.update(own)
    yield
    for name, value in before.items():
        if value is None:
            del os.environ[name]
        else:
            os.environ[name] = value


def pytest_addoption(parser):
    if find_spec("pytestqt") is None:
        parser.addini("qt_log_level_fail", "known to pytest-qt, which is absent")
