"""Takes a picture of every kind of page, for the eye: `make screenshots`, into screenshots/, which git does not keep.

In both languages, 320 and 1280 pixels wide, in light and in dark. Without an address (`ARGS=http://127.0.0.1:8000/`) an
excerpt of the data is built and served for it.
"""

import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import product
from pathlib import Path
from tempfile import TemporaryDirectory

import httpx

from browser import browsing
from excerpt import excerpt
from interurban.messages import LANGUAGES
from serving import free_port, interurban, serving
from web.kinds import every

FOLDER = Path(__file__).parents[1] / "screenshots"


@contextmanager
def served() -> Iterator[str]:
    """Serve an excerpt of the data, and give its address."""
    with TemporaryDirectory() as name:
        folder, port = Path(name), free_port()
        data = excerpt(folder / "data")
        built = interurban("build", "--data", data, "--releases", folder / "r", "--base", f"http://127.0.0.1:{port}/")
        if built.returncode:
            sys.exit(built.stderr)
        with serving(folder / "r", port=port) as server:
            yield server.address


def take(address: str) -> None:
    """Write a picture of each kind of page at an address: page-language-width-scheme.png."""
    FOLDER.mkdir(exist_ok=True)
    with (
        httpx.Client(base_url=address, timeout=60) as client,
        TemporaryDirectory() as profile,
        browsing(Path(profile)) as browser,
    ):
        for page, language in product(every(client), LANGUAGES):
            name = re.sub(r"\W+", "-", page.removeprefix(address)).strip("-")[:150] or "home"
            browser.open(f"{page}{'&' if '?' in page else '?'}lang={language}")
            for width, scheme in product((320, 1280), ("light", "dark")):
                browser.look(width, scheme)
                (FOLDER / f"{name}-{language}-{width}-{scheme}.png").write_bytes(browser.picture())
            print(name, language, flush=True)


def main() -> None:
    """Take the pictures of a server that is named, or of one that is started for it."""
    if len(sys.argv) > 1:
        take(sys.argv[1])
    else:
        with served() as address:
            take(address)


if __name__ == "__main__":
    main()
