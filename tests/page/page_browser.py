"""A headless Chromium, told what to do over a pipe: the DevTools protocol, without a library."""

from __future__ import annotations

import base64
import json
import os
import shutil
import subprocess
from pathlib import Path
from types import TracebackType
from typing import Any

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def found() -> str | None:
    """The path of a browser, or None."""
    return next((path for name in NAMES if (path := shutil.which(name))), None)


class Browser:
    """One page in one browser, in a profile of its own."""

    def __init__(self, program: str, profile: Path) -> None:
        theirs_in, ours_out = os.pipe()
        ours_in, theirs_out = os.pipe()

        def at_three_and_four() -> None:
            # Each is moved out of the way first: one may be 3 or 4 already.
            told, telling = os.dup(theirs_in), os.dup(theirs_out)
            told, telling = os.dup(told), os.dup(telling)
            os.dup2(told, 3)
            os.dup2(telling, 4)

        flags = ["--headless=new", "--disable-gpu", "--no-first-run", "--hide-scrollbars", "--force-color-profile=srgb"]
        flags += ["--no-sandbox"] if os.geteuid() == 0 else []
        self._process = subprocess.Popen(
            [program, *flags, "--remote-debugging-pipe", f"--user-data-dir={profile}", "about:blank"],
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            preexec_fn=at_three_and_four, close_fds=False,
        )  # fmt: skip
        os.close(theirs_in)
        os.close(theirs_out)
        self._out, self._in = os.fdopen(ours_out, "wb", buffering=0), os.fdopen(ours_in, "rb")
        self._number = 0
        self._session = ""
        self.events: list[dict[str, Any]] = []
        [target] = [one for one in self("Target.getTargets")["targetInfos"] if one["type"] == "page"]
        self._session = self("Target.attachToTarget", targetId=target["targetId"], flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Network", "Log"):
            self(f"{domain}.enable")

    def __call__(self, method: str, **parameters: Any) -> Any:
        self._number += 1
        message = {"id": self._number, "method": method, "params": parameters}
        if self._session:
            message["sessionId"] = self._session
        self._out.write(json.dumps(message).encode() + b"\0")
        while (answer := self._next()).get("id") != self._number:
            self.events.append(answer)
        assert "error" not in answer, answer["error"]
        return answer["result"]

    def _next(self) -> dict[str, Any]:
        text = bytearray()
        while (byte := self._in.read(1)) != b"\0":
            assert byte, "the browser has ended"
            text += byte
        answer: dict[str, Any] = json.loads(text)
        return answer

    def seen(self, method: str) -> list[dict[str, Any]]:
        """What was told of by events of this name so far."""
        return [one["params"] for one in self.events if one.get("method") == method]

    def size(self, width: int, height: int, *, dark: bool = False) -> None:
        """Show the page on a screen like this."""
        self("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=width < 600)
        scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        self("Emulation.setEmulatedMedia", features=[scheme])

    def go(self, url: str) -> None:
        """Open a page, and wait until it is there."""
        self.events.clear()
        self("Page.navigate", url=url)
        while not self.seen("Page.loadEventFired"):
            self.events.append(self._next())

    def run(self, code: str) -> Any:
        """The value of an expression, awaited."""
        answer = self("Runtime.evaluate", expression=code, awaitPromise=True, returnByValue=True)
        assert "exceptionDetails" not in answer, answer["exceptionDetails"]
        return answer["result"].get("value")

    def until(self, code: str) -> Any:
        """Wait for an expression to be true, in the page's own frames."""
        look = f"const look = () => {{ const found = {code}; if (found) done(found);"
        look += " else if (left--) requestAnimationFrame(look); else failed('never came'); };"
        return self.run(f"new Promise((done, failed) => {{ let left = 600; {look} look(); }})")

    def key(self, key: str, *, shift: bool = False, text: str = "") -> None:
        """Press a key."""
        parameters = {"key": key, "modifiers": 8 if shift else 0, **({"text": text} if text else {})}
        self("Input.dispatchKeyEvent", type="keyDown", **parameters)
        self("Input.dispatchKeyEvent", type="keyUp", key=key)

    def mouse(self, kind: str, x: float, y: float, **more: Any) -> None:
        """`mouse("mousePressed", 10, 20)`; with the left button, unless more is said."""
        self("Input.dispatchMouseEvent", type=kind, x=x, y=y, **{"button": "left", "clickCount": 1, **more})

    def picture(self, path: Path, *, whole: bool = False) -> None:
        """Take a picture of what is seen, or of the whole page."""
        path.write_bytes(base64.b64decode(self("Page.captureScreenshot", captureBeyondViewport=whole)["data"]))

    def __enter__(self) -> Browser:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._session = ""
        self._out.close()
        self._in.close()
        self._process.terminate()
        self._process.wait(30)
