"""`PYTHONPATH=src python -m tools.pictures [--data DIR]`: takes the README's pictures from a running demo mall, into `docs/pictures/`.

It needs Chromium, Noto's Chinese fonts and the requirements of the tests.
"""

from __future__ import annotations

import argparse
import json
import shutil
import sys
from io import BytesIO
from pathlib import Path
from typing import Any

from PIL import Image, ImageDraw, ImageFilter
from playwright.sync_api import Browser, Page, sync_playwright

ROOT = Path(__file__).parents[1]
TARGET = ROOT / "docs" / "pictures"
MANAGER = "shop@zhanggui.local"
SHELF = "/c/plants"
PRODUCT = "/p/zhuni-round-teapot"
DESKTOP: dict[str, Any] = {"viewport": {"width": 1440, "height": 900}, "device_scale_factor": 2}
PHONE: dict[str, Any] = {
    "viewport": {"width": 390, "height": 844}, "device_scale_factor": 2, "is_mobile": True, "has_touch": True,
}  # fmt: skip
MENU = 236  # pixels at the left of the back office
WIDTH = 1600  # of a finished picture
MOST_BYTES = 250_000
MARGIN, RADIUS = 56, 18
GROUND = ((0xF1, 0xEA, 0xDD), (0xDD, 0xE3, 0xD8))  # on the left, on the right


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=ROOT / "var", help="data directory of the running mall")
    data: Path = parser.parse_args().data
    try:
        url = json.loads((data / "run" / "up.json").read_text())["url"]
        password = json.loads((data / "keys" / "demo.json").read_text())["password"]
    except (OSError, KeyError, ValueError):
        sys.stderr.write(f"no demo mall is running on {data}\n")
        return 1
    TARGET.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium") or shutil.which("google-chrome"),
            args=["--no-sandbox", "--disable-gpu"],
        )
        save("shop", beside(taken(browser, url, "/", DESKTOP), taken(browser, url, SHELF, PHONE)))
        save("product", beside(taken(browser, url, PRODUCT, DESKTOP), taken(browser, url, PRODUCT, PHONE)))
        desk, report = (taken(browser, url, path, DESKTOP, password) for path in ("/office", "/office/reports/weekly"))
        save("office", before(desk, report.crop((2 * MENU, 0, report.width, report.height))))
        browser.close()
    return 0


def taken(browser: Browser, url: str, path: str, device: dict[str, Any], password: str = "") -> Image.Image:
    """What is seen of a page before anybody scrolls; signed in as the manager where a password is given."""
    context = browser.new_context(base_url=url, locale="zh-CN", reduced_motion="reduce", **device)
    page = context.new_page()
    if password:
        page.goto("/office/sign-in")
        page.fill("[name=email]", MANAGER)
        page.fill("[name=password]", password)
        page.locator("form:has([name=password]) button[type=submit]").click()
        page.wait_for_url("**/office**")
    page.goto(path)
    _settle(page)
    shown = Image.open(BytesIO(page.screenshot())).convert("RGB")
    context.close()
    return shown


def _settle(page: Page) -> None:
    page.wait_for_load_state("networkidle")
    page.evaluate("document.fonts.ready")
    page.wait_for_timeout(1200)  # charts grow


def beside(desktop: Image.Image, phone: Image.Image) -> Image.Image:
    """A page on a large screen, and before it one on a telephone."""
    inner, small = _fitted(desktop, round(WIDTH * 0.79)), _fitted(phone, round(WIDTH * 0.2))
    whole = _ground(inner.height + 2 * MARGIN)
    _stand(whole, inner, MARGIN, MARGIN, RADIUS)
    frame = Image.new("RGB", (small.width + 20, small.height + 20), (0x22, 0x22, 0x20))
    frame.paste(small, (10, 10), _rounded(small.size, 30))
    _stand(whole, frame, WIDTH - frame.width - MARGIN // 2, whole.height - frame.height - MARGIN // 2, 40)
    return whole


def before(back: Image.Image, front: Image.Image) -> Image.Image:
    """A page on a large screen, and another one before its lower right corner."""
    inner, other = _fitted(back, round(WIDTH * 0.79)), _fitted(front, round(WIDTH * 0.46))
    whole = _ground(inner.height + 2 * MARGIN)
    _stand(whole, inner, MARGIN, MARGIN, RADIUS)
    _stand(whole, other, WIDTH - other.width - MARGIN // 2, whole.height - other.height - MARGIN // 2, RADIUS)
    return whole


def _fitted(picture: Image.Image, width: int) -> Image.Image:
    return picture.resize((width, round(picture.height * width / picture.width)), Image.Resampling.LANCZOS)


def _ground(height: int) -> Image.Image:
    across = Image.linear_gradient("L").transpose(Image.Transpose.ROTATE_90).resize((WIDTH, height))
    left, right = (Image.new("RGB", (WIDTH, height), colour) for colour in GROUND)
    return Image.composite(right, left, across)


def _rounded(size: tuple[int, int], radius: int) -> Image.Image:
    mask = Image.new("L", (size[0] * 4, size[1] * 4))
    ImageDraw.Draw(mask).rounded_rectangle((0, 0, *mask.size), radius * 4, fill=255)
    return mask.resize(size, Image.Resampling.LANCZOS)


def _stand(whole: Image.Image, picture: Image.Image, x: int, y: int, radius: int) -> None:
    """Put it there with a soft shadow."""
    shade = Image.new("L", whole.size)
    shade.paste(110, (x, y + 14), _rounded(picture.size, radius))
    whole.paste((0x3A, 0x33, 0x28), (0, 0), shade.filter(ImageFilter.GaussianBlur(22)))
    whole.paste(picture, (x, y), _rounded(picture.size, radius))


def save(name: str, picture: Image.Image) -> None:
    """As WebP, as good as its size allows."""
    for quality in range(90, 30, -6):
        out = BytesIO()
        picture.save(out, "WEBP", quality=quality, method=6)
        if len(out.getvalue()) < MOST_BYTES:
            break
    (TARGET / f"{name}.webp").write_bytes(out.getvalue())
    sys.stdout.write(f"{name}.webp {picture.width}×{picture.height} {len(out.getvalue()) // 1000} kB\n")


if __name__ == "__main__":
    sys.exit(main())
