"""Take the picture of the side-by-side page, docs/side-by-side.png, anew: ``python docs/screenshot.py``."""

import shutil
from pathlib import Path
from tempfile import TemporaryDirectory

from playwright.sync_api import sync_playwright

from d2l_compat.lessons.compare import write_page

DOCS = Path(__file__).parent
SHOWN = "?column=torch&column=tensorflow&column=mxnet#softmax-regression-scratch/softmax-define"
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")

if __name__ == "__main__":
    with TemporaryDirectory() as folder, sync_playwright() as playwright:
        page = Path(folder, "index.html")
        write_page([DOCS.parent / "notebooks"], page)
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        tab = browser.new_page(viewport={"width": 1440, "height": 900})
        tab.goto(page.as_uri() + SHOWN)
        tab.screenshot(path=DOCS / "side-by-side.png")
        browser.close()
