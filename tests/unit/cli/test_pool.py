import multiprocessing
import os
import signal
import time

import pytest

from karyodesk.cli.pool import in_order


def square(number):
    time.sleep(0.02 * (number % 3))
    return number * number


def die_on_three(number):
    if number == 3:
        os.kill(os.getpid(), signal.SIGKILL if hasattr(signal, "SIGKILL") else signal.SIGTERM)
    return number


def fail(number):
    raise LookupError(f"job {number}")


def settings_of_process(_):
    return os.getpid(), os.environ["OMP_NUM_THREADS"], signal.getsignal(signal.SIGINT) == signal.SIG_IGN


def sleep(seconds):
    time.sleep(seconds)


def unexpected(job):
    pytest.fail(f"no process died, {job} neither")


@pytest.mark.parametrize("workers", [1, 3])
def test_results_come_in_the_order_of_the_jobs(workers):
    assert list(in_order(square, range(7), workers, unexpected)) == [n * n for n in range(7)]


def test_a_process_that_dies_costs_its_own_job_alone():
    assert list(in_order(die_on_three, range(6), 2, lambda job: f"{job} died")) == [0, 1, 2, "3 died", 4, 5]


def test_what_a_job_raises_is_raised():
    with pytest.raises(LookupError, match="job 0"):
        list(in_order(fail, [0], 1, unexpected))


def test_workers_have_one_thread_and_are_deaf_to_interrupts():
    before = signal.getsignal(signal.SIGINT)
    ((pid, threads, deaf),) = in_order(settings_of_process, [0], 1, unexpected)
    assert (pid != os.getpid(), threads, deaf) == (True, "1", True)
    assert signal.getsignal(signal.SIGINT) is before


def test_leaving_early_ends_the_processes_at_once():
    start = time.monotonic()
    results = in_order(sleep, [0, 60, 60], 2, unexpected)
    assert next(results) is None
    results.close()
    assert time.monotonic() - start < 20
    assert not multiprocessing.active_children()
