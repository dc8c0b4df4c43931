"""The base models of the editions, as rows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from fakestt.core.resources import BaseModel, Generation

__all__ = ["ANY_SPANISH", "large", "next_generation", "previous_generation"]

BROADBAND_HZ, NARROWBAND_HZ = 16000, 8000

# fmt: off
STEMS = {
    "ar-MS": "Modern Standard Arabic", "cs-CZ": "Czech",                "de-DE": "German",
    "en-AU": "Australian English",     "en-GB": "GB English",           "en-IN": "Indian English",
    "en-US": "US English",             "en-WW": "Worldwide English",    "es-AR": "Argentinian Spanish",
    "es-CL": "Chilean Spanish",        "es-CO": "Colombian Spanish",    "es-ES": "Spanish",
    "es-LA": "Latin American Spanish", "es-MX": "Mexican Spanish",      "es-PE": "Peruvian Spanish",
    "fr-CA": "Canadian French",        "fr-FR": "French",               "hi-IN": "Hindi",
    "it-IT": "Italian",                "ja-JP": "Japanese",             "ko-KR": "Korean",
    "nl-BE": "Belgian Dutch",          "nl-NL": "Dutch",                "pt-BR": "Brazilian Portuguese",
    "pt-PT": "European Portuguese",    "sv-SE": "Swedish",              "zh-CN": "Mandarin",
}
# fmt: on

# Two languages of the previous generation have no language customization.
WITHOUT_LANGUAGE_MODELS = frozenset({"ar-MS", "zh-CN"})

# fmt: off
DIALECTS: Mapping[str, tuple[str, ...]] = {
    "es-AR": ("es-LA",), "es-CL": ("es-LA",), "es-CO": ("es-LA",), "es-PE": ("es-LA",), "es-MX": ("es-US",),
}
"""The dialects that are not called as the base model's language is, by that language.

Source: cloud2025 language-create.md#createModel-language; that it holds for large models too is assumed.
"""
ANY_SPANISH: Mapping[str, tuple[str, ...]] = {"es-ES": ("es-ES", "es-LA", "es-US")}
"""One language has a choice of dialects. Source: icp2020 language-create.md#createModel-language"""

# Source: cloud2025 release-notes.md, 27 February 2023; some more are named later by a page that lists models.
IMPROVED = frozenset({
    "en-AU_Telephony", "en-AU_Multimedia", "en-GB_Telephony", "en-GB_Multimedia", "en-IN_Telephony",
    "en-US_Telephony", "en-US_Multimedia", "ja-JP_Telephony", "ja-JP_Multimedia",
})
# fmt: on


def previous_generation(
    names: Iterable[str],
    *,
    version: str,
    speaker_labels: frozenset[str] | None = None,
    dialects: Mapping[str, tuple[str, ...]] = DIALECTS,
) -> Iterator[BaseModel]:
    """The generation that custom acoustic models are built on: `en-US_BroadbandModel` and so on.

    Args:
        version: the part of the newest version's string that follows the name.
        speaker_labels: the languages that have speaker labels; None for all.
        dialects: those of each language whose only one is not called as the language is.
    """
    for name in names:
        language = name[:5]
        narrow = name.endswith("NarrowbandModel")
        stem = STEMS[language] + (" Short Form" if "ShortForm" in name else "")
        yield BaseModel(
            name=name,
            language=language,
            rate_hz=NARROWBAND_HZ if narrow else BROADBAND_HZ,
            description=f"{stem} {'narrowband' if narrow else 'broadband'} model.",
            custom_acoustic_model=True,
            custom_language_model=language not in WITHOUT_LANGUAGE_MODELS,
            speaker_labels=speaker_labels is None or language in speaker_labels,
            low_latency=None,
            versions=[f"{name}.{version}"],
            dialects=dialects.get(language, ()),
        )


def next_generation(names: Iterable[str], *, version: str) -> Iterator[BaseModel]:
    """Models such as `en-US_Telephony` and `en-US_Multimedia`, without acoustic customization."""
    for name in names:
        language = name[:5]
        narrow = name.endswith("Telephony")
        kind = (
            "telephony model for narrowband audio (8kHz)"
            if narrow
            else "multimedia model for broadband audio (16kHz or more)"
        )
        stem = STEMS[language] + (" Medical" if "Medical" in name else "")
        yield BaseModel(
            name=name,
            language=language,
            rate_hz=NARROWBAND_HZ if narrow else BROADBAND_HZ,
            description=f"{stem} {kind}",
            custom_acoustic_model=False,
            custom_language_model=True,
            speaker_labels=True,
            low_latency=True,
            versions=[f"{name}.{version}"],
            generation=Generation.IMPROVED if name in IMPROVED else Generation.NEXT,
        )


def large(names: Iterable[str], *, version: str) -> Iterator[BaseModel]:
    """The large speech models, such as `en-US`, without acoustic customization."""
    for name in names:
        yield BaseModel(
            name=name,
            language=name,
            rate_hz=NARROWBAND_HZ,
            description=f"Large {STEMS[name]} model",
            custom_acoustic_model=False,
            custom_language_model=True,
            speaker_labels=True,
            low_latency=False,
            versions=[f"{name}.{version}"],
            generation=Generation.LARGE,
            dialects=DIALECTS.get(name, ()),
        )
