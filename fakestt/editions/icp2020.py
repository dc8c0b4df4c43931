"""Speech to Text: Customer Care 1.1.x on IBM Cloud Private, pages of 2020/21."""

from __future__ import annotations

from fakestt.core.provenance import Assumed, Source
from fakestt.editions.base_models import ANY_SPANISH, previous_generation
from fakestt.editions.icp2018 import ICP2018
from fakestt.editions.wording import LATER_ICP

__all__ = ["ICP2020"]

LANGUAGE = "icp2020 language-create.md"
CREATE = "icp2020 acoustic-create.md"
RESOURCE = "icp2020 acoustic-resource.md"

ICP2020 = ICP2018.but(
    name="icp2020",
    pages="icp2020",
    title="IBM Cloud Private, Customer Care 1.1.x (2020)",
    base_models=previous_generation(
        [
            *(
                f"{language}_{band}Model"
                for language in ("en-US", "ja-JP", "ko-KR", "fr-FR", "es-ES")
                for band in ("Broadband", "Narrowband")
            ),
            "en-US_ShortForm_NarrowbandModel",
        ],
        version="v2017-11-15",
        speaker_labels=frozenset({"en-US", "ja-JP", "es-ES"}),
        dialects=ANY_SPANISH,
    ),
    base_models_how=Source("icp2020 models.md", "modelsList"),
    rows={
        "audio_name_forbidden": ("", Source(RESOURCE, "addAudioResource")),
        "member_type_default": (None, Source(RESOURCE, "addArchiveType")),
        "member_name_forbidden": ("", Source(RESOURCE, "addArchiveType")),
        "members_unique_in_model": (False, Assumed("the rule of 2018 is gone from the pages")),
        "max_audio_s": (100 * 3600.0, Source(CREATE, "failedTraining-acoustic")),
        "knows_strict": (True, Source(CREATE, "trainModel-acoustic")),
        "training_factor": ((2.0, 4.0), Source(CREATE, "trainModel-acoustic")),
        "upgrade_factor": ((2.0, 2.0), Source("icp2020 custom-upgrade.md", "upgradeAcoustic")),
        "refused_training_fails_model": (True, Source(CREATE, "failedTraining-acoustic")),
        "helper_must_match_version": (True, Source("icp2020 acoustic-both.md", "useBothTrain")),
        "upgrade_needs_helper_of_training": (False, Source("icp2020 custom-upgrade.md", "upgradeAcoustic")),
        "helper_upgrade_in_second_call": (True, Source("icp2020 custom-upgrade.md", "upgradeAcoustic")),
        "second_upgrade_needs_force": (
            False,
            Assumed("the 400 that asks for `force` is documented as what may happen; the call is what should"),
        ),
        "data_name_forbidden": ("", Source(LANGUAGE, "addCorpus")),
        "reserved_data_names": (("user", "base_lm", "default_lm"), Source(LANGUAGE, "addCorpus")),
        "knows_grammars": (True, Source("icp2020 grammar-add.md", "addGrammar")),
        "grammar_analysis_s": (5.0, Source("icp2020 grammar-add.md", "addGrammar")),
        "max_new_words": (90_000, Source(LANGUAGE, "addCorpus")),
        "knows_force_of_language_models": (False, Source(LANGUAGE, "trainModel-language")),
        "audio_types": (
            ICP2018.traits.audio_types | {"audio/g729"},
            Source("icp2020 audio-formats.md", "formats"),
        ),
        "training_warning_members": (
            ("warning_id", "description"),
            Assumed("the names that the cloud used until 24 June 2019, after the last release of this product"),
        ),
    },
    hows={
        "pronunciations_max": Source("icp2020 language-resource.md", "soundsLike"),
        "pronunciation_max": Source("icp2020 language-resource.md", "soundsLike"),
        "pronunciation_counts_inner_spaces": Source("icp2020 language-resource.md", "soundsLike"),
        "data_name_max": Source(LANGUAGE, "addCorpus"),
        "max_total_words": Source(LANGUAGE, "addCorpus"),
        "max_models": Source(CREATE, "createModel-acoustic"),
        "audio_name_max": Source(RESOURCE, "addAudioResource"),
        "one_upload_at_a_time": Source(CREATE, "addAudio"),
        "member_name_max": Source(RESOURCE, "addArchiveType"),
        "min_audio_s": Source(CREATE, "failedTraining-acoustic"),
        "several_owners": Source("icp2020 custom.md", "customOwner"),
        "credentials": Source(CREATE, "createModel-acoustic"),
        "key_prefix": Assumed("said by the pages of 2018, for the same product"),
        "path_prefixes": Source("icp2020 http.md", "HTTP-basic"),
        "shows_updated": Source("icp2020 acoustic-models.md", "listExample-acoustic"),
    },
    wording=LATER_ICP,
)
