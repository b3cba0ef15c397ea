"""Addresses take turns: a flood of pages from one keeps no other waiting; what no page knows makes no new page."""

import asyncio
import time

import httpx

from serving import Served, serving
from web.world import World


def from_address(served: Served, address: str) -> httpx.AsyncClient:
    transport = httpx.AsyncHTTPTransport(local_address=address, limits=httpx.Limits(max_connections=100))
    return httpx.AsyncClient(base_url=served.address, transport=transport, timeout=60)


async def order_of_answers(served: Served) -> tuple[int, int]:
    """Return how many of a flood had been answered when a visitor's page came, and how many there were."""
    async with from_address(served, "127.0.0.2") as flood, from_address(served, "127.0.0.3") as visitor:
        await visitor.get("/health")  # so that the connection is there
        done: list[float] = []

        async def one(number: int) -> None:
            await flood.get(f"/doc/city/?at={1000 + number}-01-01", headers={"Accept": "text/html"})
            done.append(time.monotonic())

        tasks = [asyncio.create_task(one(number)) for number in range(60)]
        while not done:
            await asyncio.sleep(0)
        await visitor.get("/doc/city/it-fonte", headers={"Accept": "text/html"})
        before = len(done)
        await asyncio.gather(*tasks)
        return before, len(done)


def test_a_visitor_is_answered_in_the_middle_of_a_flood(world: World) -> None:
    with serving(world.releases, "--web-processes", 1) as served:
        before, every = asyncio.run(order_of_answers(served))
    assert every == 60
    assert before < every - 10


def test_what_no_page_knows_is_no_part_of_it(client: httpx.Client) -> None:
    html = {"Accept": "text/html"}
    plain = client.get("/doc/city/it-fonte?lang=it", headers=html)
    for query in ("?x=1&lang=it", "?lang=it&utm_source=mail", "?lang=it&x=%FF"):
        answer = client.get(f"/doc/city/it-fonte{query}", headers=html)
        assert (answer.headers["etag"], answer.content) == (plain.headers["etag"], plain.content), query


def test_a_header_of_many_parts_is_not_read_to_its_end(client: httpx.Client) -> None:
    many = ", ".join(f"a/b{number};q=0.{number % 9}" for number in range(1000))
    answer = client.get("/doc/city/it-fonte", headers={"Accept": f"text/turtle, {many}"})
    assert answer.headers["content-type"].startswith("text/turtle")
    late = client.get("/doc/city/it-fonte", headers={"Accept": f"{many}, text/turtle"})
    assert late.status_code == 406


async def begun_before(served: Served) -> tuple[int, int]:
    """Return how many requests of a flood had been answered when a visitor's came, and how many there were."""
    async with from_address(served, "127.0.0.2") as flood, from_address(served, "127.0.0.3") as visitor:
        await visitor.get("/health")
        tasks = [asyncio.create_task(flood.get("/health")) for _ in range(60)]
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        await visitor.get("/health")
        before = sum(task.done() for task in tasks)
        return before, sum(answer.status_code == 200 for answer in await asyncio.gather(*tasks))


def test_of_one_address_so_many_requests_are_read_in_a_second(world: World) -> None:
    with serving(world.releases, "--web-processes", 1, "--client-requests", 20) as served:
        before, every = asyncio.run(begun_before(served))
    assert every == 60
    assert before < every - 10
