"""What is wrong with a page in a browser: wider than its screen, or against axe's rules."""

from functools import cache
from pathlib import Path

from playwright.async_api import Page

AXE = Path(__file__).parents[1] / "frontend/node_modules/axe-core/axe.min.js"


async def faults_of(page: Page) -> list[str]:
    """Each fault in a line that names its element; none for a page that everybody can use."""
    size = page.viewport_size
    assert size is not None
    wide = await page.evaluate("document.documentElement.scrollWidth")
    await page.evaluate(_axe())
    found = await page.evaluate("axe.run().then(result => result.violations)")
    told = [f"{page.url}: {each['id']} at {each['nodes'][0]['html']}" for each in found]
    if wide > size["width"]:
        told.append(f"{page.url}: {wide} px wide on a screen of {size['width']} px")
    return told


@cache
def _axe() -> str:
    return AXE.read_text(encoding="utf-8")
