"""Looking at the demo's page as a visitor does, by pointer or by keyboard."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.browser.conftest import Complaints, OpenPage

if TYPE_CHECKING:
    from playwright.async_api import Locator, Page

MOST_TABS = 120
NAME_IN_FOCUS = """() => {
  const at = document.activeElement;
  if (at === document.body) return "";
  return (at.getAttribute("aria-label") || at.innerText || at.value || "").trim().replace(/\\s+/g, " ");
}"""


@dataclass
class Visit:
    """A running demo: where its page is, and where pictures go."""

    url: str
    open_page: OpenPage
    pictures: Path
    complaints: Complaints
    pages: "list[Page]" = field(default_factory=list)

    async def window(self, person: str, place: str, **options: Any) -> "Page":
        """Open the page as somebody, once the opening days are over."""
        page: Page = await self.open_page(**{"viewport": {"width": 1280, "height": 800}, **options})
        self.pages.append(page)
        await page.goto(f"{self.url}?as={person}#{place}")
        await page.locator(".app").wait_for()
        await page.locator(".notice").first.wait_for(state="detached", timeout=60_000)
        return page

    async def picture(self, page: "Page", name: str) -> None:
        """Keep a screenshot."""
        await page.screenshot(path=self.pictures / f"{name}.png")


def box(page: "Page") -> "Locator":
    """The box in which the open conversation is written in."""
    return page.get_by_role("textbox", name="Message ")


def line(page: "Page", text: str) -> "Locator":
    """The newest message in the open conversation that holds this text."""
    return page.locator(".conversation .message").filter(has_text=text).last


def tour(page: "Page") -> "Locator":
    """The panel of the tour."""
    return page.get_by_role("complementary", name="Guided tour")


async def tab_to(page: "Page", name: str, *, backwards: bool = False) -> None:
    """Press Tab until something of this name is in focus."""
    for _ in range(MOST_TABS):
        if name in await page.evaluate(NAME_IN_FOCUS):
            return
        await page.keyboard.press("Shift+Tab" if backwards else "Tab")
    raise AssertionError(
        f"{name!r} is not reached by {MOST_TABS} tabs; there is {await page.evaluate(NAME_IN_FOCUS)!r}"
    )


async def press(page: "Page", name: str) -> None:
    """Go to something by Tab and press Enter on it."""
    await tab_to(page, name)
    await page.keyboard.press("Enter")
