"""Nobody's long queries keep anybody's short ones waiting, whoever asks and however many."""

import os
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from engine.house import House, house, wait_until
from engine.test_limits import SILENT, TALKATIVE

LIMITS: dict[str, Any] = {"query_workers": 4, "query_seconds": 60.0, "short_seconds": 0.3}
SHORT = "ASK {{ <http://e/s{}> ?p ?o }}"


@pytest.fixture
def server(dataset: Path) -> Iterator[House]:
    with house(dataset, web_processes=2, queue_seconds=20.0, **LIMITS) as running:
        yield running


def long_ones(server: House, asker: str, count: int) -> None:
    """Let `asker` ask queries that do not end."""
    for number in range(count):
        server.begin(f"{SILENT} LIMIT {number + 1}", asker)


def answered(server: House, *askers: str) -> bool:
    return all(server.ask(SHORT.format(n), asker).body for n in range(10) for asker in askers)


def test_long_queries_of_an_address_do_not_keep_its_short_ones_waiting(server: House) -> None:
    long_ones(server, "institute", 12)
    assert answered(server, "institute", "elsewhere", "")


def test_long_queries_of_many_addresses_keep_nobody_waiting(server: House) -> None:
    for number in range(20):
        long_ones(server, f"address {number}", 2)
    assert answered(server, "address 1", "elsewhere", "")


def test_short_queries_of_who_is_known_cost_no_workers_while_many_run(server: House) -> None:
    assert answered(server, "institute")
    long_ones(server, "institute", 2)
    long_ones(server, "elsewhere", 2)
    wait_until(lambda: len(server.busy()) == 4 and len(server.workers()) == 8, "as many as may be, and as many others")
    before, since = server.workers(), set[int]()
    for number in range(20):
        assert server.ask(SHORT.format(number), "institute").body
        since |= server.workers()
    assert len(since - before) < 5  # a busy machine may take some for long ones


@pytest.mark.skipif((os.cpu_count() or 1) > 4, reason="nobody has to make way where there are processors for all")
def test_long_queries_make_way_at_once(server: House) -> None:
    for number in range(4):
        long_ones(server, f"address {number}", 1)
    wait_until(lambda: len(server.busy()) == 4, "all of them")
    wait_until(lambda: {*map(os.sched_getscheduler, server.busy())} == {os.SCHED_IDLE}, "their making way")


def test_there_are_no_more_long_queries_than_may_be(server: House) -> None:
    long_ones(server, "one", 6)
    wait_until(lambda: len(server.busy()) == 2, "half of what an address may run at a time")
    for number in range(6):
        long_ones(server, f"another {number}", 1)
    wait_until(lambda: len(server.busy()) == 4, "as many as there are workers")
    assert answered(server, "elsewhere")
    wait_until(lambda: len(server.workers()) >= 8, "those of the long ones, and as many for the others")


def test_what_made_room_begins_again_when_there_is_some(dataset: Path) -> None:
    with house(dataset, web_processes=1, queue_seconds=60.0, **LIMITS) as server:
        runaways = [server.begin(SILENT, "one") for _ in range(2)]
        wait_until(lambda: len(server.busy()) == 2, "both")
        waiting = server.begin(SILENT, "one")
        assert answered(server, "one")
        assert not waiting.has_answered()
        runaways[0].hang_up()
        runaways[1].hang_up()
        wait_until(lambda: len(server.busy()) == 1, "the third")
        assert not waiting.has_answered()


def test_who_finds_no_room_for_a_long_query_is_told_why(dataset: Path) -> None:
    with house(dataset, web_processes=1, queue_seconds=1.0, **LIMITS) as server:
        long_ones(server, "one", 2)
        wait_until(lambda: len(server.busy()) == 2, "both")
        told = server.ask(SILENT, "one")
        assert told.failure == "QueryShareError"
        assert "takes longer than 0.3 seconds" in told.error["text"]
        assert "dura più di 0.3 secondi" in told.error["testo"]


