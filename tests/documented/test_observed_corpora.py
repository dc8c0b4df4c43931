"""Three corpora whose text is public together with the service's answer: how many words, and how many are new.

They are the only measure of what stands for a base model's vocabulary.
"""

from __future__ import annotations

from asking import ask

from fakestt import FakeSTT

# thomassuedbroecker/watson-stt-invocation code/drums.txt, 2022: 43 words, the new one is `paradiddles`.
DRUMS = (
    "It's great to play the drums. The hi-hat is something very special, it forms the basis for many rhythms. "
    "Syncopations are sometimes distributed with paradiddles and they are creating a fantastic rhythm together with "
    "the snare and the bass drum and a splash."
)

# lee-zhg/watson-speech2text-custom-model my_training_corpus.txt, 2020: 293 words, 3 new ones, not told which.
SENTENCES = (
    "I like to order a {}, please.", "I like to have a {}, please.", "I like to order two {}, please.",
    "I like to have three {}, please.", "May I order a {}, please?", "May I have ten {}, please?", "One {} to go.",
    "Have three {} meals.",
)  # fmt: skip
DISHES = ("Big Mac", "McDouble", "McFlurry with M&M'S Candies", "McFlurry with OREO Cookies", "McFlurry")
MENU = "\n".join(
    sentence.format(dish).replace(" meals", " meals" if number < 2 else "")
    for number, dish in enumerate(DISHES)
    for sentence in SENTENCES
)
MENU = MENU.replace("One McDouble to go", "One McDoublec to go").replace(
    "ten McFlurry with M&M'S", "ten McFlurry with M&M'S®", 1
)


# WASdev/sample.voice.gateway tips/creating-custom-language-models.md, 2017: 19 words, 2 of them new.
PHRASES = """vale
tienda
horario
Santiago
Alameda O'Higgins
Lomo Santa Lucia
agarrar onda
apretar cachete
al tiro
cachar
Espérate un cachito
"""


def analysed(text: str, base_model_name: str = "en-US_BroadbandModel") -> tuple[int, list[str]]:
    stt = FakeSTT(edition="icp2020")
    model = stt.language_models.add(base_model_name=base_model_name, status="pending")
    assert ask(stt, "POST", f"/v1/customizations/{model.id}/corpora/one", text.encode()).status == 201
    stt.clock.advance_to_next()
    corpus = ask(stt, "GET", f"/v1/customizations/{model.id}/corpora/one").json
    assert corpus["out_of_vocabulary_words"] == len(model.words)
    return corpus["total_words"], list(model.words)


def test_the_corpus_of_the_drums() -> None:
    assert analysed(DRUMS) == (43, ["paradiddles"])


def test_the_corpus_of_the_menu() -> None:
    assert analysed(MENU) == (293, ["McDouble", "McDoublec", "McFlurry"])


def test_of_the_spanish_corpus_the_rule_finds_one_of_two_new_words() -> None:
    assert analysed(PHRASES, "es-ES_NarrowbandModel") == (19, ["O'Higgins"])
