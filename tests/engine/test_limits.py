"""A query is an untrusted program: what it does costs one worker, and never a wrong answer."""

import os
import signal
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from engine.house import House, house, wait_until
from interurban.engine.shares import PROCESSORS

# None of these ends within the life of a test. The first answers nothing before its end, the second at once.
SILENT = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f FILTER (STR(?a) < STR(?f)) }"
TALKATIVE = "SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
HUNGRY = "SELECT * { ?a ?b ?c . ?d ?e ?f } ORDER BY ?a"

# Where every query counts as short, one worker is one worker.
ALIKE: dict[str, Any] = {"query_seconds": 60.0, "short_seconds": 60.0}
READING = "SELECT (COUNT(?o) AS ?n) { ?s ?p ?o FILTER(STRLEN(?o) > 0) }"
SLOW = "SELECT * { ?s ?p ?o . ?s ?q ?r . ?s ?t ?u . ?s ?v ?w }"
PATIENT: dict[str, Any] = {**ALIKE, "queue_seconds": 20.0}


def large(folder: Path) -> Path:
    """Write a dataset that takes much more memory than the program."""
    dataset = folder / "dataset.nq"
    dataset.write_text("".join(f'<http://e/{n % 10_000}> <http://p/{n % 7}> "{n}" .\n' for n in range(300_000)))
    return dataset


def private(worker: int) -> int:
    """Return the KiB of memory that only this process has (proc(5), smaps)."""
    lines = Path(f"/proc/{worker}/smaps_rollup").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("Private_Dirty:"))


def priority(worker: int) -> int:
    return os.getpriority(os.PRIO_PROCESS, worker)


def busy_with(server: House, count: int) -> None:
    wait_until(lambda: len(server.busy()) == count, f"{count} busy workers")


def test_a_runaway_query_ends_at_its_limit_while_others_are_answered(dataset: Path) -> None:
    with house(dataset, query_workers=2, web_processes=1, query_seconds=1.5) as server:
        runaway = server.begin(SILENT)
        busy_with(server, 1)
        (worker,) = server.busy()
        assert server.ask("ASK {}").body
        assert worker in server.busy()  # still at it
        assert runaway.rest(runaway.head()).failure == "QueryTimeoutError"
        wait_until(lambda: worker not in server.children() and len(server.workers()) == 2, "a new worker")
        assert server.ask("ASK {}").body


def test_an_answer_that_runs_into_the_limit_breaks_off(dataset: Path) -> None:
    with house(dataset, query_workers=1, web_processes=1, query_seconds=1.0, answer_megabytes=4096) as server:
        reply = server.ask(TALKATIVE)
    assert reply.head["form"] == "solutions"  # it had begun
    assert reply.body
    assert reply.failure == "QueryTimeoutError"


@pytest.mark.parametrize(
    "query", [HUNGRY, "ASK " + 40_000 * "{" + 40_000 * "}", "ASK { FILTER (" + 90_000 * "!" + "true) }"]
)
def test_a_query_that_takes_too_much_memory_ends(dataset: Path, query: str) -> None:
    with house(dataset, query_workers=1, web_processes=1, query_megabytes=64, **PATIENT) as server:
        (worker,) = server.workers() or {0}
        reply = server.ask(query)
        assert reply.failure == "QueryLimitError"
        assert not reply.head
        assert server.ask("ASK {}").body
        assert server.workers() != {worker}


@pytest.mark.skipif(PROCESSORS == 1, reason="where there is one processor, who runs long gives way and is replaced")
def test_the_worker_that_has_copied_the_release_is_asked_again(tmp_path: Path) -> None:
    """To read the store is to write to its pages, which then are this process's own; that takes most of the time."""
    with house(large(tmp_path), query_workers=3, web_processes=1, query_megabytes=1024, **PATIENT) as server:
        wait_until(lambda: len(server.workers()) == 3, "all workers")
        for _ in range(4):
            assert server.ask(READING).body
            wait_until(lambda: not server.busy(), "the end of it")
        copied = sorted(private(pid) for pid in server.workers())
    assert copied[0] < copied[1] * 2 < copied[2]


