import hashlib

import numpy as np
import pytest
import tifffile

from karyodesk.domain.errors import Cancelled, ModelError, PictureError
from karyodesk.ui.pipeline import THUMBNAIL_SIDE, LazyAnalyser, analyse_file, load_models, look_through
from tests.e2e.stand_in import StandInAnalyser, draw_metaphase, write_metaphase


class Reported:
    """A report that remembers, and cancels after some steps."""

    def __init__(self, patience=1000):
        self.steps, self.results, self.patience = [], [], patience

    def step(self, text, share):
        self.steps.append((text, share))
        if len(self.steps) > self.patience:
            raise Cancelled

    def produce(self, result):
        self.results.append(result)


def nowhere(_sha256):
    """No case holds the picture."""


def test_the_models_are_loaded_once():
    made = []

    def factory():
        made.append(1)
        return StandInAnalyser()

    analyser = LazyAnalyser(factory)
    assert dict(analyser.model_versions) == {}
    load_models(analyser, Reported())
    assert analyser.get() is analyser.get()
    assert made == [1]
    assert "classifier" in analyser.model_versions


def test_models_that_fail_are_tried_again():
    answers = [ModelError("missing"), StandInAnalyser()]

    def factory():
        answer = answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer

    analyser = LazyAnalyser(factory)
    with pytest.raises(ModelError):
        analyser.get()
    assert isinstance(analyser.get(), StandInAnalyser)


def test_a_file_gives_a_cell_with_views_preview_and_thumbnail(tmp_path):
    reported = Reported()
    path = write_metaphase(tmp_path / "cell.png")
    assert analyse_file(path, LazyAnalyser(StandInAnalyser), nowhere, reported) == 1
    (page,) = reported.results
    assert (page.name, page.number, page.pages) == ("cell.png", 0, 1)
    assert len(page.analysed.views.of_cell(page.analysed.cell)) == 46
    assert min(page.analysed.thumbnail.shape[:2]) == THUMBNAIL_SIDE
    assert page.analysed.preview.dtype == np.uint8


def test_the_share_done_never_falls_and_stays_below_one(tmp_path):
    pages = np.stack([draw_metaphase(), draw_metaphase()])
    tifffile.imwrite(tmp_path / "two.tif", pages, photometric="minisblack")
    reported = Reported()
    analyse_file(tmp_path / "two.tif", LazyAnalyser(StandInAnalyser), nowhere, reported)
    shares = [share for _, share in reported.steps]
    assert shares == sorted(shares)
    assert 0 <= shares[0] < shares[-1] <= 1


def test_cancelling_stops_between_steps(tmp_path):
    reported = Reported(patience=5)
    with pytest.raises(Cancelled):
        analyse_file(write_metaphase(tmp_path / "cell.png"), LazyAnalyser(StandInAnalyser), nowhere, reported)
    assert reported.results == []


def test_a_page_that_is_refused_keeps_its_sentence(tmp_path):
    reported = Reported()
    analyse_file(write_metaphase(tmp_path / "blank.png", count=0), LazyAnalyser(StandInAnalyser), nowhere, reported)
    assert reported.results[0].analysed is None
    assert "No chromosomes were found" in reported.results[0].refusal


def test_a_file_that_the_case_holds_is_not_analysed_again(tmp_path):
    path, reported = write_metaphase(tmp_path / "cell.png"), Reported()
    held = {hashlib.sha256(path.read_bytes()).hexdigest(): "first.png"}
    with pytest.raises(PictureError, match=r"in the case already: first\.png\."):
        analyse_file(path, LazyAnalyser(StandInAnalyser), held.get, reported)
    assert reported.results == []


def test_a_folder_without_pictures_is_refused(tmp_path):
    with pytest.raises(PictureError, match="no picture in this folder"):
        look_through(tmp_path, Reported())
