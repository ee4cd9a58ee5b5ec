"""What every making of training data needs: processes, segmenter and teacher in each of them, shards, whole files."""

import multiprocessing
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, TypeVar

import cv2

from karyodesk.recognition.segmenter import Segmenter

if TYPE_CHECKING:
    from karyodesk.training.segmenter.boxed import Teach

_SHARD = 100
Source = TypeVar("Source")
Made = TypeVar("Made")


def processes(workers: int) -> ProcessPoolExecutor:
    """Return so many processes, each with one thread of OpenCV's."""
    # Not forked: OpenCV's threads do not survive it.
    context = multiprocessing.get_context("spawn")
    return ProcessPoolExecutor(workers, context, initializer=cv2.setNumThreads, initargs=(1,))


@cache
def segmenter() -> Segmenter:
    """Return this process's segmenter, the one that is shipped, with one thread."""
    return Segmenter(threads=1)


@cache
def teaching(file: Path) -> "Teach":
    """Return what outlines chromosomes whose boxes are known, one of each file in a process, with one thread.

    Args:
        file: checkpoint of a teacher; or, by its ending, a shipped segmenter's ONNX file, whose readings are taken.
    """
    if file.suffix == ".onnx":
        from karyodesk.training.segmenter.readings import Readings

        return Readings(Segmenter(file.parent, threads=1)).bodies
    # Not above: what needs no teacher needs no PyTorch.
    import torch

    from karyodesk.training.segmenter.teacher import read_teacher

    torch.set_num_threads(1)
    return read_teacher(file).bodies


@contextmanager
def whole(path: Path) -> Iterator[BinaryIO]:
    """Open a file for writing that stands under its own name only once it is whole."""
    part = path.with_suffix(".part")
    with open(part, "wb") as file:
        yield file
    part.replace(path)


def shards(
    folder: Path,
    name: str,
    sources: Sequence[Source],
    make: Callable[[Sequence[Source]], Iterable[Made]],
    save: Callable[[Sequence[Made], Path], None],
) -> Iterator[str]:
    """Write a file for every hundred sources into a folder, but for those that are there; yields a line a file."""
    for start in range(0, len(sources), _SHARD):
        shard = folder / f"{name}-{start:05d}.npz"
        if not shard.exists():
            save(list(make(sources[start : start + _SHARD])), shard)
        yield f"{name}: {min(start + _SHARD, len(sources))} of {len(sources)}"
