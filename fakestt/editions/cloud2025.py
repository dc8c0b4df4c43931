"""The public cloud, as documented in February 2025."""

from __future__ import annotations

from fakestt.contract.edition import TransactionIds
from fakestt.core.provenance import Assumed, Source
from fakestt.editions.base_models import large, next_generation, previous_generation
from fakestt.editions.icp2020 import ICP2020
from fakestt.editions.wording import CLOUD

__all__ = ["CLOUD2025"]

LANGUAGE = "cloud2025 language-create.md"
CREATE = "cloud2025 acoustic-create.md"
RESOURCE = "cloud2025 acoustic-resource.md"
UPGRADE = "cloud2025 custom-upgrade.md"
SDK = "ibm-watson 11.2.0 speech_to_text_v1.py"
PHONE = Source("cloud2025 Assistant phone integration docs", "logged 403 of 2021-05-13")

_BOTH_BANDS = (
    "zh-CN", "nl-NL", "en-AU", "en-GB", "en-US", "fr-CA", "fr-FR", "de-DE", "it-IT", "ja-JP", "ko-KR", "pt-BR",
    "es-AR", "es-ES", "es-CL", "es-CO", "es-MX", "es-PE",
)  # fmt: skip
_TELEPHONY = (
    "ar-MS", "zh-CN", "cs-CZ", "nl-BE", "nl-NL", "en-AU", "en-IN", "en-GB", "en-US", "en-WW_Medical", "fr-CA", "fr-FR",
    "de-DE", "hi-IN", "it-IT", "ja-JP", "ko-KR", "pt-BR", "es-ES", "es-LA", "sv-SE",
)  # fmt: skip
_MULTIMEDIA = (
    "nl-NL", "en-AU", "en-GB", "en-US", "fr-CA", "fr-FR", "de-DE", "it-IT", "ja-JP", "ko-KR", "pt-BR", "es-ES",
)  # fmt: skip
_LARGE = (
    "en-AU", "en-IN", "en-GB", "en-US", "fr-CA", "fr-FR", "de-DE", "ja-JP", "pt-BR", "pt-PT", "es-ES", "es-AR",
    "es-CL", "es-CO", "es-MX", "es-PE",
)  # fmt: skip
_VERSION = "v2020-01-16"

CLOUD2025 = ICP2020.but(
    name="cloud2025",
    pages="cloud2025",
    title="IBM Cloud (2025)",
    base_models=(
        *previous_generation(
            [
                "ar-MS_BroadbandModel",
                *(f"{language}_{band}Model" for language in _BOTH_BANDS for band in ("Broadband", "Narrowband")),
                "en-US_ShortForm_NarrowbandModel",
            ],
            version=_VERSION,
        ),
        *next_generation([f"{stem}_Telephony" for stem in _TELEPHONY], version=_VERSION),
        *next_generation([f"{stem}_Multimedia" for stem in _MULTIMEDIA], version=_VERSION),
        *large(_LARGE, version=_VERSION),
    ),
    base_models_how=Source("cloud2025 models.md", "models-pg-broadband"),
    rows={
        "max_models": (1024, Source("cloud2025 custom-usage.md", "custom-maximum")),
        "name_max": (256, Source(SDK, "create_acoustic_model")),
        "name_forbidden": ("\\/:=&?", Source(SDK, "create_acoustic_model")),
        "description_max": (128, Source(SDK, "create_acoustic_model")),
        "audio_name_max": (128, Source(SDK, "add_audio")),
        "audio_name_forbidden": ("", Source(SDK, "add_audio")),
        "one_upload_at_a_time": (False, Source(CREATE, "addAudio")),
        "refuses_audio_over_the_maximum": (True, Source(RESOURCE, "audioMaximum")),
        "member_type_default": (None, Source(SDK, "add_audio")),
        "member_name_max": (128, Source(SDK, "add_audio")),
        "member_name_forbidden": ("", Source(SDK, "add_audio")),
        "min_audio_s": (600.0, Source(SDK, "train_acoustic_model")),
        "max_audio_s": (50 * 3600.0, Source(RESOURCE, "audioMaximum")),
        "knows_strict": (True, Source(SDK, "train_acoustic_model")),
        "refused_training_fails_model": (True, Source(CREATE, "failedTraining-acoustic")),
        "helper_must_match_version": (True, Source(SDK, "train_acoustic_model")),
        "helper_must_be_available_to_train": (True, Source(SDK, "train_acoustic_model")),
        "helper_must_be_available_to_upgrade": (True, Source(SDK, "upgrade_acoustic_model")),
        "helper_upgrade_in_second_call": (True, Source(UPGRADE, "custom-upgrade-acoustic")),
        "upgrade_needs_helper_of_training": (False, Source(UPGRADE, "custom-upgrade-acoustic")),
        "knows_grammars": (True, Source("cloud2025 grammar-add.md", "addGrammar")),
        "large_models_lack_grammars": (True, Source("cloud2025 custom-support.md", "custom-support")),
        "grammar_analysis_s": (5.0, Source("cloud2025 grammar-add.md", "addGrammar")),
        "knows_force_of_language_models": (True, Source(SDK, "train_language_model")),
        "training_upgrades_improved_models": (True, Source(SDK, "train_language_model")),
        "pronunciation_counts_inner_spaces": (True, Source("cloud2025 language-resource.md", "sounds-like")),
        "knows_mapping_only": (True, Source("cloud2025 release-notes.md", "30 November 2023")),
        "training_factor": ((1.0, 1.0), Source(CREATE, "trainModel-acoustic")),
        "upgrade_factor": ((1.0, 1.0), Source(UPGRADE, "custom-upgrade-acoustic")),
        "several_owners": (True, Source("cloud2025 custom-usage.md", "custom-owner")),
        "knows_lite_plan": (
            True,
            Source("watson-developer-cloud/swift-sdk SpeechToTextTests.swift", "create on a free plan"),
        ),
        "audio_types": (ICP2020.traits.audio_types | {"audio/alaw"}, Source(SDK, "add_audio")),
        "credentials": (
            frozenset({"basic", "bearer"}),
            Source("cloud2025 data-security.md", "data-security-authentication-cloud"),
        ),
        "challenge": (None, Assumed("none was seen with this gateway's 401")),
        "server": ("watson-gateway", PHONE),
        "transaction_ids": (TransactionIds.NEW, PHONE),
        "key_prefix": ("", Assumed("keys of the cloud have no prefix")),
        "refresh_token_life_s": (72 * 3600.0, Assumed("the token service's later pages said 72 hours")),
        "path_prefixes": (
            ("", "/instances/{guid}"),
            Source("cloud2025 release-notes.md", "service endpoints with /instances/{guid}"),
        ),
        "shows_updated": (True, Source("cloud2025 acoustic-models.md", "listModels-acoustic")),
        "shows_custom_acoustic_model": (True, Source("cloud2025 models-list.md", "models-list-info")),
        "training_warning_members": (("code", "message"), Source(SDK, "TrainingWarning")),
    },
    hows={
        "pronunciations_max": Source("cloud2025 language-resource.md", "sounds-like"),
        "pronunciation_max": Source("cloud2025 language-resource.md", "sounds-like"),
        "data_name_max": Source(LANGUAGE, "addCorpus"),
        "data_name_forbidden": Source(LANGUAGE, "addCorpus"),
        "reserved_data_names": Source(LANGUAGE, "addCorpus"),
        "max_total_words": Source(SDK, "add_corpus"),
        "max_new_words": Source(SDK, "add_corpus"),
    },
    wording=CLOUD,
)
