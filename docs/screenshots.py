"""Pictures of the console's main pages, in three languages, in light and in dark.

    make screenshots [DATA=.ansvar]

They are taken in a real Chromium of a system in which the main story has been played: one that runs
already, or else one that is started for it. All go to `build/screenshots`; two of them stand in the
README and are renewed in `docs/images`.
"""

import asyncio
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from datetime import date
from pathlib import Path
from typing import Literal

from PIL import Image
from playwright.async_api import Browser, FloatRect, Page, async_playwright

from shared.command.running import Running, what_runs
from shared.command.says import Trouble
from shared.languages import LANGUAGES, Language
from shared.story.mails import read

HERE = Path(__file__).parent
FOLDER = HERE.parent / "build" / "screenshots"
IN_THE_README = {"en/hit.png": "hit.png", "en/replaced.png": "case.png"}
CHROMIUM = "/usr/bin/chromium"
WIDTH, HEIGHT, PHONE = 1360, 900, 390
LIMIT = 900.0
"""Seconds that playing the story may take."""

STATIC = {
    "today": "/",
    "hits": "/hits?show=all",
    "cases": "/cases?show=all",
    "documents": "/documents?show=any",
    "arrivals": "/arrivals",
    "suppliers": "/suppliers",
    "contracts": "/contracts?show=all",
    "follow-up": "/follow-up",
    "reports": "/follow-up/reports",
    "lists": "/lists",
    "search": "/search?q=nordlis",
    "payments": "/payments?show=all",
    "access": "/insight",
    "retention": "/retention",
    "inbox": "/inbox",
    "preferences": "/preferences",
    "rota": "/rota",
    "nowhere": "/no-such-page",
}
FIRST_OF = {
    "hit": ("/hits?show=all", "/hits/"),
    "case": ("/cases?show=all", "/cases/"),
    "replaced": ("/cases?show=all", "/cases/"),
    "document": ("/documents?show=any", "/documents/"),
    "supplier": ("/suppliers", "/suppliers/"),
    "contract": ("/contracts?show=all", "/contracts/"),
    "audit": ("/contracts?show=all", "/audits/"),
}
"""Pages of one thing: the list, and how the address of one in it begins."""
ABOUT = {"replaced": "Baltic Facility"}
"""Where it is not the first thing of a list that is meant: words of its line."""
TALL = 1680
"""Pixels of a page in the README: the decision and what came of it, without the whole history."""
COLOURS = 128
OF_THE_ADMIN = {"operations": "/operations"}
LOCALES: dict[Language, str] = {"da": "da-DK", "sv": "sv-SE", "en": "en-GB"}
"""That of the browser: fields of dates and times are written by it."""


@contextmanager
def system(data: Path) -> Iterator[Running]:
    """A system after the story."""
    try:
        yield what_runs(data)
        return
    except Trouble:
        pass
    with tempfile.TemporaryDirectory() as folder:
        own = Path(folder) / "ansvar"
        command = [
            sys.executable,
            "-m",
            "shared.command",
            "demo",
            "--port",
            "0",
            "--data",
            str(own),
        ]
        with (Path(folder) / "log").open("w+") as log:
            process = subprocess.Popen(command, stdout=log, stderr=subprocess.STDOUT)
            try:
                yield _told(process, own, Path(folder) / "log")
            finally:
                process.terminate()
                process.wait()


def _told(process: "subprocess.Popen[bytes]", data: Path, log: Path) -> Running:
    end = time.monotonic() + LIMIT
    while "The story is told" not in log.read_text():
        if process.poll() is not None or time.monotonic() > end:
            raise SystemExit(f"the story was not told:\n{log.read_text()[-2000:]}")
        time.sleep(1)
    return what_runs(data)


@asynccontextmanager
async def person(
    browser: Browser, url: str, name: str, language: Language, scheme: Literal["light", "dark"]
) -> AsyncIterator[Page]:
    """A page of somebody who signed in by a click on their name."""
    context = await browser.new_context(
        viewport={"width": WIDTH, "height": HEIGHT},
        color_scheme=scheme,
        reduced_motion="reduce",
        locale=LOCALES[language],
    )
    page = await context.new_page()
    await page.goto(f"{url}/sign-in")
    await page.get_by_role("button", name=name).first.click()
    await page.wait_for_url(f"{url}/")
    await page.goto(f"{url}/language/{language}")
    yield page
    await context.close()


