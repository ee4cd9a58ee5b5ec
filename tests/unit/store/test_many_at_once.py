"""Programs that are killed and programs that edit at once: a short run of what the benchmarks do at length."""

from contextlib import closing

from benchmarks import clients, kill
from karyodesk.store.engine import Store


def test_what_was_told_to_be_stored_is_there_after_the_program_was_killed(store_url):
    Store(store_url).close()
    result = kill.rounds(store_url, 5, seed=1)
    assert result.told > 0


def test_a_program_that_is_killed_while_it_makes_a_store_leaves_one_that_can_be_made(tmp_path):
    url = f"sqlite:///{tmp_path / 'cases.karyodesk'}"
    for delay in (0.0, 0.02, 0.1, 0.3):
        program = kill.WORKSHOP.Process(target=Store, args=(url,))
        program.start()
        program.join(delay)
        program.kill()
        program.join()
    with closing(Store(url)) as store:
        assert store.is_sqlite


def test_clients_on_one_case_lose_and_double_nothing(store_url):
    work = clients.run(store_url, clients=4, seconds=2, cell_count=1)
    assert sum(len(one.told) for one in work) > 0
    assert sum(one.stale for one in work) > 0
