import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from karyodesk import __version__
from karyodesk.cli import app as cli
from karyodesk.cli.app import app, run_analyze, run_classify
from karyodesk.cli.worker import LoadAnalyser
from karyodesk.domain.errors import KaryoDeskError
from karyodesk.domain.methods import AllocationMethod, Methods, NamingMethod
from tests.unit.cli.fakes import FakeAnalyser
from tests.unit.cli.test_analyze import saved
from tests.unit.imaging.pictures import VALID

HEAVY = ("numpy", "cv2", "PySide6", "torch", "onnxruntime", "rich.progress")


def lines(path):
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def call(*arguments):
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


def test_the_command_is_light_to_import():
    code = f"import sys, karyodesk.cli.app; print([name for name in {HEAVY!r} if name in sys.modules])"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "[]\n"


def test_version():
    assert call("--version").stdout == f"karyodesk {__version__}\n"


@pytest.mark.parametrize("workers", [1, 3])
def test_records_come_in_the_order_of_the_input_whatever_the_workers(workers, tmp_path, capfd):
    names = ["c.png", "a.png", "b.png"]
    paths = [saved(tmp_path, name) for name in names]
    (tmp_path / "deep").mkdir()
    saved(tmp_path / "deep", "d.png", FakeAnalyser.NO_METAPHASE)
    status = run_analyze([*paths, tmp_path / "deep"], tmp_path / "out.jsonl", None, workers, FakeAnalyser)
    records = lines(tmp_path / "out.jsonl")
    assert [record["image"] for record in records] == ["c.png", "a.png", "b.png", "d.png"]
    assert ["error" in record for record in records] == [False, False, False, True]
    assert status == 1
    out, err = capfd.readouterr()
    assert out == ""
    assert err.splitlines() == [
        "d.png: This does not look like a metaphase. Choose a picture of a metaphase.",
        f"3 analysed, 1 not; the records are in {tmp_path / 'out.jsonl'}.",
    ], "and no bar in a pipe"


@pytest.mark.parametrize(("command", "runs"), [("analyze", "run_analyze"), ("classify", "run_classify")])
def test_the_methods_are_chosen_by_options(command, runs, tmp_path, monkeypatch):
    made = []
    monkeypatch.setattr(cli, runs, lambda *given: made.append(given[-1]) or 0)
    best = [command, tmp_path, "--json", tmp_path / "out.jsonl"]
    assert call(*best).exit_code == 0
    assert call(*best, "--model", "siamese", "--allocation", "label-redistribution").exit_code == 0
    asked = Methods(NamingMethod.SIAMESE, AllocationMethod.LABEL_REDISTRIBUTION)
    assert made == [LoadAnalyser(), LoadAnalyser(asked)]
    assert call(*best, "--model", "another").exit_code == 2
    assert call(*best, "--allocation", "by-chance").exit_code == 2


def test_all_well_is_status_zero(tmp_path):
    path = saved(tmp_path, "a.png")
    assert run_analyze([path], tmp_path / "new" / "out.jsonl", None, 1, FakeAnalyser) == 0


def test_a_process_that_is_killed_costs_its_own_picture_alone(tmp_path):
    for number, first in enumerate((0, FakeAnalyser.DEATH, 0, 0)):
        saved(tmp_path, f"{number}.png", first)
    assert run_analyze([tmp_path], tmp_path / "out.jsonl", None, 2, FakeAnalyser) == 1
    assert ["error" in record for record in lines(tmp_path / "out.jsonl")] == [False, True, False, False]


def test_a_missing_file_has_a_record_and_the_others_go_on(tmp_path):
    path = saved(tmp_path, "a.png")
    assert run_analyze([tmp_path / "gone.png", path], tmp_path / "out.jsonl", None, 1, FakeAnalyser) == 1
    assert "no such file" in lines(tmp_path / "out.jsonl")[0]["error"]


@pytest.mark.parametrize("missing", ["PATH", "--json"])
def test_wrong_calls_are_status_two(missing, tmp_path):
    saved(tmp_path, "a.png")
    arguments = {"PATH": ["--json", tmp_path / "o"], "--json": [tmp_path]}[missing]
    result = call("analyze", *arguments)
    assert result.exit_code == 2
    assert missing in result.stderr


def test_a_folder_without_a_picture_is_a_wrong_call(tmp_path):
    assert call("analyze", tmp_path, "--json", tmp_path / "out.jsonl").exit_code == 2
    assert call("classify", tmp_path, "--json", tmp_path / "out.jsonl").exit_code == 2
    assert call("classify", tmp_path / "gone", "--json", tmp_path / "out.jsonl").exit_code == 2
    assert not (tmp_path / "out.jsonl").exists()


def test_records_that_cannot_be_written_are_a_wrong_call(tmp_path):
    path = saved(tmp_path, "a.png")
    result = call("analyze", path, "--json", path / "out.jsonl")
    assert result.exit_code == 2
    assert not isinstance(result.exception, OSError)


def test_workers_are_at_least_one(tmp_path):
    assert call("analyze", tmp_path, "--json", tmp_path / "o", "--workers", 0).exit_code == 2


def test_reports_are_refused_where_qt_lacks_libraries(tmp_path, monkeypatch):
    monkeypatch.setattr(cli, "why_no_report", lambda: "Qt needs libEGL.so.1.")
    with pytest.raises(typer.BadParameter, match="libEGL"):
        run_analyze([saved(tmp_path, "a.png")], tmp_path / "o.jsonl", tmp_path / "pdf", 1, FakeAnalyser)


