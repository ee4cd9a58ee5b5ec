"""Reading label features: sets of them are optional, anything else is refused."""

import io

import numpy as np
import pytest

from karyodesk.domain.errors import ModelError
from karyodesk.recognition.label_features import read_label_features
from karyodesk.recognition.models import ModelFile


def file_of(**arrays):
    buffer = io.BytesIO()
    np.savez(buffer, **arrays)
    return ModelFile("label_features", "1", "0" * 64, buffer.getvalue())


def arrays(types=24):
    rng = np.random.default_rng(0)
    return {
        "vectors": rng.normal(size=(types, 8)), "rows": rng.normal(size=(types, 6, 4)), "weights": np.ones(3)
    }  # fmt: skip


def test_a_set_is_read_as_it_is():
    members = np.random.default_rng(1).normal(size=(24, 5, 8))
    assert np.array_equal(read_label_features(file_of(**arrays(), members=members)).members, members)


def test_without_a_set_the_label_feature_vector_is_the_one_member():
    features = read_label_features(file_of(**arrays()))
    assert np.array_equal(features.members[:, 0], features.vectors)
    assert features.members.shape == (24, 1, 8)


OTHERS = {"types": arrays(23), "weights": {"weights": np.ones(2)}, "members": {"members": np.ones((2, 5, 8))}}


@pytest.mark.parametrize("wrong", OTHERS.values(), ids=OTHERS)
def test_label_features_of_another_version_are_refused(wrong):
    with pytest.raises(ModelError, match="another version"):
        read_label_features(file_of(**arrays() | wrong))


def test_a_file_that_lacks_an_array_is_refused():
    with pytest.raises(ModelError, match="cannot be read"):
        read_label_features(file_of(vectors=np.ones((24, 8))))
