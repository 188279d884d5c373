"""Takes the picture of a report's first screen that the README shows.

Usage: python reports/screenshot.py REPORT_FOLDER IMAGE.png [light|dark]
"""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

SIZE = {"width": 1280, "height": 900}


def take(report: Path, image: Path, scheme: str) -> None:
    """Write the first screen of ``report``/index.html to ``image``."""
    chromium = shutil.which("chromium")
    if chromium is None:
        raise SystemExit("chromium is not installed; get it with: apt-get install chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        page = browser.new_page(viewport=SIZE, color_scheme=scheme)  # type: ignore[arg-type]
        page.goto((report / "index.html").resolve().as_uri())
        image.parent.mkdir(parents=True, exist_ok=True)
        page.screenshot(path=image)
        browser.close()


if __name__ == "__main__":
    if len(sys.argv) not in (3, 4):
        raise SystemExit(__doc__)
    take(Path(sys.argv[1]), Path(sys.argv[2]), *(sys.argv[3:] or ["light"]))
