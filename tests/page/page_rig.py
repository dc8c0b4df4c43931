"""Reads a page as a browser does: which scripts it has, its list of tests, and their data."""

from __future__ import annotations

import base64
import json
import zlib
from html.parser import HTMLParser
from typing import Any

import pytest

ALONE = ("-p", "conftest_plugin", "-p", "no:cacheprovider")
ASK = """
import pytest, requests
from fakestt import FakeSTT
def ask(stt, path="/v1/models"):
    return requests.get(stt.url + path, auth=("apikey", "any"), timeout=5)
"""


class _Elements(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        self.texts.append("")

    def handle_data(self, data: str) -> None:
        if self.texts:
            self.texts[-1] += data


class Page:
    """A page that was written."""

    def __init__(self, html: str) -> None:
        self.html = html
        elements = _Elements()
        elements.feed(html)
        elements.close()
        self.tags = [tag for tag, _ in elements.tags]
        self.attributes = [attributes for _, attributes in elements.tags]
        self._by_id = {
            one.get("id"): text for one, text in zip(self.attributes, elements.texts, strict=True) if one.get("id")
        }
        self.tests: list[dict[str, Any]] = json.loads(self._by_id["index"])

    def named(self, name: str) -> dict[str, Any]:
        """The facts of the one test whose name ends so."""
        [test] = [test for test in self.tests if test["name"].endswith(name)]
        return test

    def fakes(self, name: str) -> list[dict[str, Any]]:
        """The data of the test's fakes."""
        packed = self._by_id[f"data-{self.tests.index(self.named(name))}"]
        fakes: list[dict[str, Any]] = json.loads(zlib.decompress(base64.b64decode(packed)))
        return fakes


def read(pytester: pytest.Pytester, path: str = "page.html") -> Page:
    """The page that a run has written."""
    return Page((pytester.path / path).read_text("utf-8"))
