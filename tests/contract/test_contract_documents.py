"""What a row cites can be read: each document has an address, and an edition's rows cite its own pages."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from fakestt import Assumed, Source
from fakestt.conduct.watch import RULES
from fakestt.contract.documents import DOCUMENTS, address_of
from fakestt.contract.operations import OPERATIONS, commands_in, families_in, operations_in
from fakestt.contract.own_pages import _OWN, own
from fakestt.core.families import FAMILIES
from fakestt.core.provenance import How
from fakestt.editions import EDITIONS, Edition
from fakestt.editions.hosts import VENDOR_PLACES

# Pages of other editions that an edition's rows cite, because its own are silent, or are the same pages.
BORROWED = {
    "icp2018": {
        "icp2020 grammar-add.md", "icp2020 language-resource.md", "icp2020 models.md", "cloud2025 custom-upgrade.md",
        "cloud2025 language-resource.md", "cloud2025 language-resource-ng.md", "cloud2025 release-notes.md",
    },
    "icp2020": {"cloud2025 language-resource.md", "cloud2025 language-resource-ng.md", "cloud2025 release-notes.md"},
    "cloud2025": set(),
    "cp4d2025": {
        "cloud2025 acoustic-resource.md", "cloud2025 custom-support.md", "cloud2025 custom-upgrade.md",
        "cloud2025 data-security.md", "cloud2025 language-resource-ng.md", "cloud2025 models-list.md",
        "cloud2025 models.md",
        "cloud2025 release-notes.md", "cloud2025 release-notes-data.md",
    },
}  # fmt: skip


def rows(edition: Edition) -> Iterator[How]:
    """Everything that an edition says how it knows."""
    for row in operations_in(edition.limits):
        yield from (own(how, edition) for how in (row.how, row.success_how, *(param.how for param in row.params)))
    for family in families_in(edition.limits, FAMILIES):
        cells = (family.lifecycle.sources[command] for command in commands_in(edition.limits, family))
        yield from (own(how, edition) for row in cells for how in row.values())
        yield from (own(how, edition) for how in family.rules.values())
    yield from (own(how, edition) for rule in RULES.values() for how in rule.hows)
    yield from edition.provenance.values()
    for said in edition.wording.values():
        yield from (said.status_how, said.text_how)


def cited(edition: Edition) -> set[str]:
    return {how.document for how in rows(edition) if isinstance(how, Source)}


def test_every_document_that_is_cited_has_an_address_and_no_other_is_listed() -> None:
    documents = {document for edition in EDITIONS.values() for document in cited(edition)}
    documents |= {place.how.document for place in VENDOR_PLACES if isinstance(place.how, Source)}
    assert documents == set(DOCUMENTS)


@pytest.mark.parametrize("name", DOCUMENTS)
def test_an_address_is_one_that_can_be_opened(name: str) -> None:
    document = DOCUMENTS[name]
    assert document.name == name
    assert re.fullmatch(r"https://(github\.com|pypi\.org|www\.rfc-editor\.org)/\S+", document.address)
    assert re.fullmatch(r"(\d{4}-\d\d(-\d\d)?)?", document.changed)
    if name.split()[0] in EDITIONS and name.endswith(".md"):
        assert re.search(r"/blob/[0-9a-f]{40}/", document.address)
        assert document.changed


@pytest.mark.parametrize("name", EDITIONS)
def test_an_edition_cites_its_own_pages_where_there_are_any(name: str) -> None:
    pages = {document for document in cited(EDITIONS[name]) if document.endswith(".md")}
    others = {page for page in pages if page.split()[0] in EDITIONS and not page.startswith(f"{name} ")}
    assert others == BORROWED[name]


def test_a_place_of_its_own_is_in_the_edition_s_own_words_and_is_used() -> None:
    shared = {how for row in OPERATIONS.values() for how in (row.how, *(param.how for param in row.params))}
    shared |= {how for family in FAMILIES for cells in family.lifecycle.sources.values() for how in cells.values()}
    shared |= {how for family in FAMILIES for how in family.rules.values()}
    shared |= {how for rule in RULES.values() for how in rule.hows}
    for (source, edition), place in _OWN.items():
        assert source in shared
        assert place.document in DOCUMENTS
        assert own(source, EDITIONS[edition]) == place != source


def test_an_edition_of_ones_own_cites_the_pages_of_the_one_that_it_was_made_from() -> None:
    mine = EDITIONS["cp4d2025"].but(name="mine", title="Mine")
    row = OPERATIONS["trainAcousticModel"].how
    assert own(row, mine) == Source("cp4d2025 acoustic-create.md", "trainModel-acoustic")
    guess = Assumed("a guess stays one")
    assert own(guess, mine) is guess


@pytest.mark.parametrize(
    ("how", "address"),
    [
        (Source("icp2018 acoustic-create.md", "trainModel"),
         "https://github.com/IBM-Bluemix-Docs/speech-to-text-icp/blob/a9ee514817cc4c5b23bff62e67f85d43d4364c18/"
         "acoustic-create.md"),
        (Source("cloud2025 release-notes.md", "10 April 2017"),
         "https://github.com/ibm-cloud-docs/speech-to-text/blob/cacd10efa54df18603c9f2a67611207f014e802c/"
         "release-notes.md"),
        (Source("watson-developer-cloud/python-sdk issue 378", "2018-02-24"),
         "https://github.com/watson-developer-cloud/python-sdk/issues/378"),
        (Source("a page", "of an author's own"), None),
        (Assumed("nobody says it"), None),
    ],
)  # fmt: skip
def test_the_address_of_a_row_is_that_of_its_document(how: How, address: str | None) -> None:
    assert address_of(how) == address
