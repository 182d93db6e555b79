"""Somebody who uses the keyboard alone: how often they press a key, and where the focus is."""

from __future__ import annotations

from playwright.sync_api import Page as Tab

from tests.support.browser import settled, wait_for

_FOCUSED = """() => {
  const focused = document.activeElement.cloneNode(true);
  for (const hidden of focused.querySelectorAll("[aria-hidden=true]")) hidden.remove();
  return focused.getAttribute("aria-label") ?? focused.textContent.trim();
}"""
_CAN_BE_PRESSED = "document.activeElement.matches('button, a[href]')"
_HAS_FOCUS = "document.activeElement !== document.body"
SEEN = 1500
"""Milliseconds for which somebody looks at what has come before they press the next key."""


class Keyboard:
    """A tab, and how many keys were pressed in it."""

    def __init__(self, tab: Tab) -> None:
        self.tab = tab
        self.presses = 0
        self.ways: list[str] = []
        """What each press led to, for whoever reads a failure."""

    @property
    def focused(self) -> str:
        """What a screen reader calls the element that has the focus; close to it."""
        return str(self.tab.evaluate(_FOCUSED))

    def press(self, key: str) -> None:
        """Press a key."""
        self.tab.keyboard.press(key)
        self.presses += 1
        self.ways.append(f"{key}: {self.focused[:40]}")

    def go_to(self, name: str, *, back: bool = False, most: int = 40) -> None:
        """Press Tab until a button or link of this name has the focus.

        Raises:
            AssertionError: it is not among the next `most` ones.
        """
        for _ in range(most):
            if self.focused == name and self.tab.evaluate(_CAN_BE_PRESSED):
                return
            self.press("Shift+Tab" if back else "Tab")
        raise AssertionError(f"{name} was not reached:\n" + "\n".join(self.ways))

    def enter(self) -> None:
        """Press what has the focus, wait for the answer, and see that the focus is somewhere afterwards."""
        self.press("Enter")
        self.wait()

    def wait(self) -> None:
        """Wait until the page has answered and somebody has seen it; the focus may not be lost by then."""
        began = self.tab.evaluate("performance.now()")
        settled(self.tab)
        wait_for(self.tab, f"performance.now() > {began + SEEN}")
        settled(self.tab)
        wait_for(self.tab, _HAS_FOCUS, timeout=60_000)
