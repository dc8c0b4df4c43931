"""Tables that editions share cite a page of one edition. Here is where another edition's own page says the same.

The pages of an edition are copies of an earlier one's, changed where the service was. A place stands here only if the
later page says there what the earlier one does. What stands in no column is cited as the table has it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import product

from fakestt.contract.edition import Edition
from fakestt.core.provenance import How, Source

__all__ = ["own"]

# Headings of icp2018 that kept their anchor in all later editions, and those that got `-acoustic` or `-language` behind
# it.
_KEPT = (
    ("acoustic-audio.md", ("deleteAudio", "getExampleAudio", "listAudio")),
    ("acoustic-create.md", ("addAudio", "monitorAudio")),
    ("acoustic-resource.md", ("audioGuidelines",)),
    ("language-corpora.md", ("deleteCorpus", "listCorpora")),
    ("language-create.md", ("addCorpus", "addWords", "monitorCorpus", "monitorWords")),
    ("language-resource.md", ("parseCorpus", "wordsResource")),
    ("language-words.md", ("deleteWord", "listWords")),
    ("information-security.md", ("delete-pi", "specify-customer-id")),
)
_LENGTHENED = tuple(
    (f"{kind}-{page}.md", f"-{kind}", anchors)
    for kind in ("acoustic", "language")
    for page, anchors in (
        ("create", ("createModel", "failedTraining", "monitorTraining", "trainModel")),
        ("models", ("deleteModel", "listModels", "resetModel")),
    )
)
# Places that begin with icp2020: the pages of 2018 know no grammars.
_SINCE_2020 = (
    ("language-resource.md", ("corpusLanguages-koKR",)),
    ("grammar-add.md", ("addGrammar", "handleFailures", "monitorGrammar", "monitorTraining-grammar")),
    ("grammar-manage.md", ("deleteGrammar", "listGrammars")),
)
# fmt: off
#                          icp2018            icp2020                 cloud2025                   cp4d2025
_RENAMED = (
    ("acoustic-models.md", "listExample",     "listExample-acoustic", "listExample-acoustic-all",
     "listExample-acoustic"),
    ("language-models.md", "listExample",     "listExample-language", "listExample-language-all",
     "listExample-language"),
    ("custom-upgrade.md",  "upgradeAcoustic", "upgradeAcoustic",      "custom-upgrade-acoustic",  "upgradeAcoustic"),
    ("custom-upgrade.md",  "upgradeLanguage", "upgradeLanguage",      "custom-upgrade-language",  "upgradeLanguage"),
    ("custom-upgrade.md",  "upgradeFailures", "upgradeFailures",      "custom-upgrade-failures",  "upgradeFailures"),
    ("language-resource.md", "soundsLike",    "soundsLike",           "sounds-like",              "soundsLike"),
)
# fmt: on

SDK_18 = "python-sdk of 2018-10-16 speech_to_text_v1.py"
SDK_25 = "ibm-watson 11.2.0 speech_to_text_v1.py"


def _places() -> Iterator[tuple[tuple[How, str], Source]]:
    rows = [(page, anchor, *[anchor] * 3) for page, anchors in _KEPT for anchor in anchors]
    rows += [(page, anchor, *[anchor + more] * 3) for page, more, anchors in _LENGTHENED for anchor in anchors]
    for page, first, in_icp2020, in_cloud2025, in_cp4d2025 in (*rows, *_RENAMED):
        for edition, anchor in (("icp2020", in_icp2020), ("cloud2025", in_cloud2025), ("cp4d2025", in_cp4d2025)):
            yield (Source(f"icp2018 {page}", first), edition), Source(f"{edition} {page}", anchor)
    for page, anchors in _SINCE_2020:
        for anchor, edition in product(anchors, ("cloud2025", "cp4d2025")):
            yield (Source(f"icp2020 {page}", anchor), edition), Source(f"{edition} {page}", anchor)
    # While another operation on a model is handled, it can't be trained, reset, upgraded or deleted.
    handling_another = Source("cp4d2025 acoustic-models.md", "manageAcousticModels")
    for edition in ("cloud2025", "cp4d2025"):
        manage_language = Source(f"{edition} language-models.md", "manageLanguageModels")
        yield (Source(SDK_18, "delete_language_model"), edition), manage_language
    yield (Source(SDK_18, "delete_acoustic_model"), "cp4d2025"), handling_another
    yield (Source(SDK_25, "reset_acoustic_model"), "cp4d2025"), handling_another
    yield (Source(SDK_18, "delete_acoustic_model"), "cloud2025"), Source(SDK_25, "delete_acoustic_model")
    # Every URL of an installation begins with https. Of the cloud, and of what came after it, a page says so outright.
    by_https = Source("icp2018 http.md", "HTTP-basic")
    yield (by_https, "icp2020"), Source("icp2020 http.md", "HTTP-basic")
    for edition in ("cloud2025", "cp4d2025"):  # one page for both
        yield (by_https, edition), Source("cloud2025 data-security.md", "data-security-basic")
    # The letters of languages that the first product did not have.
    sounds_like = Source("cloud2025 language-resource.md", "sounds-like")
    of_installations = Source("cp4d2025 language-resource.md", "soundsLike")
    yield (sounds_like, "cp4d2025"), of_installations
    for edition, place in (("cloud2025", sounds_like), ("cp4d2025", of_installations)):
        yield (Source("icp2020 language-resource.md", "wordLanguages-esES-frFR"), edition), place
    list_of_models = Source("cloud2025 models-list.md", "models-list-all-example")
    for edition in ("cloud2025", "cp4d2025"):  # one page for both
        yield (Source("icp2020 models.md", "listExample"), edition), list_of_models


_OWN: Mapping[tuple[How, str], Source] = dict(_places())


def own(how: How, edition: Edition) -> How:
    """How it is known in an edition: by its own page, if there is one that says it."""
    return _OWN.get((how, edition.pages), how)
