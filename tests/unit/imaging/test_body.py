import numpy as np
import pytest

from karyodesk.domain.outline import Outline
from karyodesk.imaging.body import Body, body_of, crop_body, mask_iou, outline_of, shared_pixels

from .drawings import ribbon


def test_crop_keeps_the_place():
    mask = np.zeros((20, 30), bool)
    mask[5:9, 12:20] = True
    body = crop_body(mask, 100, 200)
    assert body.bbox == (112, 205, 120, 209)
    assert body.mask.shape == (4, 8)
    assert body.mask.all()


def test_window_is_where_the_mask_lies():
    picture = np.zeros((20, 30), bool)
    body = Body(np.ones((4, 8), bool), 12, 5)
    picture[body.window] = True
    assert crop_body(picture).bbox == body.bbox


def test_empty_mask_is_no_body():
    assert crop_body(np.zeros((5, 5), bool)) is None


def test_outline_gives_the_mask_back():
    body = crop_body(ribbon([(60, 40), (150, 90), (140, 200)]))
    back = body_of(outline_of(body))
    assert back.bbox == body.bbox
    assert np.array_equal(back.mask, body.mask)


def test_body_in_pieces_has_a_polygon_each_the_larger_first():
    body = crop_body(ribbon([(60, 40), (80, 40)]) | ribbon([(60, 150), (250, 150)]))
    outline = outline_of(body)
    assert len(outline.polygons) == 2
    assert min(y for _, y in outline.polygons[0]) > 100
    assert np.array_equal(body_of(outline).mask, body.mask)


def test_single_pixel_has_an_outline():
    body = Body(np.ones((1, 1), bool), 7, 9)
    assert outline_of(body) == Outline((((7.0, 9.0),),))
    assert body_of(outline_of(body)).bbox == (7, 9, 8, 10)


def test_shared_pixels_are_those_that_both_masks_cover():
    hollow = np.ones((10, 10), bool)
    hollow[1:9, 1:9] = False
    frame = Body(hollow, 20, 30)
    assert shared_pixels(frame, Body(np.ones((30, 40), bool), 10, 10)) == 36
    assert shared_pixels(frame, Body(np.ones((5, 5), bool), 18, 28)) == 3 + 2
    assert shared_pixels(frame, Body(np.ones((5, 5), bool), 22, 32)) == 0
    assert shared_pixels(frame, Body(np.ones((10, 10), bool), 30, 30)) == 0


def test_iou_is_the_share_of_two_masks_that_both_cover():
    hollow = np.ones((10, 10), bool)
    hollow[1:9, 1:9] = False
    frame, square = Body(hollow, 20, 30), Body(np.ones((10, 10), bool), 20, 30)
    assert mask_iou(frame, frame) == 1
    assert mask_iou(frame, square) == mask_iou(square, frame) == pytest.approx(36 / 100)
    assert mask_iou(frame, Body(np.ones((10, 5), bool), 25, 30)) == pytest.approx(18 / (36 + 50 - 18))
    assert mask_iou(square, Body(np.ones((10, 10), bool), 25, 34)) == pytest.approx(30 / 170)
    assert mask_iou(square, Body(np.ones((10, 10), bool), 30, 30)) == 0
