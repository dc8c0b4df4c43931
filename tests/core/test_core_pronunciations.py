"""Which pronunciations are refused, by language and generation of the base model, and what is said of them."""

from __future__ import annotations

from dataclasses import replace

import pytest
from core_rig import ALL, CLOUD

from fakestt.core.language.pronunciations import problems
from fakestt.core.resources import BaseModel
from fakestt.editions import EDITIONS

US, GB = "en-US_BroadbandModel", "en-GB_BroadbandModel"


def base_model(name: str, edition: str = "cloud2025") -> BaseModel:
    return next(base for base in EDITIONS[edition].base_models if base.name == name)


def problem(text: str, name: str = US, edition: str = "cloud2025") -> str | None:
    return problems([text], base_model(name, edition), EDITIONS[edition].limits).get(text)


@pytest.mark.parametrize("edition", ALL)
@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("75 dollars", "Numbers are not allowed in sounds_like. You can try for example 'seventy five dollars'."),
        ("3", "Numbers are not allowed in sounds_like. You can try for example 'three'."),
        ("120", "Numbers are not allowed in sounds_like. You can try for example 'one hundred twenty'."),
        ("300", "Numbers are not allowed in sounds_like. You can try for example 'three hundred'."),
        ("0", "Numbers are not allowed in sounds_like. You can try for example 'zero'."),
        ("2016", "Numbers are not allowed in sounds_like. You can try for example 'two zero one six'."),
        ("x" * 41, "A pronunciation has at most 40 characters. This one has 41."),
        ("café", "'é' is not allowed in sounds_like. Use the letters a to z, periods and dashes for en-US."),
    ],
)
def test_a_bad_pronunciation_says_why_beside_a_good_one(edition: str, text: str, message: str) -> None:
    base, limits = base_model(US, edition), EDITIONS[edition].limits
    assert problems(["fine", text], base, limits) == {text: message}


@pytest.mark.parametrize(
    ("edition", "is_long"), [("icp2018", False), ("icp2020", False), *((one, True) for one in CLOUD)]
)
def test_spaces_within_a_pronunciation_count_in_later_editions(edition: str, is_long: bool) -> None:
    assert (problem(f"  {'ab ' * 20} ", US, edition) is not None) is is_long


@pytest.mark.parametrize(
    ("name", "good", "bad"),
    [
        (US, ["hilton honors", "H. honors", "I. triple E.", "S.D.K.", "seventy-five", "don't"], ["$", "a_b", "é"]),
        ("en-AU_NarrowbandModel", ["N. C. A. A.", "a-b"], ["ñ"]),
        (GB, ["N C A A", "don't"], ["N. C. A. A.", "seventy-five", "é"]),
        ("fr-FR_BroadbandModel", ["garçon", "N. C.", "l'été", "l’été", "ン"], ["soixante-quinze", "a/b", "€"]),
        ("es-ES_BroadbandModel", ["setenta y cinco", "ñandú"], ["a-b", "¿qué"]),
        ("de-DE_BroadbandModel", ["größe", "N. C."], ["a-b", "a,b"]),
        ("ja-JP_BroadbandModel", ["エーアイ", "ウーント", "エーアイ エー"], ["えーあい", "AI", "ｴｰ", "エ・エ", "人"]),
        ("ko-KR_BroadbandModel", ["아이 비 엠", "IBM", "ㄱ"], ["N. C.", "アイ", "é", "~"]),
        ("en-US_Multimedia", ["N C A A", "don't"], ["N. C.", "a-b", "a_b", "a,b", "$", "(a", "é"]),
        ("en-US", ["N C A A"], ["N. C.", "a-b"]),
        ("fr-CA_Telephony", ["garçon"], ["N. C.", "a-b", "€"]),
        ("hi-IN_Telephony", ["हिन्दी"], ["हिन्दी।"]),
        ("ja-JP_Multimedia", ["エーアイ"], ["AI"]),
        ("ko-KR_Telephony", ["아이 비 엠"], ["N."]),
    ],
)  # fmt: skip
def test_letters_and_marks_go_by_the_language_and_the_generation(name: str, good: list[str], bad: list[str]) -> None:
    assert {text: problem(text, name) for text in good} == dict.fromkeys(good)
    for text in bad:
        assert "is not allowed in sounds_like. Use " in (problem(text, name) or ""), text


@pytest.mark.parametrize(
    ("text", "odd"),
    [
        ("キャット", None), ("チェッカー", None), ("ウーント", None), ("ヴァイオリン", None), ("ロ―マ", None),
        ("ナンバ ア", None), ("カッキャ", None), ("ンート", "ン"), ("ア ンート", "ン"), ("カッ", "ッ"),
        ("カッナ", "ッナ"), ("ッッカ", "ッ"), ("マェ", "マェ"), ("ァ", "ァ"), ("キュョ", "キュョ"),
        ("カッニャ", "ッニャ"), ("カッミ", "ッミ"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("name", ["ja-JP_BroadbandModel", "ja-JP_Multimedia"])
def test_syllables_of_japanese_are_those_that_the_pages_list(name: str, text: str, odd: str | None) -> None:
    said = odd and f"'{odd}' is no syllable that is allowed in sounds_like for ja-JP."
    assert problem(text, name) == said


def test_letters_need_not_be_checked() -> None:
    limits = replace(EDITIONS["cloud2025"].limits, checks_letters_of_pronunciations=False)
    texts = ["AI", "ンート", "é", "A1"]
    assert list(problems(texts, base_model("ja-JP_BroadbandModel"), limits)) == ["A1"]
