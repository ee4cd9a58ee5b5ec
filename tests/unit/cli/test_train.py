from typer.testing import CliRunner

from karyodesk.cli.app import app
from karyodesk.domain.straightening import Straightening
from tests.unit.training.test_dataset import _save, examples


def call(*arguments):
    return CliRunner().invoke(app, ["train", *(str(argument) for argument in arguments)])


def test_a_folder_of_examples_straightened_differently_is_refused_in_one_sentence(tmp_path):
    _save([examples(technique=Straightening.NONE)], tmp_path / "a.npz")
    result = call("examples", tmp_path, "--out", tmp_path, "--straightening", "crossing-section")
    assert result.exit_code == 2
    assert result.stderr == (
        "There are examples straightened by none, not by crossing-section: choose another folder.\n"
    )


def test_an_unknown_technique_is_refused(tmp_path):
    result = call("examples", tmp_path, "--out", tmp_path / "out", "--straightening", "ironing")
    assert result.exit_code == 2
    assert not (tmp_path / "out").exists()
