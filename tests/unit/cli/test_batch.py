import json
import sys

import pytest
from rich.console import Console

from karyodesk.cli import batch
from karyodesk.cli.batch import failures, open_records, run_batch
from karyodesk.cli.worker import Outcome


def answer(job):
    record = {"image": f"{job}.png", "chromosomes": []}
    return Outcome((record | {"error": "It is empty."} if job == 2 else record,), ("No room.",) * (job == 3))


def died(job):
    pytest.fail(f"{job} died")


class Watched:
    """A stream that knows what had been written at every flush."""

    def __init__(self):
        self.text, self.flushed = "", []

    def write(self, text):
        self.text += text

    def flush(self):
        self.flushed.append(self.text)


def test_every_record_is_flushed_by_itself(capsys):
    stream = Watched()
    tally = run_batch(answer, [0, 1, 2, 3], 2, died, stream)
    assert (tally.done, tally.failed, tally.complaints, tally.exit_status) == (3, 1, 1, 1)
    assert [len(text.splitlines()) for text in stream.flushed] == [1, 2, 3, 4]
    assert [json.loads(line)["image"] for line in stream.text.splitlines()] == ["0.png", "1.png", "2.png", "3.png"]
    assert capsys.readouterr().err == "2.png: It is empty.\nNo room.\n"


def test_a_terminal_gets_a_bar(capsys, monkeypatch):
    monkeypatch.setattr(batch, "Console", lambda stderr: Console(file=sys.stderr, force_terminal=True))
    run_batch(answer, [0, 1], 1, died, Watched())
    assert "Analysing" in capsys.readouterr().err


def test_failures_are_named_with_their_picture():
    entries = [{"file": "g/1.png", "error": "Empty."}, {"file": "g/2.png"}]
    assert failures([{"cell": "g", "chromosomes": entries, "error": "None."}]) == ["g: None.", "g/1.png: Empty."]


def test_names_of_any_bytes_can_be_written(tmp_path):
    with open_records(tmp_path / "new" / "out.jsonl") as stream:
        batch._write(stream, {"image": "x\udcff田.png"})
    assert json.loads((tmp_path / "new" / "out.jsonl").read_text(encoding="ascii"))["image"] == "x\udcff田.png"