@pytest.mark.skipif(PROCESSORS == 1, reason="where there is one processor, who runs long gives way and is replaced")
def test_workers_have_copied_no_more_than_the_release_again(tmp_path: Path) -> None:
    with house(large(tmp_path), query_workers=3, web_processes=1, query_megabytes=64, **PATIENT) as server:
        wait_until(lambda: len(server.workers()) == 3, "all workers")
        assert server.ask(READING).body
        workers = server.workers()
        held = server.begin("SELECT * { ?s ?p ?o }")
        head = held.head()
        assert server.ask(READING).body  # by another one
        wait_until(lambda: len(server.workers() & workers) == 2 and len(server.workers()) >= 3, "one worker anew")
        assert not held.rest(head).error


def test_a_worker_killed_midway_gives_an_error_not_a_short_answer(dataset: Path) -> None:
    with house(dataset, query_workers=1, web_processes=1, **PATIENT) as server:
        conversation = server.begin(TALKATIVE)
        head = conversation.head()
        (worker,) = server.busy()
        os.kill(worker, signal.SIGKILL)
        reply = conversation.rest(head)
        assert reply.head["form"] == "solutions"
        assert reply.failure == "QueryLimitError"
        assert server.ask("ASK {}").body


@pytest.mark.parametrize("query", [SILENT, TALKATIVE])
def test_a_client_that_leaves_frees_its_worker(dataset: Path, query: str) -> None:
    with house(dataset, query_workers=1, web_processes=1, **PATIENT) as server:
        conversation = server.begin(query)
        busy_with(server, 1)
        conversation.hang_up()
        assert server.ask("ASK {}").body  # long before the other's limit


def test_a_web_process_that_dies_frees_its_workers(dataset: Path) -> None:
    with house(dataset, query_workers=1, web_processes=1, **PATIENT) as server:
        server.begin(SILENT)
        busy_with(server, 1)
        (web_process,) = server.web_processes()
        os.kill(web_process, signal.SIGKILL)
        assert server.ask("ASK {}").body


def test_who_left_the_line_is_passed_over(dataset: Path) -> None:
    with house(dataset, query_workers=1, web_processes=1, **PATIENT) as server:
        first = server.begin(SILENT)
        busy_with(server, 1)
        for conversation in [server.begin(SILENT) for _ in range(20)]:
            conversation.hang_up()
        first.hang_up()
        assert server.ask("ASK {}").body


def test_a_slow_reader_does_not_hold_a_worker_beyond_the_limit(dataset: Path) -> None:
    limits: dict[str, Any] = {"query_seconds": 1.0, "queue_seconds": 20.0, "short_seconds": 60.0}
    with house(dataset, query_workers=1, web_processes=1, **limits) as server:
        slow = server.begin(TALKATIVE)
        head = slow.head()
        assert server.ask("ASK {}").body
        assert slow.rest(head).failure == "QueryTimeoutError"


def test_a_query_that_finds_no_worker_is_refused(dataset: Path) -> None:
    with house(dataset, query_workers=1, web_processes=1, queue_seconds=0.1, **ALIKE) as server:
        server.begin(SILENT)
        busy_with(server, 1)
        reply = server.ask("ASK {}")
        assert reply.failure == "QueryRefusedError"
        assert "0.1 seconds" in reply.error["text"]


def test_a_line_longer_than_it_can_be_refuses_the_last_and_answers_the_first(dataset: Path) -> None:
    with house(dataset, query_workers=1, web_processes=1, **PATIENT) as server, ExitStack() as stack:
        runaway = server.begin(SILENT)
        busy_with(server, 1)
        waiting = [server.begin("ASK {}") for _ in range(400)]
        for conversation in waiting:
            stack.callback(conversation.hang_up)
        assert waiting[-1].rest(waiting[-1].head()).failure == "QueryRefusedError"
        runaway.hang_up()
        assert waiting[0].rest(waiting[0].head()).body


