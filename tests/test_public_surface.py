"""What `import fakestt` promises, and what it must not bring along."""

from __future__ import annotations

import subprocess
import sys
from types import FunctionType

import pytest

import fakestt
from fakestt import literals

PINNED = [
    "EDITIONS", "AcousticModelView", "AcousticModels", "Address", "Arrival", "Assumed", "AudioStatus", "AudioView",
    "Auth", "Authentication", "BadConduct", "BaseModels", "ByActivity", "ByCommand", "ByHand", "Call", "Caller",
    "Certificate", "Change", "Choices", "ClientNeverStopped", "ClockError", "ConductSetting", "ConductWarning",
    "ConfigurationError", "CorpusStatus", "CorpusView", "Coverage", "Due", "Duration", "Edition", "EditionName",
    "Effect", "Exchange", "Expected", "FakeClock", "FakeSTT", "FakeSTTFactory", "FakesttError", "Faults", "Finding",
    "GrammarStatus", "GrammarView", "Journal", "LanguageModelView", "LanguageModels", "MissingExtra", "ModelStatus",
    "NeverCame", "NotAsExpected", "NotFaked", "OperationId", "Point", "Reply", "RequestFacts", "Rule",
    "RuleNeverMatched", "Script", "ScriptError", "Served", "Source", "StateError", "UnknownName", "UnknownOperation",
    "UnknownSetting", "WordView", "__version__", "drip", "expect", "explore", "fail", "garble", "html", "interrupt",
    "lose_reply", "lose_request", "ok", "polls", "replay", "reset", "slow", "stale", "truncate", "truncate_head",
]  # fmt: skip
HEAVY = (
    "requests", "urllib3", "httpx", "pytest", "hypothesis", "freezegun", "time_machine", "ibm_watson",
    "ibm_cloud_sdk_core", "av", "rich",
)  # fmt: skip


def imported_by(code: str) -> set[str]:
    """The top-level names in sys.modules of a new process, after this code."""
    command = [sys.executable, "-c", f"{code}\nimport sys; print(*{{name.partition('.')[0] for name in sys.modules}})"]
    return set(subprocess.run(command, capture_output=True, text=True, check=True).stdout.split())


@pytest.fixture(scope="module")
def after_import() -> set[str]:
    return imported_by("import fakestt")


def test_the_public_names_are_pinned() -> None:
    assert fakestt.__all__ == PINNED


def test_every_public_name_is_there_and_documented() -> None:
    public = {name: getattr(fakestt, name) for name in fakestt.__all__}
    named = {name: one for name, one in public.items() if isinstance(one, type | FunctionType)}
    assert [name for name, one in named.items() if not one.__doc__] == []
    assert public.keys() - named.keys() == {"EDITIONS", "__version__", "Duration", *literals.__all__}


@pytest.mark.parametrize("heavy", HEAVY)
def test_importing_brings_nothing_heavy(after_import: set[str], heavy: str) -> None:
    assert heavy not in after_import


def test_importing_brings_no_third_party_but_werkzeug(after_import: set[str]) -> None:
    ours = {"fakestt", "werkzeug", "markupsafe"}
    # What the installation itself preloads is there without fakestt as well.
    assert after_import - imported_by("pass") - set(sys.stdlib_module_names) - ours == set()


def test_a_fake_without_clients_needs_none() -> None:
    code = "stt = __import__('fakestt').FakeSTT()\nstt.acoustic_models.add(status='training')\nstt.clock.advance('1d')"
    assert imported_by(code).isdisjoint(HEAVY)


def test_the_package_is_typed() -> None:
    from importlib.resources import files

    assert files("fakestt").joinpath("py.typed").is_file()