def test_an_answer_on_its_way_that_has_to_make_room_breaks_off_with_the_reason(dataset: Path) -> None:
    patient = LIMITS | {"short_seconds": 2.0}  # in which a busy machine has sent something
    with house(dataset, web_processes=1, queue_seconds=1.0, answer_megabytes=4096, **patient) as server:
        for _ in range(2):
            server.begin(TALKATIVE, "one").head()
        wait_until(lambda: len(server.busy()) == 2, "both")
        reply = server.ask(TALKATIVE, "one")
        assert reply.head["form"] == "solutions"
        assert reply.failure == "QueryShareError"
        assert "ended to make room" in reply.error["text"]


def test_what_can_begin_again_makes_room_before_an_answer_on_its_way(dataset: Path) -> None:
    patient = LIMITS | {"short_seconds": 1.0}
    with house(dataset, web_processes=1, queue_seconds=60.0, answer_megabytes=32, **patient) as server:
        silent = [server.begin(SILENT, f"address {number}") for number in range(4)]
        wait_until(lambda: len(server.busy()) == 4, "them")
        first = server.busy()
        last = server.begin(TALKATIVE, "elsewhere")
        head = last.head()
        wait_until(lambda: len(first & server.busy()) == 3, "one to make room")
        for one in silent:
            one.hang_up()  # so that it is at its end soon
        assert last.rest(head).failure == "QueryLimitError"  # it was too long, in the end


def test_who_has_few_under_way_is_let_in_though_the_line_is_full(dataset: Path) -> None:
    with house(
        dataset, query_workers=1, web_processes=1, queue_length=1, queue_seconds=20.0, short_seconds=60.0
    ) as server:
        runaway = server.begin(SILENT, "one")
        wait_until(lambda: len(server.busy()) == 1, "it")
        waiting = [server.begin("ASK {}", "two") for _ in range(4)]
        fifth = server.ask("ASK {}", "two")
        assert fifth.failure == "QueryRefusedError"
        runaway.hang_up()
        assert all(one.rest(one.head()).body for one in waiting)


def test_who_is_known_for_short_queries_does_not_wait_for_those_of_whom_nothing_is_known(dataset: Path) -> None:
    undecided = LIMITS | {"query_workers": 8, "short_seconds": 60.0}  # so none of theirs is long yet
    # one process lets them in: two may give away one place at the same moment
    with house(dataset, web_processes=1, queue_seconds=60.0, **undecided) as server:
        assert answered(server, "institute")
        for number in range(20):
            long_ones(server, f"address {number}", 2)
        wait_until(lambda: len(server.busy()) == 7, "all places but one")
        stranger = server.begin("ASK {}", "stranger")
        long_ones(server, "institute", 1)
        wait_until(lambda: len(server.busy()) == 8, "it, in the place that was kept")
        assert not stranger.has_answered()


def test_whose_queries_are_not_short_is_not_known_for_it_any_more(dataset: Path) -> None:
    undecided = LIMITS | {"short_seconds": 60.0}
    with house(dataset, web_processes=1, queue_seconds=60.0, **undecided) as server:
        assert answered(server, "one", "another")
        for _ in range(3):
            leaving = server.begin(SILENT, "one")
            wait_until(lambda: len(server.busy()) == 1, "it")
            leaving.hang_up()
            wait_until(lambda: not server.busy(), "its end")
        for number in range(3):
            long_ones(server, f"address {number}", 1)
        wait_until(lambda: len(server.busy()) == 3, "all places but one")
        waiting = server.begin("ASK {}", "one")
        assert answered(server, "another")
        assert not waiting.has_answered()


def test_a_worker_that_even_the_timer_does_not_end_is_ended(dataset: Path) -> None:
    with house(dataset, query_workers=1, web_processes=1, query_seconds=0.5, queue_seconds=20.0) as server:
        stopped = server.begin(SILENT, "one")
        wait_until(lambda: len(server.busy()) == 1, "it")
        os.kill(next(iter(server.busy())), signal.SIGSTOP)
        assert stopped.rest(stopped.head()).failure == "QueryTimeoutError"
        assert server.ask("ASK {}", "one").body
