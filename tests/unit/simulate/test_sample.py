import cv2
import numpy as np

from karyodesk.iscn.karyotype import parse
from karyodesk.paths import resources
from karyodesk.simulate.write import write_cells

SAMPLE = resources() / "sample"


def test_the_sample_case_is_what_its_readme_says(tmp_path):
    made = write_cells(parse("47,XY,+21"), 1, tmp_path, seed=5)[0]
    shipped = cv2.imread(str(SAMPLE / made.name), cv2.IMREAD_UNCHANGED)
    again = cv2.imread(str(made), cv2.IMREAD_UNCHANGED)
    assert shipped.shape == again.shape
    # Another build of the JPEG library may round a grey value differently.
    assert np.abs(shipped.astype(int) - again).mean() < 1


def test_the_sample_case_is_small():
    pictures = sorted(SAMPLE.glob("*.png"))
    assert len(pictures) == 4
    assert all(picture.stat().st_size < 400_000 for picture in pictures)
