"""Where each document that a row cites can be read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from fakestt.core.provenance import How, Source

__all__ = ["DOCUMENTS", "Document", "address_of"]


@dataclass(frozen=True, slots=True)
class Document:
    """A document, its address, and when it was last changed, if it is a version of that day that is cited."""

    name: str
    address: str
    changed: str = ""


# The vendor's pages, by edition: repository, commit, and when each page was last changed.
_ICP = "IBM-Bluemix-Docs/speech-to-text-icp"
# fmt: off
_PAGES: Mapping[str, tuple[str, str, Mapping[str, str]]] = {
    "icp2018": (_ICP, "a9ee514817cc4c5b23bff62e67f85d43d4364c18", {
        "acoustic-audio.md": "2018-10-27",    "acoustic-create.md": "2018-10-27",
        "acoustic-models.md": "2018-10-27",   "acoustic-resource.md": "2018-10-27",
        "audio-formats.md": "2018-10-26",     "custom-upgrade.md": "2018-10-27",
        "custom.md": "2018-09-21",            "http.md": "2018-10-27",
        "information-security.md": "2018-10-27", "input.md": "2018-10-27",
        "language-words.md": "2018-10-27",    "language-corpora.md": "2018-10-27",
        "language-resource.md": "2018-10-27",
        "language-create.md": "2018-10-27",   "language-models.md": "2018-10-27",
    }),
    "icp2020": (_ICP, "3edaa979ebc7813b6e9e6ad5b45c96cf43e4281e", {
        "acoustic-audio.md": "2020-02-05",    "acoustic-both.md": "2019-03-10",
        "acoustic-create.md": "2020-02-05",   "acoustic-models.md": "2020-02-05",
        "acoustic-resource.md": "2020-02-05", "audio-formats.md": "2020-09-02",
        "custom-upgrade.md": "2020-02-05",    "custom.md": "2020-02-05",
        "grammar-add.md": "2020-02-05",       "grammar-manage.md": "2020-02-05",
        "http.md": "2020-02-05",              "information-security.md": "2020-02-05",
        "language-words.md": "2020-02-05",    "language-corpora.md": "2020-02-05",
        "language-resource.md": "2020-02-05",
        "language-create.md": "2020-02-05",   "language-models.md": "2020-02-05",   "models.md": "2020-02-05",
    }),
    "cloud2025": ("ibm-cloud-docs/speech-to-text", "cacd10efa54df18603c9f2a67611207f014e802c", {
        "acoustic-audio.md": "2025-02-17",    "acoustic-create.md": "2025-02-17",
        "acoustic-models.md": "2025-02-17",   "acoustic-resource.md": "2025-02-17",
        "custom-support.md": "2024-11-12",    "custom-upgrade.md": "2025-02-17",
        "custom-usage.md": "2023-01-30",
        "grammar-add.md": "2025-02-17",       "grammar-manage.md": "2025-02-17",
        "data-security.md": "2025-02-03",     "information-security.md": "2025-02-17",
        "language-words.md": "2025-02-17",    "language-corpora.md": "2025-02-17",
        "language-resource.md": "2025-02-17", "language-resource-ng.md": "2025-02-17",
        "language-create.md": "2025-02-17",   "language-models.md": "2025-02-17",
        "models-list.md": "2025-02-17",       "models.md": "2024-10-10",
        "release-notes-data.md": "2025-01-15", "release-notes.md": "2025-02-03",
    }),
    "cp4d2025": ("ibm-cloud-docs/speech-to-text-data", "caf98495886367581db797c671474fce68152916", {
        "acoustic-audio.md": "2020-06-23",    "acoustic-create.md": "2021-01-13",
        "acoustic-models.md": "2020-06-23",   "acoustic-resource.md": "2020-06-23",
        "custom-upgrade.md": "2020-06-23",    "custom.md": "2020-12-09",
        "grammar-add.md": "2020-06-23",       "grammar-manage.md": "2020-06-23",
        "information-security.md": "2020-07-06", "language-create.md": "2021-01-13",
        "language-models.md": "2020-06-23",   "language-corpora.md": "2020-06-28",
        "language-words.md": "2020-06-23",
        "language-resource.md": "2021-01-13",
    }),
}
# fmt: on

_GITHUB = "https://github.com"
_SDK = f"{_GITHUB}/watson-developer-cloud"
_CORE = "https://pypi.org/project/ibm-cloud-sdk-core/3.28.0/"
_OTHERS = (
    Document("ibm-watson 11.2.0 speech_to_text_v1.py", "https://pypi.org/project/ibm-watson/11.2.0/"),
    Document("ibm-watson 11.2.0 README.md", "https://pypi.org/project/ibm-watson/11.2.0/"),
    Document(
        "ibm-watson test_speech_to_text_v1.py",
        f"{_SDK}/python-sdk/blob/master/test/unit/test_speech_to_text_v1.py",
    ),
    Document("ibm-cloud-sdk-core 3.28.0", _CORE),
    Document("ibm-cloud-sdk-core 3.28.0 token_managers/iam_token_manager.py", _CORE),
    Document("ibm-cloud-sdk-core 3.28.0 token_managers/cp4d_token_manager.py", _CORE),
    Document(
        "python-sdk of 2018-10-16 speech_to_text_v1.py",
        f"{_SDK}/python-sdk/commits/master?until=2018-10-16",
        "2018-10-16",
    ),
    Document("watson-developer-cloud 2.10 iam_token_manager.py", "https://pypi.org/project/watson-developer-cloud/"),
    Document(
        "watson-developer-cloud/swift-sdk SpeechToTextTests.swift",
        f"{_SDK}/swift-sdk/blob/master/Tests/SpeechToTextV1Tests/SpeechToTextTests.swift",
    ),
    Document("watson-developer-cloud/java-sdk SpeechToTextIT.java", f"{_SDK}/java-sdk"),
    Document("watson-developer-cloud/unity-sdk commit 6b4d61c0", f"{_SDK}/unity-sdk/commit/6b4d61c0"),
    Document("cloud2025 watson common docs", f"{_GITHUB}/ibm-cloud-docs/watson"),
    Document("cloud2025 Assistant phone integration docs", f"{_GITHUB}/ibm-cloud-docs/assistant"),
    Document(
        "Speech to Text API definition, July 2016",
        f"{_GITHUB}/psastras/swagger2aglio/blob/0291c82802c74c4bf8fe17ff5f57c5cba29ade62/example.yml",
        "2016-07",
    ),
    Document(
        "ishida330/Watson-STT-Customize-Sample STT_Customize.ipynb",
        f"{_GITHUB}/ishida330/Watson-STT-Customize-Sample/blob/7bfaf0f/STT_Customize.ipynb",
        "2020-02-07",
    ),
    Document("mumair01/GailBot tests", f"{_GITHUB}/mumair01/GailBot"),
    Document("RFC 9110", "https://www.rfc-editor.org/rfc/rfc9110", "2022-06"),
)

_ISSUES = (
    "watson-developer-cloud/dotnet-standard-sdk issue 261", "watson-developer-cloud/dotnet-standard-sdk issue 334",
    "watson-developer-cloud/food-coach issue 28", "watson-developer-cloud/java-sdk issue 454",
    "watson-developer-cloud/java-sdk issue 503", "watson-developer-cloud/node-sdk issue 450",
    "watson-developer-cloud/node-sdk issue 934", "watson-developer-cloud/python-sdk issue 378",
    "watson-developer-cloud/python-sdk issue 402", "watson-developer-cloud/python-sdk issue 602",
    "watson-developer-cloud/python-sdk issue 639", "watson-developer-cloud/unity-sdk issue 473",
)  # fmt: skip


def _documents() -> Iterator[Document]:
    for edition, (repository, commit, pages) in _PAGES.items():
        for page, changed in pages.items():
            yield Document(f"{edition} {page}", f"{_GITHUB}/{repository}/blob/{commit}/{page}", changed)
    yield from _OTHERS
    for name in _ISSUES:
        repository, number = name.split(" issue ")
        yield Document(name, f"{_GITHUB}/{repository}/issues/{number}")


DOCUMENTS: Mapping[str, Document] = {one.name: one for one in _documents()}
"""All documents that are cited, by the name under which they are."""


def address_of(how: How) -> str | None:
    """Where a row's source can be read; None for an assumption, and for a document of an author's own.

    Its heading stands in the page as `{: #anchor}`, which is no anchor of the place where the page is shown.
    """
    document = DOCUMENTS.get(how.document) if isinstance(how, Source) else None
    return None if document is None else document.address
