"""The analyser of a worker process: loaded once, with the methods that were asked for."""

import pickle

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
