"""The vendor's SDK that is installed, of whichever generation, what it knows, and how it tells of errors."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from importlib.metadata import version
from typing import Any

try:
    import ibm_watson as sdk
    from ibm_watson import ApiException, speech_to_text_v1

    SDK = f"ibm-watson {version('ibm-watson')}"
except ImportError:
    import watson_developer_cloud as sdk
    from watson_developer_cloud import WatsonApiException as ApiException
    from watson_developer_cloud import speech_to_text_v1

    SDK = f"watson-developer-cloud {version('watson-developer-cloud')}"


def _knows(kind: Any, parameter: str) -> bool:
    return parameter in inspect.signature(kind).parameters


HAS_AUTHENTICATORS = _knows(sdk.SpeechToTextV1.__init__, "authenticator")
HAS_PASSWORDS = not HAS_AUTHENTICATORS
HAS_CP4D = HAS_AUTHENTICATORS or _knows(sdk.SpeechToTextV1.__init__, "icp4d_url")
HAS_RETRIES = hasattr(sdk.SpeechToTextV1, "enable_retries")
HAS_STRICT = _knows(sdk.SpeechToTextV1.train_acoustic_model, "strict")
HAS_STRICT_WORDS = _knows(sdk.SpeechToTextV1.train_language_model, "strict")
HAS_MAPPING_ONLY = _knows(sdk.SpeechToTextV1.add_word, "mapping_only")
KNOWS_ACOUSTIC_FEATURE = _knows(speech_to_text_v1.SupportedFeatures, "custom_acoustic_model")
KEEPS_REFRESH_TOKEN = SDK.startswith("watson-developer-cloud")


def parse(results: Mapping[str, Callable[[], Any]]) -> None:
    """The SDK's own classes, by name, take what was answered: they raise for what they miss."""
    for name, call in results.items():
        kind = getattr(speech_to_text_v1, name)
        result = call().get_result()
        says = "custom_acoustic_model" in str(result)
        if name.startswith("SpeechModel") and says != KNOWS_ACOUSTIC_FEATURE:
            # A private cloud of 2018 did not say it yet. Classes that know it must be told; others must not.
            continue
        model = (getattr(kind, "from_dict", None) or kind._from_dict)(result)
        kept = (getattr(model, "to_dict", None) or model._to_dict)()
        assert set(kept) <= set(result), (name, set(kept) - set(result))


def refused(status: int, call: Callable[[], object], words: str = "") -> Any:
    refusal = raised(ApiException, call)
    code = refusal.status_code if hasattr(refusal, "status_code") else refusal.code
    assert code == status, (status, str(refusal))
    # Old SDKs have a sentence of their own for every 401.
    assert words in str(refusal), (words, str(refusal))
    return refusal


def raised(kind: type[Exception], call: Callable[[], object]) -> Any:
    try:
        answer = call()
    except kind as error:
        return error
    raise AssertionError(f"no {kind.__name__}, but {getattr(answer, 'result', answer)!r}")