def test_classify_writes_a_record_a_cell(tmp_path):
    for name in ("g1", "g2"):
        (tmp_path / "cells" / name).mkdir(parents=True)
        (tmp_path / "cells" / name / "1.png").write_bytes(VALID["grey.png"])
    (tmp_path / "cells" / "g3").mkdir()
    assert run_classify(tmp_path / "cells", tmp_path / "out.jsonl", 2, FakeAnalyser) == 1
    records = lines(tmp_path / "out.jsonl")
    assert [(record["cell"], "error" in record) for record in records] == [("g1", False), ("g2", False), ("g3", True)]


def test_simulate_writes_what_the_scorers_read(tmp_path):
    result = call("simulate", "47,XY,+21", "--cells", 1, "--out", tmp_path, "--seed", 3)
    assert result.exit_code == 0, result.output
    header, row = (tmp_path / "cells.csv").read_text(encoding="utf-8").splitlines()
    assert header.startswith("cell,patient,split,image,width,height,chromosomes")
    assert len((tmp_path / "boxes.csv").read_text(encoding="utf-8").splitlines()) == 48
    assert (tmp_path / row.split(",")[3]).is_file()


def test_a_karyotype_that_cannot_be_read_is_a_wrong_call(tmp_path):
    result = call("simulate", "47,XX", "--cells", 1, "--out", tmp_path)
    assert result.exit_code == 2
    assert not list(tmp_path.iterdir())


def test_a_window_that_cannot_be_opened_says_why(monkeypatch):
    def refuse(paths, database):
        raise KaryoDeskError("There is no display here.")

    monkeypatch.setattr("karyodesk.ui.app.run", refuse)
    result = call("gui")
    assert result.exit_code == 1
    assert result.stderr == "There is no display here.\n"


def test_the_window_opens_on_what_is_named(monkeypatch, tmp_path):
    opened = []
    monkeypatch.setattr("karyodesk.ui.app.run", lambda *given: opened.append(given) or 0)
    monkeypatch.delenv("KARYODESK_DATABASE")
    assert call("gui", tmp_path, "b.png").exit_code == 0
    assert call("gui", "--database", "laboratory.karyodesk").exit_code == 0
    assert opened == [([tmp_path, Path("b.png")], None), ([], "laboratory.karyodesk")]


def test_start_opens_the_window_on_the_sample_case(monkeypatch):
    opened = []
    monkeypatch.setattr(cli, "why_nobody_sees_it", lambda: None)
    monkeypatch.setattr("karyodesk.ui.app.run", lambda paths, database: opened.append(list(paths)) or 0)
    assert call("start").exit_code == 0
    assert opened == [[cli.sample_case()]]


def test_start_analyses_the_sample_case_where_there_is_no_display(tmp_path, monkeypatch):
    calls = []
    monkeypatch.setattr(cli, "why_nobody_sees_it", lambda: "There is no display here.")
    monkeypatch.setattr(cli, "why_no_report", lambda: None)
    monkeypatch.setattr(cli, "run_analyze", lambda *arguments: calls.append(arguments) or 0)
    result = call("start", "--out", tmp_path)
    assert result.exit_code == 0
    assert str(tmp_path) in result.stderr
    assert calls[0][:3] == ([cli.sample_case()], tmp_path / "cells.jsonl", tmp_path)


def test_start_names_missing_libraries_and_still_writes_the_records(tmp_path, monkeypatch):
    monkeypatch.setattr(cli, "why_nobody_sees_it", lambda: "There is no display here.")
    monkeypatch.setattr(cli, "why_no_report", lambda: "Qt needs libEGL.so.1.")
    monkeypatch.setattr(cli, "run_analyze", lambda paths, json, reports, *rest: 0 if reports is None else 9)
    result = call("start", "--out", tmp_path)
    assert result.exit_code == 1
    assert "Qt needs libEGL.so.1." in result.stderr


SLOW = """
import sys
import time
from pathlib import Path

from karyodesk.cli.app import run_analyze
from tests.unit.cli.fakes import FakeAnalyser

class Slow(FakeAnalyser):
    def analyse(self, picture):
        if picture.name != "0.png":
            time.sleep(60)
        return super().analyse(picture)

if __name__ == "__main__":
    run_analyze([Path(sys.argv[1])], Path(sys.argv[2]), None, 2, Slow)
"""


@pytest.mark.skipif(os.name == "nt", reason="sends a signal to a process group")
def test_an_interrupt_ends_calmly_and_keeps_what_was_written(tmp_path):
    for number in range(4):
        saved(tmp_path, f"{number}.png")
    (tmp_path / "slow.py").write_text(SLOW, encoding="utf-8")
    process = subprocess.Popen(
        [sys.executable, tmp_path / "slow.py", tmp_path, tmp_path / "o.jsonl"],
        stderr=subprocess.PIPE,
        text=True,
        env=os.environ | {"PYTHONPATH": os.getcwd()},
        start_new_session=True,
        # Started from a script in the background, this process may ignore Ctrl+C, and so would its child.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )
    deadline = time.monotonic() + 60
    while not (tmp_path / "o.jsonl").exists() or not (tmp_path / "o.jsonl").read_text():
        assert time.monotonic() < deadline
        time.sleep(0.1)
    os.killpg(process.pid, signal.SIGINT)
    err = process.communicate(timeout=30)[1]  # ends when the last worker has let go of the stream
    assert "Stopped." in err
    assert "KeyboardInterrupt" not in err
    assert [record["image"] for record in lines(tmp_path / "o.jsonl")] == ["0.png"]
