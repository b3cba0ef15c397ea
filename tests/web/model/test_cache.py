"""The answer cache: what goes first, and how much room it takes."""

from interurban.web.model.cache import AnswerCache, Representation


def test_the_least_recently_used_goes_first_and_nothing_is_too_long() -> None:
    cache = AnswerCache(1)
    for number in range(10):
        cache.put(str(number), Representation(bytes(100_000)))
    each = cache.get("0")
    assert each
    cache.put("new", Representation(bytes(100_000)))
    assert [name for name in map(str, range(10)) if cache.get(name)] == ["0", *map(str, range(2, 10))]
    assert cache.size <= 2**20
    cache.put("long", Representation(bytes(cache.longest + 1), {}))
    assert cache.get("long") is None
    for _ in range(100):
        cache.put("new", each)
    assert cache.get("0") is each  # the same twice takes no more room


def test_what_somebody_still_reads_is_found_though_it_is_not_kept() -> None:
    cache = AnswerCache(1)
    long = Representation(bytes(cache.longest + 1))
    cache.put("long", long)
    assert cache.get("long") is long
    assert cache.size == 0
    del long
    assert cache.get("long") is None
