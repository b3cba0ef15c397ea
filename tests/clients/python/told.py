"""How a client tells what came of a question: one line, the question and the answer with a tab between."""

from collections.abc import Callable


def told(asked: str, question: Callable[[], str]) -> None:
    """Print an answer, or the error there was instead."""
    try:
        came = question()
    except Exception as error:  # whatever it trips on is told, and the next question asked
        came = f"failed: {type(error).__name__}: {error}"
    print(asked, " ".join(came.split()), sep="\t")
