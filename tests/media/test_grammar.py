"""Grammars as they are read: the rule for ABNF, the XML that is taken, and what hostile XML is told."""

from __future__ import annotations

import tracemalloc
from io import BytesIO

import pytest

from fakestt.media.grammar import ABNF, XML, read_grammar
from fakestt.media.grammar_abnf import DECLARATIONS, SPECIAL
from fakestt.media.grammar_xml import MOST_DEPTH
from fakestt.media.text import LONGEST, TextFacts

HEAD = "#ABNF 1.0;\n"
NAMESPACE = 'xmlns="http://www.w3.org/2001/06/grammar"'


def read(text: str | bytes, kind: str | None = None) -> TextFacts:
    return read_grammar(BytesIO(text if isinstance(text, bytes) else text.encode()), kind)


def abnf(rules: str) -> TextFacts:
    return read(HEAD + rules, ABNF)


def xml(inside: str, attributes: str = "") -> TextFacts:
    return read(f"<grammar {attributes}>{inside}</grammar>", XML)


# Both forms


def test_the_words_are_those_of_the_rules_and_each_counts() -> None:
    facts = abnf("$a = Yi Wen Tan | Yon See | Yi See;")
    assert (facts.total_words, facts.problem) == (7, None)
    assert facts.words == {"Yi": 2, "Wen": 1, "Tan": 1, "Yon": 1, "See": 2}


def test_both_forms_of_a_grammar_hold_the_same_words() -> None:
    plain = read("#ABNF 1.0 UTF-8;\nlanguage en-US;\nroot $yesno;\n$yesno = yes | no way | café;", ABNF)
    as_xml = read(
        f'<?xml version="1.0" encoding="UTF-8"?>\n<grammar {NAMESPACE} version="1.0" root="yesno">\n<rule id="yesno">'
        "<one-of><item>yes</item><item>no <token>way</token></item><item>café</item></one-of></rule></grammar>",
        XML,
    )
    assert plain == as_xml == TextFacts(4, {"yes": 1, "no": 1, "way": 1, "café": 1})


@pytest.mark.parametrize("kind", [ABNF, XML])
@pytest.mark.parametrize(
    ("data", "problem"),
    [
        (b"\xff\xfe\x00", "it is not UTF-8"),
        ("#ABNF 1.0; $a = caf\xe9;".encode("latin-1"), "it is not UTF-8"),
        ('<grammar><rule id="a">b</rule></grammar>'.encode("utf-16"), "it is not UTF-8"),
    ],
)
def test_bytes_that_are_not_utf_8_are_no_grammar(kind: str, data: bytes, problem: str) -> None:
    assert read(data, kind).problem == problem


@pytest.mark.parametrize(
    ("text", "kind"),
    [("#ABNF 1.0 ISO-8859-1; $a = café;", ABNF),
     ('<?xml version="1.0" encoding="ISO-8859-1"?><grammar><rule id="a">café</rule></grammar>', XML),
     ('<?xml version="1.0" encoding="x-unknown"?><grammar><rule id="a">café</rule></grammar>', XML)],
)  # fmt: skip
def test_an_encoding_that_a_grammar_names_is_ignored(text: str, kind: str) -> None:
    assert read(text, kind).words == read("\ufeff" + text, kind).words == {"café": 1}


def test_a_form_that_is_not_said_is_known_by_its_beginning() -> None:
    assert read(HEAD + "$a = b;").words == read(' \n<grammar><rule id="a">b</rule></grammar>').words == {"b": 1}
    assert read("<grammar>", ABNF).problem == "it does not begin with #ABNF 1.0;"


def test_a_grammar_without_a_word_or_with_an_endless_one_is_none() -> None:
    assert abnf("$a = {tag};").problem == xml('<rule id="a"><item/></rule>').problem == "it holds no word"
    assert abnf(f"$a = {'a' * LONGEST};").problem is None
    assert abnf(f"$a = {'a' * (LONGEST + 1)};").problem == f"it has a word of more than {LONGEST} characters"


# ABNF


