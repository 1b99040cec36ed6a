"""The browser of these tests: the machine's own Chromium, driven by playwright."""

import shutil

import pytest
from playwright.sync_api import sync_playwright

ARGUMENTS = [
    "--no-sandbox",  # containers run as root and lack the namespaces it needs
    "--disable-dev-shm-usage",  # and have a /dev/shm of 64 MB
    # Nothing but the page under test may ask the network for anything.
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-sync",
    "--no-first-run",
]


@pytest.fixture(scope="session")
def browser():
    """A running Chromium. Where none is installed that is an error, never a skip."""
    names = ("chromium", "chromium-browser", "google-chrome")
    executable = next(filter(None, map(shutil.which, names)), None)
    if executable is None:
        pytest.fail(f"expected one of {', '.join(names)} on PATH and found none: apt install chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=ARGUMENTS)
        yield browser
        browser.close()