async def places(page: Page, url: str) -> dict[str, str]:
    """The address of each page, with the first thing of each kind that there is."""
    found = dict(STATIC)
    for name, (listed, start) in FIRST_OF.items():
        await page.goto(f"{url}{listed}")
        links = page.locator(f'main a[href^="{start}"]')
        if name in ABOUT:
            links = page.locator("main tr", has_text=ABOUT[name]).locator(f'a[href^="{start}"]')
        if name == "audit":
            await page.goto(f"{url}{await page.locator('main td a').first.get_attribute('href')}")
        if await links.count():
            found[name] = str(await links.first.get_attribute("href"))
    if "supplier" in found:
        found["then"] = f"{found['supplier']}?as_of={date.today()}"
    if "contract" in found:
        found["chain"] = f"{found['contract']}/chain"
    return found


def letters(mail_dir: Path, url: str) -> dict[str, str]:
    """The newest one-time link of each kind, by what it is for: `hearing`, `documents`.

    Under the address of today: another port may have been in the mail."""
    mails = (read(path.read_bytes()) for path in sorted(mail_dir.glob("*.eml")))
    return {mail.opens.partition("/")[0]: f"{url}/l/{mail.token}" for mail in mails if mail.opens}


async def on_the_phone(browser: Browser, links: dict[str, str], folder: Path) -> None:
    """What suppliers see behind the links of their letters."""
    context = await browser.new_context(
        viewport={"width": PHONE, "height": HEIGHT}, locale="da-DK", reduced_motion="reduce"
    )
    page = await context.new_page()
    for kind, link in links.items():
        await page.goto(link)
        await page.screenshot(path=folder / f"letter-{kind}.png", full_page=True)
    await context.close()


async def take(url: str, folder: Path, links: dict[str, str]) -> None:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=CHROMIUM,
            args=["--no-sandbox", "--disable-gpu", "--force-color-profile=srgb"],
        )
        async with person(browser, url, "Mette", "en", "light") as page:
            there = await places(page, url)
        for language in LANGUAGES:
            async with person(browser, url, "Mette", language, "light") as page:
                await _pictures(page, url, there, folder / language)
        async with person(browser, url, "Mette", "da", "dark") as page:
            await _pictures(page, url, there, folder / "dark")
        async with person(browser, url, "Mette", "da", "light") as page:
            await page.set_viewport_size({"width": PHONE, "height": HEIGHT})
            await _pictures(page, url, there, folder / "phone")
        await on_the_phone(browser, links, folder / "phone")
        async with person(browser, url, "Ulla", "en", "light") as page:
            await _pictures(page, url, OF_THE_ADMIN, folder / "en")
        await browser.close()


async def _pictures(page: Page, url: str, there: dict[str, str], folder: Path) -> None:
    for name, path in there.items():
        await page.goto(f"{url}{path}")
        whole = name not in ("hit", "case")
        size = page.viewport_size or {"width": WIDTH, "height": HEIGHT}
        cut = FloatRect(x=0, y=0, width=size["width"], height=TALL)
        await page.screenshot(
            path=folder / f"{name}.png",
            full_page=whole,
            clip=cut if name in ABOUT else None,
        )


def keep(taken: Path, kept: Path) -> None:
    """A picture of few colours, in a third of the bytes."""
    with Image.open(taken) as picture:
        few = picture.convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE)
    few.save(kept, optimize=True)


def main() -> None:
    data = Path(sys.argv[1] if len(sys.argv) > 1 else ".ansvar")
    shutil.rmtree(FOLDER, ignore_errors=True)
    with system(data) as running:
        links = letters(Path(running.mail_dir), running.public_url)
        asyncio.run(take(running.public_url, FOLDER, links))
    for taken, kept in IN_THE_README.items():
        keep(FOLDER / taken, HERE / "images" / kept)
    sys.stdout.write(f"pictures are in {FOLDER}\n")


if __name__ == "__main__":
    main()
