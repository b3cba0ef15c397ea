"""The answer cache: what goes first, and how much room it takes."""

from interurban.web.model.cache import AnswerCache, Representation


def test_the_least_recently_used_goes_first_and_nothing_is_too_long() -> None:
    cache = AnswerCache(1)
    each = Representation(bytes(100_000), {})
    for number in range(10):
        cache.put(str(number), each)
    assert cache.get("0") is each
    cache.put("new", each)
    assert [name for name in map(str, range(10)) if cache.get(name)] == ["0", *map(str, range(2, 10))]
    assert cache.size <= 2**20
    cache.put("long", Representation(bytes(cache.longest + 1), {}))
    assert cache.get("long") is None
    for _ in range(100):
        cache.put("new", each)
    assert cache.get("0") is each  # the same twice takes no more room