@pytest.mark.parametrize(
    ("rules", "words"),
    [
        ("$a = b; // c\n/* $d = e; */", {"b": 1}),
        ("public $a = b $c; private $c = d;", {"b": 1, "d": 1}),
        ("$a = [please] (/2/ yes | /0.5/ no) {out = 1;};", {"please": 1, "yes": 1, "no": 1}),
        ("$a = {!{ a } b }!} c;", {"c": 1}),
        ('$a = "New York"!en-US | b!fr-FR;', {"New": 1, "York": 1, "b": 1}),
        ("$a = b<0-1> c <2> d<3-> e< 1 - 2 /0.5/ >;", {"b": 1, "c": 1, "d": 1, "e": 1}),
        ("$a = () b [];", {"b": 1}),
        ("$a = IEEE's hi-hat 42;", {"IEEE's": 1, "hi-hat": 1}),
        ("$a = b | c $a;", {"b": 1, "c": 1}),
        ("{global};\n$a = b;", {"b": 1}),
        ("meta \"author\" is \"x\"; tag-format <semantics/1.0>; base <http://x/>; mode voice; $a = b;", {"b": 1}),
        ("$language = mode;", {"mode": 1}),
    ],
)  # fmt: skip
def test_abnf_that_is_taken(rules: str, words: dict[str, int]) -> None:
    assert (abnf(rules).words, abnf(rules).problem) == (words, None)


@pytest.mark.parametrize(
    ("rules", "problem"),
    [
        ("", "it has no rule"),
        ("language en-US;", "it has no rule"),
        ("a path name", "line 2: the last statement has no ;"),
        ("a path name;", "line 2: this is neither a declaration nor a rule"),
        ("$a b;", "line 2: this is neither a declaration nor a rule"),
        ("$NULL = b;", "line 2: this is neither a declaration nor a rule"),
        ("public;", "line 2: this is neither a declaration nor a rule"),
        (";", "line 2: a statement is empty"),
        ("$a = b;\n\n$a = c;", "line 4: a rule is defined for the second time"),
        ("$a =\n$b;", "line 3: a rule is used that is not defined"),
        ("root $b; $a = c;", "line 2: a rule is used that is not defined"),
        ("$a = b\\c;", "line 2: what stands there belongs to no grammar"),
        ('$a = "b;', "line 2: what stands there belongs to no grammar"),
        ("$a = b /* c", "line 2: what stands there belongs to no grammar"),
        ("$a = {b;", "line 2: what stands there belongs to no grammar"),
        ("$a = ;", "line 2: something is missing before it, or a bracket is open"),
        ("$a = b |;", "line 2: something is missing before it, or a bracket is open"),
        ("$a = | b;", "line 2: something is missing before it, or a bracket is open"),
        ("$a = b || c;", "line 2: something is missing before it, or a bracket is open"),
        ("$a = (b;", "line 2: something is missing before it, or a bracket is open"),
        ("$a = b = c;", "line 2: something is missing before it, or a bracket is open"),
        ("$a = (b];", "line 2: a bracket closes nothing"),
        ("$a = b);", "line 2: a bracket closes nothing"),
        ("$a = (b |);", "line 2: a bracket closes nothing"),
        ("$a = <0-1> b;", "line 2: a repeat is wrong"),
        ("$a = b <x>;", "line 2: a repeat is wrong"),
        ("$a = b /2/;", "line 2: a weight stands before a choice"),
        ("$a = !en-US b;", "line 2: a language is that of nothing"),
        ("$a = $<http://x/y.gram>;", "line 2: rules of other grammars are not supported"),
        *((f"$a = b | {name};", "line 2: special rules are not supported") for name in sorted(SPECIAL)),
    ],
)  # fmt: skip
def test_abnf_that_is_none_says_where(rules: str, problem: str) -> None:
    assert abnf(rules) == TextFacts(problem=problem)


@pytest.mark.parametrize(
    "head", ["", "$a = b;", "#ABNF 2.0;", "#ABNF 1.0", " #ABNF 1.0;", "#ABNF1.0;", "/some/path.abnf"]
)
def test_abnf_begins_with_its_head(head: str) -> None:
    assert read(head + "\n$a = b;", ABNF).problem == "it does not begin with #ABNF 1.0;"


@pytest.mark.parametrize("word", sorted(DECLARATIONS))
def test_every_declaration_is_passed_over(word: str) -> None:
    assert abnf(f"{word} any thing; $a = b;").words == {"b": 1}


# XML


def test_only_text_of_rules_counts_in_xml() -> None:
    facts = xml(
        '<meta name="a" content="x"/><metadata><r:d xmlns:r="u"><any>x</any></r:d></metadata><lexicon uri="x"/>'
        '<tag>x</tag> x <rule id="a">b<!-- no -->c <example>x</example><one-of> x <item weight="2">d &amp; e</item>'
        '</one-of><ruleref uri="#a"/><tag>x</tag><![CDATA[f]]></rule>',
        NAMESPACE,
    )
    assert (facts.words, facts.problem) == ({"bc": 1, "d": 1, "e": 1, "f": 1}, None)


