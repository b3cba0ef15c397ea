"""The icon that phones put on their home screen is the site's, in pixels and up to the corners, which they cut."""

import base64
from pathlib import Path

import httpx

from browser import browsing

# How it is drawn: 180 x 180, as Apple asks for, with the ground of the icon up to the corners.
DRAW = """
const [drawing, there, done] = arguments, size = 180;
function canvas(image) {
  const made = document.createElement('canvas'), pen = made.getContext('2d', {willReadFrequently: true});
  made.width = made.height = size;
  pen.drawImage(image, 0, 0, size, size);
  const [r, g, b] = pen.getImageData(size / 2, 4, 1, 1).data;
  pen.globalCompositeOperation = 'destination-over';
  pen.fillStyle = `rgb(${r}, ${g}, ${b})`;
  pen.fillRect(0, 0, size, size);
  return made;
}
const pixels = made => made.getContext('2d').getImageData(0, 0, size, size).data;
Promise.all([drawing, there].map(async address => {
  const image = new Image();
  image.src = address;
  await image.decode();
  return [canvas(image), image.naturalWidth, image.naturalHeight];
})).then(([[drawn], [kept, width, height]]) => {
  const [a, b] = [pixels(drawn), pixels(kept)];
  const off = a.reduce((most, value, i) => Math.max(most, Math.abs(value - b[i])), 0);
  done({off, width, height, opaque: b.every((v, i) => i % 4 < 3 || v === 255), png: drawn.toDataURL('image/png')});
}).catch(error => done({error: String(error)}));
"""


def test_the_touch_icon_is_the_icon(real: httpx.Client, tmp_path: Path) -> None:
    page = real.get("/", headers={"accept": "text/html"}).text
    start = page.index('<link rel="apple-touch-icon" href="') + len('<link rel="apple-touch-icon" href="')
    address = page[start : page.index('"', start)]
    answer = real.get(address)
    assert answer.headers["content-type"] == "image/png"
    assert len(answer.content) < 10_000
    with browsing(tmp_path / "profile") as browser:
        browser.open(str(real.base_url))
        found = browser.chrome.execute_async_script(DRAW, "/static/icon.svg", address)
        assert (browser.complaints(), found.get("error")) == ([], None)
    drawn = tmp_path / "touch-icon.png"
    drawn.write_bytes(base64.b64decode(found["png"].partition(",")[2]))
    assert (found["width"], found["height"], found["opaque"]) == (180, 180, True)
    assert found["off"] <= 8, (
        f"the icon is another now; drawn anew: {drawn}"
    )  # of 255: browsers smooth edges differently