def test_only_so_many_queries_wait(dataset: Path) -> None:
    with house(dataset, query_workers=1, web_processes=2, queue_length=2, **PATIENT) as server:
        runaway = server.begin(SILENT)
        busy_with(server, 1)
        asked = [server.begin("ASK {}") for _ in range(12)]  # some of them at either process
        wait_until(lambda: sum(one.has_answered() for one in asked) >= 10, "all that cannot wait are told")
        refused = [one.rest(one.head()) for one in asked if one.has_answered()]
        assert {reply.failure for reply in refused} == {"QueryRefusedError"}
        assert all("2 queries are already waiting" in reply.error["text"] for reply in refused)
        runaway.hang_up()
        # two that came at the same moment for one place may both have been sent away, but somebody was let in
        assert any(one.rest(one.head()).body for one in asked if not one.is_read)
        wait_until(lambda: server.ask("ASK {}").body, "the line is empty")


def test_one_asker_has_only_a_share_whichever_web_process_answers(dataset: Path) -> None:
    limits: dict[str, Any] = {"query_workers": 6, "web_processes": 2, "client_queries": 3, "client_workers": 3}
    with house(dataset, **limits, **PATIENT) as server:
        begun = [server.begin(TALKATIVE, "one") for _ in range(3)]
        assert all(conversation.head()["form"] == "solutions" for conversation in begun)
        for _ in range(10):  # some of them at either process
            refused = server.ask("ASK {}", "one")
            assert refused.failure == "QueryShareError"
            assert "3 other queries" in refused.error["text"]
            assert server.ask("ASK {}", "another").body
            assert server.ask("ASK {}").body
        begun.pop().hang_up()
        wait_until(lambda: server.ask("ASK {}", "one").body, "a share that is free again")


def test_of_one_asker_only_so_many_queries_run_and_the_others_wait(dataset: Path) -> None:
    with house(dataset, query_workers=4, web_processes=2, client_workers=2, **PATIENT) as server:
        begun = [server.begin(SILENT, "one") for _ in range(2)]
        busy_with(server, 2)
        waiting = [server.begin("ASK {}", "one") for _ in range(8)]
        for _ in range(10):
            assert server.ask("ASK {}", "another").body
        busy_with(server, 2)  # a worker that has just answered is busy for a moment yet
        begun.pop().hang_up()
        for conversation in waiting:
            assert conversation.rest(conversation.head()).body


def test_a_query_that_costs_a_worker_costs_its_asker_a_moment(dataset: Path) -> None:
    with house(dataset, query_workers=2, web_processes=1, client_queries=1, **PATIENT) as server:

        def refused() -> bool:
            """Ask what costs a worker and, when the server knows that it is dead, ask again."""
            costly = server.begin(TALKATIVE, "one")
            head = costly.head()
            os.kill(next(iter(server.busy())), signal.SIGKILL)
            assert costly.rest(head).failure == "QueryLimitError"
            again = server.ask("ASK {}", "one")
            assert server.ask("ASK {}", "another").body
            wait_until(lambda: server.ask("ASK {}", "one").body, "the place is given back")
            return again.failure == "QueryShareError"

        assert any(refused() for _ in range(10))  # on a busy machine the moment may be over before one can ask again
        for _ in range(10):
            assert server.ask("ASK {}", "one").body  # one that ends well costs nothing


def test_who_waits_too_long_for_their_own_queries_is_told(dataset: Path) -> None:
    with house(dataset, query_workers=2, web_processes=1, client_workers=1, queue_seconds=1.0, **ALIKE) as server:
        server.begin(SILENT, "one")
        busy_with(server, 1)
        refused = server.ask("ASK {}", "one")
        assert refused.failure == "QueryShareError"
        assert "1 other query" in refused.error["text"]
        assert server.ask("ASK {}", "another").body


