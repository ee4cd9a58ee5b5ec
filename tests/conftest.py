"""Leaves out the tests of what cannot be imported: Qt and PyTorch are absent where only the core is tested."""

from importlib.util import find_spec

from hypothesis import HealthCheck, settings

# A slow machine is no fault of the program: what is timed is timed by tests of its own.
settings.register_profile("any machine", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("any machine")

collect_ignore = []
if find_spec("PySide6") is None:
    collect_ignore += ["e2e", "unit/ui"]
if find_spec("torch") is None:
    collect_ignore += ["unit/training"]


def pytest_addoption(parser):
    if find_spec("pytestqt") is None:
        parser.addini("qt_log_level_fail", "known to pytest-qt, which is absent")
