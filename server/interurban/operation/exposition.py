"""What is counted, as Prometheus reads it (text format 0.0.4, or OpenMetrics for who asks for that).

It is told by a process of its own, which reads the memory that the others write to: nobody waits for it.
"""

import os
import socket
from collections.abc import Iterator
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer

from prometheus_client import CollectorRegistry, make_wsgi_app
from prometheus_client.core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    HistogramMetricFamily,
    InfoMetricFamily,
    Metric,
)
from prometheus_client.registry import Collector

from interurban import __version__
from interurban.operation.counters import BOUNDS, ENDINGS, STATUSES, Counters
from interurban.operation.processes import groups

_SECONDS = 10.0  # for who asks to say what they want, and to read it
_ONE_NUMBER = (
    ("cache_hits", "interurban_cache_hits", "Answers that were given from memory."),
    ("cache_misses", "interurban_cache_misses", "Answers that had to be made, and could be kept."),
    ("web_ended", "interurban_web_processes_ended", "Processes that answer HTTP and ended unasked."),
    ("lines_lost", "interurban_log_lines_lost", "Lines of the log that nobody took in time."),
    ("broken", "interurban_http_answers_broken", "Answers that had begun and did not come to their end."),
)
_NOW = (
    ("connections", "interurban_http_connections", "Connections that are open."),
    ("cache_bytes", "interurban_cache_bytes", "Memory that kept answers take."),
    ("running", "interurban_queries_running", "Queries that run."),
    ("waiting", "interurban_queries_waiting", "Queries that wait for their turn."),
)


class _Told(Collector):
    """Everything that is told, as it is at the moment. keeper: the service's first process."""

    def __init__(self, counters: Counters, keeper: int) -> None:
        self.counters, self.keeper = counters, keeper

    def describe(self) -> Iterator[Metric]:
        """Say nothing before it is asked: there is nothing yet."""
        return iter(())

    def collect(self) -> Iterator[Metric]:
        """Yield each family with its samples."""
        rows = list(self.counters.rows())
        sums = map(sum, zip(*(row.values() for row, _ in rows), strict=True))
        total = dict(zip(self.counters.cells, map(float, sums), strict=True))
        yield from self._requests(total)
        for name, told, text in _ONE_NUMBER:
            yield CounterMetricFamily(told, text, total[name,])
        for name, told, text in _NOW:
            yield GaugeMetricFamily(told, text, sum(row.get(name) for row, taken in rows if taken))
        ended = CounterMetricFamily("interurban_query_workers_ended", "Processes of queries, by why.", labels=["cause"])
        for how in ENDINGS:
            ended.add_metric([how], total["ended", how])
        yield ended
        filled = any(taken and row.get("filled") for row, taken in rows)
        ready = filled and not self.counters.draining
        yield GaugeMetricFamily("interurban_ready", "1 if all is answered, 0 at a start and before the end.", ready)
        yield InfoMetricFamily("interurban_program", "The program.", {"version": __version__})
        yield from _releases({row.release: row.get("published") for row, taken in rows if taken and row.release})
        yield from self._processes()

    def _requests(self, total: dict[tuple[str, ...], float]) -> Iterator[Metric]:
        requests = CounterMetricFamily(
            "interurban_http_requests",
            "Requests, by the kind of route and the status; 0: the client had gone before there was one.",
            labels=["route", "status"],
        )
        seconds = HistogramMetricFamily(
            "interurban_http_request_duration_seconds",
            "Until the answer began, by the kind of route.",
            labels=["route"],
        )
        for kind in self.counters.kinds:
            for status in STATUSES:
                if many := total["requests", kind, str(status)]:
                    requests.add_metric([kind, str(status)], many)
            counts = [total["bucket", kind, str(place)] for place in range(len(BOUNDS) + 1)]
            if any(counts):
                ends = [*map(str, BOUNDS), "+Inf"]
                buckets = [(end, sum(counts[: place + 1])) for place, end in enumerate(ends)]
                seconds.add_metric([kind], buckets, total["seconds", kind])
        yield requests
        yield seconds

    def _processes(self) -> Iterator[Metric]:
        families = {
            "processes": GaugeMetricFamily("interurban_processes", "Processes, by name.", labels=["name"]),
            "resident": GaugeMetricFamily(
                "interurban_resident_memory_bytes",
                "Memory of each, added up: shared memory counts often.",
                labels=["name"],
            ),
            "proportional": GaugeMetricFamily(
                "interurban_memory_bytes", "Memory; what is shared counts once (PSS).", labels=["name"]
            ),
            "descriptors": GaugeMetricFamily("interurban_open_fds", "Open descriptors.", labels=["name"]),
        }
        for name, group in sorted(groups(self.keeper).items()):
            for field, family in families.items():
                family.add_metric([name], getattr(group, field))
        yield from families.values()


def _releases(published: dict[str, float]) -> Iterator[Metric]:
    release = GaugeMetricFamily("interurban_release_info", "The release that is served.", labels=["version"])
    since = GaugeMetricFamily(
        "interurban_release_published_timestamp_seconds", "The instant from which it counts.", labels=["version"]
    )
    for version, moment in sorted(published.items()):
        release.add_metric([version], 1)
        since.add_metric([version], moment)
    yield release
    yield since


class _Handler(WSGIRequestHandler):
    """Asks nobody's name, tells of no request, and waits for nobody for long."""

    timeout = _SECONDS

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # as http.server calls it
        """Say nothing."""


def listen(listening: socket.socket, counters: Counters) -> int:
    """Answer on a socket that already listens, until this process ends; its parent is the service's first process."""
    registry = CollectorRegistry()
    registry.register(_Told(counters, os.getppid()))
    server = WSGIServer(listening.getsockname()[:2], _Handler, bind_and_activate=False)
    server.socket.close()
    server.socket = listening
    server.server_name, server.server_port = listening.getsockname()[:2]
    server.setup_environ()
    server.set_app(make_wsgi_app(registry))
    server.serve_forever()
    return 0
