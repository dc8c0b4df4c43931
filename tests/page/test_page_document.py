"""The page as a file: complete in itself, and nothing in it can do harm."""

from __future__ import annotations

import base64
import hashlib
import re
from typing import Any

from page_rig import Page
from page_stories import story

from fakestt.page.document import ShownTest, document, packed
from fakestt.page.of_fake import of_fake

EVIL = "</script><script>alert(1)</script><img src=x onerror=alert(1)><!--<script>"


def page(*tests: dict[str, Any], data: Any = ()) -> Page:
    return Page("".join(document(ShownTest(test, packed(data)) for test in tests)))


def test_a_page_gives_back_what_was_put_in() -> None:
    data = [of_fake(story())]
    shown = page({"name": "a"}, {"name": "b"}, data=data)
    assert [test["name"] for test in shown.tests] == ["a", "b"]
    assert shown.fakes("b") == data


def test_a_name_ends_no_element_and_begins_none() -> None:
    plain = page({"name": "t", "message": "m", "outcome": "failed"}, data=[{"name": "x"}])
    evil = page({"name": EVIL, "message": EVIL, "outcome": EVIL}, data=[{"name": EVIL}])
    assert evil.tags == plain.tags
    assert (evil.tests[0]["name"], evil.fakes(EVIL)) == (EVIL, [{"name": EVIL}])


def test_a_name_like_a_place_of_the_template_stays_as_it_is() -> None:
    assert page({"name": "{{script}}{{data}}"}).tests[0]["name"] == "{{script}}{{data}}"


def test_any_text_can_stand_on_the_page() -> None:
    odd = "\ud800 \x00 \u2028 é 漢 \\ \" '"
    assert page({"name": odd}, data=[odd]).fakes(odd) == [odd]
    page({"name": odd}).html.encode()


def test_the_page_needs_nothing_from_elsewhere() -> None:
    shown = page({"name": "a"})
    named = {name for one in shown.attributes for name in one}
    assert named.isdisjoint({"src", "srcset", "action", "background", "data", "style"})
    assert [one["href"] for one in shown.attributes if "href" in one] == []
    assert re.findall(r"\b(?:https?:)?//[a-z]\S*", shown.html) == ['http://www.w3.org/2000/svg";']
    assert not re.search(r"@import|url\(|innerHTML|insertAdjacentHTML|document\.write|\beval\b|Function\(", shown.html)


def test_the_policy_allows_the_pages_own_script_and_style_alone() -> None:
    shown = page({"name": "a"})
    [policy] = [one["content"] for one in shown.attributes if one.get("http-equiv") == "Content-Security-Policy"]
    assert policy is not None
    rules = dict(rule.split(" ", 1) for rule in policy.split("; "))
    for tag, rule in (("script", "script-src"), ("style", "style-src")):
        [text] = re.findall(rf"<{tag}>(.*?)</{tag}>", shown.html, re.DOTALL)
        digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
        assert rules.pop(rule) == f"'sha256-{digest}'"
    assert rules == {"default-src": "'none'", "base-uri": "'none'", "form-action": "'none'"}