def test_a_long_text_is_not_cut_in_pieces() -> None:
    """Expat gives a text in pieces of some thousand characters."""
    word = "ab" * 50_000
    assert xml(f'<rule id="a">{word} {word}</rule>').words == {word: 2}


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "line 1: it is not well-formed XML"),
        ("<grammar>\n<rule id='a'>b</grammar>", "line 2: it is not well-formed XML"),
        ("<grammar><rule id='a'>&b;</rule></grammar>", "line 1: it is not well-formed XML"),
        ("<grammar><rule id='a'>b</rule></grammar><x/>", "line 1: it is not well-formed XML"),
        ("<grammar/>", "it has no rule"),
        ("<speak/>", "line 1: an element stands where no grammar has it"),
        ("<grammar xmlns='http://www.w3.org/1999/xhtml'/>", "line 1: an element stands where no grammar has it"),
        ("<grammar><item/></grammar>", "line 1: an element stands where no grammar has it"),
        ("<grammar><rule id='a'><one-of><token>b</token></one-of></rule></grammar>",
         "line 1: an element stands where no grammar has it"),
        ("<grammar>\n\n<rule>b</rule></grammar>", "line 3: a rule has no id of its own"),
        ("<grammar><rule id='a'>b</rule><rule id='a'>c</rule></grammar>", "line 1: a rule has no id of its own"),
        ("<grammar root='b'><rule id='a'>b</rule></grammar>", "line 1: a rule is used that is not defined"),
        ("<grammar><rule id='a'>b\n<ruleref uri='#b'/></rule></grammar>", "line 2: a rule is used that is not defined"),
        ("<grammar><rule id='a'>b<ruleref uri='x.grxml#b'/></rule></grammar>",
         "line 1: rules of other grammars are not supported"),
        ("<grammar><rule id='a'>b<ruleref/></rule></grammar>", "line 1: rules of other grammars are not supported"),
        ("<grammar><rule id='a'>b<ruleref special='VOID'/></rule></grammar>",
         "line 1: special rules are not supported"),
    ],
)  # fmt: skip
def test_xml_that_is_no_grammar_says_where(text: str, problem: str) -> None:
    assert read(text, XML) == TextFacts(problem=problem)


LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
HOSTILE = {
    "billion laughs": f'<!DOCTYPE grammar [<!ENTITY l0 "lol">{LAUGHS}]><grammar><rule id="a">&l9;</rule></grammar>',
    "one large entity": f'<!DOCTYPE g [<!ENTITY a "{"x" * 9999}">]><grammar><rule id="a">{"&a;" * 9999}</rule>',
    "external entity": '<!DOCTYPE g [<!ENTITY a SYSTEM "file:///etc/passwd">]><grammar><rule id="a">&a;</rule>',
    "parameter entity": '<!DOCTYPE g [<!ENTITY % a SYSTEM "http://localhost/a.dtd"> %a;]><grammar/>',
    "external DTD": '<!DOCTYPE grammar SYSTEM "http://localhost/grammar.dtd"><grammar><rule id="a">b</rule></grammar>',
    "public DTD": '<!DOCTYPE grammar PUBLIC "-//W3C//DTD GRAMMAR 1.0//EN" "http://localhost/"><grammar/>',
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_document_type_is_refused_before_anything_is_made_of_it(name: str) -> None:
    tracemalloc.start()
    try:
        found = read(HOSTILE[name], XML)
        assert tracemalloc.get_traced_memory()[1] < 2**20
    finally:
        tracemalloc.stop()
    assert found.problem == "line 1: a document type is not allowed"


@pytest.mark.parametrize("deep", [MOST_DEPTH - 2, MOST_DEPTH - 1, 150_000])
def test_elements_stand_only_so_deep_in_one_another(deep: int) -> None:
    inside = "<item>" * deep + "b" + "</item>" * deep
    allowed = deep == MOST_DEPTH - 2
    problem = None if allowed else f"line 1: elements stand more than {MOST_DEPTH} deep in one another"
    assert xml(f'<rule id="a">{inside}</rule>').problem == problem
    unknown = "<x>" * (deep + 1)
    assert (xml(f"<metadata>{unknown}").problem == problem) is not allowed


def test_what_is_wrong_tells_nothing_of_what_a_grammar_holds() -> None:
    for text in (HEAD + "$a = secret $secret;", HEAD + "secret $a;", "<secret/>", "<grammar root='secret'/>"):
        problem = read(text).problem
        assert "secret" not in str(problem)
        assert problem is not None
