"""The analyser of a worker process: loaded once, with the methods that were asked for."""

import pickle

import pytest

from karyodesk.cli.worker import LoadAnalyser, ready_analyser
from karyodesk.domain.methods import AllocationMethod, Methods, NamingMethod

ALONE = Methods(allocation=AllocationMethod.ALONE)


def test_a_process_loads_the_models_once_though_every_job_brings_its_own_copy():
    make = LoadAnalyser(ALONE)
    loaded = ready_analyser(make)
    assert ready_analyser(pickle.loads(pickle.dumps(make))) is loaded
    assert loaded.model_versions["allocation"] == "alone"


def test_other_methods_are_another_analyser():
    assert LoadAnalyser() == LoadAnalyser(Methods(NamingMethod.EXTENDED_RESNET, AllocationMethod.OPTIMAL))
    assert LoadAnalyser() != LoadAnalyser(ALONE)
    assert ready_analyser(LoadAnalyser()).model_versions["allocation"] == "optimal"


@pytest.mark.parametrize("method", NamingMethod, ids=str)
def test_every_method_names_its_models(method):
    versions = LoadAnalyser(Methods(method))().model_versions
    assert set(versions) == {"segmenter", "judge", "allocation", *{
        NamingMethod.EXTENDED_RESNET: ("classifier", "label_features"),
        NamingMethod.SIAMESE: ("siamese", "siamese_features"),
    }[method]}  # fmt: skip
