"""The teacher learns to outline what its box tells."""

import numpy as np
import pytest

torch = pytest.importorskip("torch")
pytest.importorskip("onnx")

from karyodesk.training.run import Recipe, read_mean  # noqa: E402
from karyodesk.training.segmenter.build import METAPHASES, SIMULATED  # noqa: E402
from karyodesk.training.segmenter.export import write_onnx  # noqa: E402
from karyodesk.training.segmenter.network import SegmenterNetwork  # noqa: E402
from karyodesk.training.segmenter.outlined import write  # noqa: E402
from karyodesk.training.segmenter.teacher import Teacher, joined, loss, read_teacher, train  # noqa: E402
from karyodesk.training.segmenter.windows import CHANNELS, WINDOW, Shown, lessons  # noqa: E402
from karyodesk.training.shipped import weights_of  # noqa: E402

from ...imaging.drawings import ribbon  # noqa: E402
from .cells import canvas_of, chromosome, outlined  # noqa: E402

CROSS = chromosome((100, 100), (200, 180)), chromosome((100, 180), (200, 100))


@pytest.fixture
def folder(tmp_path):
    for kind in (METAPHASES, SIMULATED):
        (tmp_path / kind).mkdir()
        write(outlined(CROSS, exact=kind == SIMULATED), tmp_path / kind / "c1.npz")
    return tmp_path


def crossing():
    canvas = canvas_of(*(ribbon(points, 12, (256, 256)) for points in ([(60, 60), (140, 120)], [(60, 120), (140, 60)])))
    return list(lessons(canvas, np.random.default_rng(0)))


def test_the_right_answer_costs_nothing_and_what_is_unknown_does_not_count():
    batch = joined(crossing())

    class Right(torch.nn.Module):
        def __init__(self, right):
            super().__init__()
            self.right = right

        def forward(self, windows):
            return 20 * (2 * self.right - 1)

    sure = (batch.masks - 0.5).abs() > 0.49
    known = batch._replace(weights=batch.weights * sure)
    result = loss(Right(batch.masks), known)
    assert result.parts == pytest.approx({"masks": 0, "IoU": 1}, abs=0.01)
    assert loss(Right(1 - batch.masks), known).parts["masks"] > 1
    half = known.weights.clone()
    half[:, :, : WINDOW // 4] = 0
    spoilt = torch.where(half > 0, batch.masks, 1 - batch.masks)
    assert loss(Right(spoilt), known._replace(weights=half)).parts["IoU"] == pytest.approx(1)
    assert loss(Right(spoilt), known).parts["IoU"] < 0.9


def test_it_learns_to_tell_two_that_cross_apart():
    torch.manual_seed(0)
    teacher, batch = Teacher(), joined(crossing())
    optimizer = torch.optim.AdamW(teacher.parameters(), 3e-3)
    for _ in range(40):
        result = loss(teacher, batch)
        optimizer.zero_grad()
        result.total.backward()
        optimizer.step()
    assert result.parts["IoU"] > 0.8


def test_it_goes_on_from_its_checkpoint_and_is_read_again(folder, tmp_path):
    run = tmp_path / "run"
    assert [line.split(":")[0] for line in train(folder, run, Recipe(1, batch=2))] == ["step 1 of 1"]
    again = list(train(folder, run, Recipe(2, batch=2)))
    assert again[0] == "resumed after step 1"
    assert again[1].startswith("step 2 of 2: masks ")
    teacher = read_teacher(run / "checkpoint.pt")
    mean = read_mean(run / "checkpoint.pt")
    assert all(torch.equal(value, mean[name]) for name, value in teacher.state_dict().items())


def test_it_starts_from_the_shipped_file_of_a_segmenter(folder, tmp_path):
    segmenter = SegmenterNetwork()
    write_onnx(segmenter, tmp_path / "segmenter.onnx")
    run = tmp_path / "run"
    list(train(folder, run, Recipe(1, batch=2, rate=0.0), tmp_path / "segmenter.onnx"))
    started, given = read_mean(run / "checkpoint.pt"), Teacher()
    given.begin_from(weights_of(tmp_path / "segmenter.onnx", SegmenterNetwork, torch.rand(2, 1, 64, 64)))
    convolutions = [name for name, value in given.named_parameters() if value.ndim == 4 and name.startswith("trunk.")]
    assert all(torch.equal(started[name], given.state_dict()[name]) for name in convolutions)


def test_it_begins_from_the_trunk_of_a_segmenter_and_sees_what_that_saw():
    torch.manual_seed(0)
    segmenter, teacher = SegmenterNetwork().eval(), Teacher().eval()
    teacher.begin_from(segmenter.state_dict())
    windows = torch.rand(1, CHANNELS, 64, 64)
    with torch.no_grad():
        seen, told = segmenter.trunk(windows[:, :1]), teacher.trunk(windows)
    assert all(torch.allclose(one, other, atol=1e-5) for one, other in zip(seen, told, strict=True))


def test_bodies_come_for_the_boxes_that_it_answers():
    class Boxed(Teacher):
        """Outlines its box."""

        def forward(self, windows):
            return windows[:, 1, ::2, ::2] - 0.5

    boxes = np.array([[40.0, 40, 60, 100], [400, 400, 430, 440], [-30, -30, -10, -10]])
    found = Boxed().bodies(np.zeros((300, 420), np.float32), boxes)
    assert found[0].bbox == pytest.approx((40, 40, 60, 100), abs=2)
    assert len(found) == 1
    assert Boxed().bodies(np.zeros((300, 420), np.float32), np.zeros((0, 4))) == []


def test_lessons_are_joined_in_their_order():
    plain = [
        Shown(
            np.full((3, 4, 4), number, np.float32), np.full((2, 2), number, np.uint8),
            np.full((2, 2), number, np.float32),
        )
        for number in (51, 255)
    ]  # fmt: skip
    batch = joined(plain)
    assert batch.windows.shape == (2, 3, 4, 4)
    assert batch.masks[:, 0, 0].tolist() == pytest.approx([0.2, 1.0])
    assert batch.weights[:, 0, 0].tolist() == [51, 255]
