"""The potato pages in a real browser: accessible, no wider than the window, and no label cut or over another."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.engines.potato_page_support import page_of, season_of

pytestmark = pytest.mark.browser
# Words of a plot that leave it, or that lie over each other by more than a line's leading.
FAULTS = """() => [...document.querySelectorAll('figure > svg')].filter(svg => svg.getBoundingClientRect().width).flatMap(svg => {
  const whole = svg.getBoundingClientRect(), named = svg.closest('figure').id;
  const words = [...svg.querySelectorAll('text')].map(one => [one.textContent, one.getBoundingClientRect()]);
  const cut = words.filter(([, at]) => at.left < whole.left - 1 || at.right > whole.right + 1 || at.top < whole.top - 1 || at.bottom > whole.bottom + 1);
  const over = words.flatMap(([one, a], place) => words.slice(place + 1).filter(([, b]) =>
    a.left < b.right - 1 && b.left < a.right - 1 && a.top < b.bottom - 3 && b.top < a.bottom - 3).map(([other]) => `${one} | ${other}`));
  return [...cut.map(([one]) => `${named}: ${one} cut`), ...over.map(one => `${named}: ${one}`)];
})"""


@pytest.mark.parametrize(("english", "width"), [(False, 1280), (True, 360)])
def test_a_page_is_accessible_and_nothing_is_cut(
    chromium: Any, tmp_path: Path, english: bool, width: int
) -> None:
    from axe_playwright_python.sync_playwright import Axe

    page = chromium.new_page(viewport={"width": width, "height": 900})
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    for name, text in (("plan", page_of(english)), ("season", season_of(english))):
        path = tmp_path / f"{name}.html"
        path.write_text(text, "utf-8")
        page.goto(path.as_uri())
        assert not [rule["id"] for rule in Axe().run(page).response["violations"]]
        assert page.evaluate("document.documentElement.scrollWidth") == width
        assert page.evaluate(FAULTS) == []
    assert [url for url in asked if not url.startswith("file:")] == []
    page.close()
