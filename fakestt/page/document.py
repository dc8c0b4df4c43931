"""The page: one HTML file with all that it needs, for a reader without a network."""

from __future__ import annotations

import base64
import hashlib
import json
import re
import zlib
from collections.abc import Iterable, Iterator
from importlib.resources import files
from typing import Any, NamedTuple

__all__ = ["ShownTest", "document", "packed"]

_PLACE = re.compile(r"\{\{(\w+)\}\}")


class ShownTest(NamedTuple):
    """A test on the page.

    Attributes:
        facts: what its line in the list shows, and what is searched.
        data: of its fakes, packed. The page unpacks it when the test is opened.
    """

    facts: dict[str, Any]
    data: str


def packed(data: object) -> str:
    """Data as text that stands anywhere in HTML: JSON, deflated, in base64. It is a tenth as long as JSON."""
    text = json.dumps(data, separators=(",", ":"))
    return base64.b64encode(zlib.compress(text.encode(), 9)).decode("ascii")


def document(tests: Iterable[ShownTest]) -> Iterator[str]:
    """The HTML, in pieces."""
    tests = list(tests)
    style, script = (
        _file("page.css"),
        "".join(map(_file, ("scale.js", "chart.js", "fake.js", "explored.js", "page.js"))),
    )
    pieces = {
        # No source of anything is allowed but this style and this script, so nothing can be fetched or sent.
        "policy": f"default-src 'none'; style-src {_digest(style)}; script-src {_digest(script)}; "
        "base-uri 'none'; form-action 'none'",
        "style": style,
        "script": script,
        "tests": _json([test.facts for test in tests]),
    }
    html, _, rest = _file("page.html").partition("{{data}}")
    yield _PLACE.sub(lambda match: pieces[match[1]], html)
    for number, test in enumerate(tests):
        yield f'<script type="text/plain" id="data-{number}">{test.data}</script>\n'
    yield _PLACE.sub(lambda match: pieces[match[1]], rest)


def _file(name: str) -> str:
    return files("fakestt.page").joinpath(name).read_text(encoding="utf-8")


def _digest(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode('ascii')}'"


def _json(data: object) -> str:
    """JSON that ends no element: a test may be called `</script>`."""
    return json.dumps(data, separators=(",", ":")).replace("<", "\\u003c")
