"""The exported file says what the network says, and the program reads it."""

import numpy as np
import pytest

torch = pytest.importorskip("torch")
pytest.importorskip("onnx")

from karyodesk.recognition.judge import Judge  # noqa: E402
from karyodesk.training.judge.export import export_judge  # noqa: E402
from karyodesk.training.judge.network import JudgeNetwork  # noqa: E402


@pytest.fixture(scope="module")
def network():
    torch.manual_seed(0)
    network = JudgeNetwork().train()
    with torch.no_grad():
        for _ in range(3):  # batch statistics other than those of a new network
            network(torch.rand(8, 3, 112, 64))
    return network.eval()


@pytest.fixture
def judge(network, tmp_path):
    run = tmp_path / "run"
    run.mkdir()
    torch.save({"mean": network.state_dict()}, run / "checkpoint.pt")
    line = export_judge(run, tmp_path / "models", "7")
    judge = Judge(tmp_path / "models", threads=1)
    assert judge.file.version == "7"
    assert f"{len(judge.file.data) / 1e6:.1f} MB" in line
    return judge


def test_the_program_judges_as_the_network_does(network, judge):
    pictures = torch.rand(5, 3, 112, 64, generator=torch.Generator().manual_seed(1))
    with torch.no_grad():
        expected = network(pictures)
    assert judge.tell(pictures.numpy()) == pytest.approx(expected.numpy(), abs=1e-3)


def test_nothing_is_judged_as_nothing(judge):
    assert judge.tell(np.zeros((0, 3, 112, 64), np.float32)).shape == (0,)
