"""What differs between laboratories, cameras and files, not between chromosomes: blur, contrast, noise, light."""

import cv2
import numpy as np

from karyodesk.imaging.density import FloatImage
from karyodesk.recognition.segmenter import LEAST, MOST


def regrade(density: FloatImage, random: np.random.Generator) -> FloatImage:
    """Return a (height, width) density as another laboratory's camera might have given it."""
    density = _curve(_soften_or_sharpen(density, random), random)
    density = density * np.float32(np.exp(random.normal(0, 0.18)))
    return np.asarray(np.clip(_light(_noise(_saturate(density, random), random), random), LEAST, MOST), np.float32)


def _soften_or_sharpen(density: FloatImage, random: np.random.Generator) -> FloatImage:
    kind = random.random()
    if kind < 0.35:
        return np.asarray(cv2.GaussianBlur(density, (0, 0), random.uniform(0.4, 1.8)), np.float32)
    if kind < 0.48:
        blurred = cv2.GaussianBlur(density, (0, 0), random.uniform(0.8, 2.0))
        return np.asarray(density + random.uniform(0.3, 1.2) * (density - blurred), np.float32)
    return density


def _curve(density: FloatImage, random: np.random.Generator) -> FloatImage:
    if random.random() > 0.3:
        return density
    return np.asarray(np.sign(density) * np.abs(density) ** random.uniform(0.6, 1.6), np.float32)


def _saturate(density: FloatImage, random: np.random.Generator) -> FloatImage:
    """Dark places of many cameras are cut off, or pressed together."""
    kind, top = random.random(), random.uniform(1.0, 2.0)
    if kind < 0.15:
        return np.asarray(top * (1 - np.exp(-np.maximum(density, LEAST) / top)), np.float32)
    return np.asarray(np.minimum(density, top), np.float32) if kind < 0.3 else density


def _noise(density: FloatImage, random: np.random.Generator) -> FloatImage:
    if random.random() > 0.4:
        return density
    noise = random.normal(0, random.uniform(0.01, 0.12), density.shape).astype(np.float32)
    if random.random() < 0.5:
        noise = 1.5 * cv2.GaussianBlur(noise, (0, 0), random.uniform(0.5, 1.2))
    return density + noise


def _light(density: FloatImage, random: np.random.Generator) -> FloatImage:
    """Ground that is not quite even."""
    if random.random() > 0.25:
        return density
    coarse = random.normal(0, 0.12, (4, 4)).astype(np.float32)
    height, width = density.shape
    return density + cv2.resize(coarse, (width, height), interpolation=cv2.INTER_CUBIC)
