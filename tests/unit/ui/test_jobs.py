import threading
import time

import pytest

from karyodesk.domain.errors import Cancelled
from karyodesk.ui.jobs import JobRunner


@pytest.fixture
def runner(qapp):
    made = JobRunner()
    yield made
    made.cancel_all()
    assert made.wait(10000)


class Listener:
    def __init__(self, job):
        self.heard = []
        job.progressed.connect(lambda text, share: self.heard.append((text, share)))
        job.produced.connect(lambda result: self.heard.append(("produced", result)))
        job.succeeded.connect(lambda result: self.heard.append(("succeeded", result)))
        job.failed.connect(lambda error: self.heard.append(("failed", type(error).__name__)))
        job.cancelled.connect(lambda: self.heard.append("cancelled"))
        job.ended.connect(lambda: self.heard.append("ended"))


def finish(runner, qtbot):
    qtbot.waitUntil(lambda: not runner.active, timeout=10000)


def test_a_job_tells_its_steps_its_results_and_its_end_in_order(runner, qtbot):
    def work(report):
        report.step("half", 0.5)
        report.produce(1)
        return 2

    listener = Listener(runner.submit("count", work, "lane"))
    finish(runner, qtbot)
    assert listener.heard == [("half", 0.5), ("produced", 1), ("succeeded", 2), "ended"]


def test_signals_arrive_in_the_thread_of_the_window(runner, qtbot):
    threads = []
    job = runner.submit("where", lambda report: threading.get_ident(), "lane")
    job.succeeded.connect(lambda other: threads.append((other, threading.get_ident())))
    finish(runner, qtbot)
    assert threads[0][0] != threads[0][1] == threading.get_ident()


def test_an_error_is_told_once(runner, qtbot):
    listener = Listener(runner.submit("fail", lambda report: 1 // 0, "lane"))
    finish(runner, qtbot)
    assert listener.heard == [("failed", "ZeroDivisionError"), "ended"]


def test_a_cancelled_job_ends_at_once_and_what_it_still_finds_is_dropped(runner, qtbot):
    started, release = threading.Event(), threading.Event()

    def stubborn(report):
        started.set()
        release.wait(10)
        report.produce("too late")
        return "too late"

    job = runner.submit("stubborn", stubborn, "lane")
    listener = Listener(job)
    assert started.wait(10)
    job.cancel()
    assert listener.heard == ["cancelled", "ended"]
    assert runner.active == ()
    release.set()
    assert runner.wait(10000)
    qtbot.wait(50)
    assert listener.heard == ["cancelled", "ended"]


def test_a_cancelled_job_stops_at_its_next_step(runner):
    stopped, started = threading.Event(), threading.Event()

    def stepping(report):
        try:
            while True:
                started.set()
                report.step("on", 0.1)
                time.sleep(0.01)
        except Cancelled:
            stopped.set()
            raise

    job = runner.submit("stepping", stepping, "lane")
    assert started.wait(10)
    job.cancel()
    assert stopped.wait(10)


def test_a_waiting_job_that_is_cancelled_never_starts(runner, qtbot):
    release, ran = threading.Event(), []
    runner.submit("first", lambda report: release.wait(10), "lane")
    second = runner.submit("second", lambda report: ran.append(1), "lane")
    second.cancel()
    release.set()
    finish(runner, qtbot)
    assert runner.wait(10000)
    assert ran == []


def test_a_lane_is_one_after_the_other_and_lanes_are_side_by_side(runner, qtbot):
    order, release = [], threading.Event()
    runner.submit("a", lambda report: (release.wait(10), order.append("a")), "slow")
    runner.submit("b", lambda report: order.append("b"), "slow")
    runner.submit("c", lambda report: order.append("c"), "quick")
    qtbot.waitUntil(lambda: order == ["c"], timeout=10000)
    release.set()
    finish(runner, qtbot)
    assert order == ["c", "a", "b"]


def test_what_a_person_waits_for_goes_before_what_waits_in_the_lane(runner, qtbot):
    order, release, started = [], threading.Event(), threading.Event()
    runner.submit("running", lambda report: (started.set(), release.wait(10), order.append("running")), "lane")
    assert started.wait(10)
    runner.submit("waiting", lambda report: order.append("waiting"), "lane")
    runner.submit("wanted", lambda report: order.append("wanted"), "lane", urgent=True)
    release.set()
    finish(runner, qtbot)
    assert order == ["running", "wanted", "waiting"]