def test_the_shares_of_a_web_process_that_dies_are_free_again(dataset: Path) -> None:
    with house(dataset, query_workers=2, web_processes=1, client_queries=1, **PATIENT) as server:
        assert server.begin(TALKATIVE, "one").head()["form"] == "solutions"
        assert server.ask("ASK {}", "one").failure == "QueryShareError"
        (web_process,) = server.web_processes()
        os.kill(web_process, signal.SIGKILL)
        assert server.ask("ASK {}", "one").body


def test_an_answer_that_is_too_long_breaks_off(dataset: Path) -> None:
    with house(dataset, query_workers=1, web_processes=1, answer_megabytes=2, **PATIENT) as server:
        reply = server.ask(TALKATIVE)
        assert reply.head["form"] == "solutions"
        assert reply.failure == "QueryLimitError"
        assert "longer than 2 MiB" in reply.error["text"]
        assert 2**20 < len(reply.body) <= 2**21
        assert server.ask("ASK {}").body


def test_what_native_code_says_at_its_end_is_not_for_the_log(dataset: Path) -> None:
    with house(dataset, query_workers=1, web_processes=1, query_megabytes=64, **PATIENT) as server:
        assert server.ask(HUNGRY).failure == "QueryLimitError"
        assert server.ask("ASK {}").body
        assert server.log.read_text() == ""


def descriptors(pids: set[int]) -> int:
    """Return how many files these processes have open, together."""
    return sum(len(list(Path(f"/proc/{pid}/fd").iterdir())) for pid in pids)


def test_queries_that_are_killed_leave_nothing_behind(dataset: Path) -> None:
    with house(dataset, query_workers=4, web_processes=1, query_seconds=0.02, queue_seconds=20.0) as server:
        server.ask("ASK {}")
        wait_until(lambda: len(server.children()) == 5 and not server.busy(), "all processes")
        lasting = {server.process.pid, *server.web_processes()}  # each worker begins anew
        before = descriptors(lasting)
        for _ in range(75):
            together = [server.begin(SILENT) for _ in range(4)]
            for conversation in together:
                assert conversation.rest(conversation.head()).failure == "QueryTimeoutError"
                conversation.hang_up()
        wait_until(lambda: len(server.children()) == 5, "as many processes as before")
        wait_until(lambda: descriptors(lasting) <= before, "no more descriptors than before")


def test_answers_leave_nothing_behind_whether_read_or_not(dataset: Path) -> None:
    with house(dataset, query_workers=1, web_processes=1, **PATIENT) as server:
        server.ask("ASK {}")
        before = descriptors({server.process.pid, *server.children()})
        for _ in range(30):
            unread = server.begin(TALKATIVE)
            assert unread.head()["form"] == "solutions"
            unread.hang_up()
            assert server.ask("ASK {}").body
        wait_until(lambda: len(server.children()) == 2, "as many processes as before")
        wait_until(
            lambda: descriptors({server.process.pid, *server.children()}) <= before, "no more descriptors than before"
        )


def test_a_long_query_gives_way_where_no_processor_is_free_and_its_worker_is_replaced(dataset: Path) -> None:
    with house(dataset, query_workers=PROCESSORS, web_processes=1, **PATIENT) as server:
        for number in range(PROCESSORS - 1):
            server.begin(SILENT, f"address {number}")
        wait_until(lambda: len(server.busy()) == PROCESSORS - 1, "the others")
        slow = server.begin(SLOW)
        head = slow.head()
        workers = server.busy()
        wait_until(lambda: all(priority(pid) >= 10 for pid in workers), "a lower priority of all")
        assert not slow.rest(head).error
        wait_until(lambda: len(workers & server.workers()) == PROCESSORS - 1, "the end of its worker")
        assert server.ask("ASK {}").body


@pytest.mark.skipif(PROCESSORS == 1, reason="there is one processor for all")
def test_a_long_query_that_nobody_waits_for_is_not_slowed_down(dataset: Path) -> None:
    with house(dataset, query_workers=1, web_processes=1, **PATIENT) as server:
        slow = server.begin(SLOW)
        head = slow.head()
        (worker,) = server.busy()
        assert not slow.rest(head).error
        assert worker in server.workers()
        assert priority(worker) == priority(os.getpid())
