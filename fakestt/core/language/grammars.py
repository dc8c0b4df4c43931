"""What holds for grammars in every edition that has them, and how we know."""

from __future__ import annotations

from collections.abc import Mapping

from fakestt.core.provenance import Assumed, How, Source

__all__ = ["GRAMMAR_RULES"]

GRAMMAR_RULES: Mapping[str, How] = {
    "a grammar is looked at after it was added, and one that can't be read is undetermined": Source(
        "icp2020 grammar-add.md", "handleFailures"
    ),
    "its words are those of its rules, each as often as it stands there": Assumed(
        "the pages say that words are taken from grammars, and not how they are counted"
    ),
    "it is UTF-8, whatever encoding it names": Source("ibm-watson 11.2.0 speech_to_text_v1.py", "add_grammar"),
    "rules of other grammars and special rules make it undetermined": Assumed(
        "the pages say that they are not supported, and not what becomes of a grammar that has them"
    ),
    "XML with a document type is undetermined": Assumed(
        "no page says so; the fake takes neither entities nor what is to be fetched"
    ),
    "that it can be compiled is all that is looked at: a rule may use itself": Assumed(
        "only regular grammars are supported, and no page says what becomes of others"
    ),
    "a grammar with which its model would have too many words is undetermined": Assumed(
        "limits are documented, without what happens beyond them"
    ),
}
