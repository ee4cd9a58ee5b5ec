import os
import subprocess
import sys

import pytest

from karyodesk.ui.app import make_keeper

SAY_WHY = """
from karyodesk.domain.errors import KaryoDeskError
from karyodesk.ui.app import run
try:
    run([])
except KaryoDeskError as error:
    raise SystemExit(error.message)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="other systems always have a display")
def test_without_a_display_the_program_ends_with_one_sentence():
    hidden = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
    environment = {key: value for key, value in os.environ.items() if key not in hidden}
    ended = subprocess.run(
        [sys.executable, "-c", SAY_WHY], env=environment, capture_output=True, text=True, check=False, timeout=120
    )
    assert ended.returncode == 1
    assert ended.stderr.strip().splitlines()[-1].startswith("The window cannot be opened: there is no display here")


def test_the_setting_says_which_case_database_is_opened(tmp_path, qtbot, monkeypatch):
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    for setting, file in ((str(tmp_path / "one.karyodesk"), "one"), (None, "two")):
        monkeypatch.setenv("KARYODESK_DATABASE", str(tmp_path / "two.karyodesk"))
        keeper = make_keeper(setting)
        with qtbot.waitSignal(keeper.opened):
            keeper.open()
        assert keeper.opening.store.url.endswith(f"{file}.karyodesk")
        assert keeper.close(5)
