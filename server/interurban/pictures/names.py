"""Names as far as there is room for them."""


def cut(name: str, most: int) -> str:
    """Return a name of at most so many letters; one that is longer ends with an ellipsis."""
    return name if len(name) <= most else name[: most - 1].rstrip() + "…"
