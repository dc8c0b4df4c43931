"""Cloud Pak for Data and Software Hub, as documented in February 2025. Some rows differ from the cloud."""

from __future__ import annotations

from fakestt.contract.edition import TransactionIds
from fakestt.core.provenance import Assumed, Source
from fakestt.editions.cloud2025 import CLOUD2025
from fakestt.editions.wording import CP4D

__all__ = ["CP4D2025"]

SDK = "ibm-watson 11.2.0 speech_to_text_v1.py"
LANGUAGE = "cp4d2025 language-create.md"
CREATE = "cp4d2025 acoustic-create.md"
NOT_SEEN = Assumed("no answer of an installation was seen; as the cloud's gateway of that time")

CP4D2025 = CLOUD2025.but(
    name="cp4d2025",
    pages="cp4d2025",
    title="IBM Cloud Pak for Data / Software Hub (2025)",
    rows={
        "knows_force_of_language_models": (False, Source(SDK, "train_language_model")),
        "max_audio_s": (200 * 3600.0, Source(CREATE, "failedTraining-acoustic")),
        "credentials": (frozenset({"bearer"}), Source("ibm-cloud-sdk-core 3.28.0", "CloudPakForDataAuthenticator")),
        "path_prefixes": (
            ("/speech-to-text/{release}/instances/{guid}/api",),
            Source("ibm-watson 11.2.0 README.md", "cloud-pak-for-data"),
        ),
        "server": ("watson-gateway", NOT_SEEN),
        "transaction_ids": (TransactionIds.NEW, NOT_SEEN),
        "knows_lite_plan": (False, Assumed("a plan of the public cloud")),
    },
    hows={
        "pronunciation_counts_inner_spaces": Source(SDK, "add_words"),
        "knows_mapping_only": Assumed("the pages of 2025 are those of the cloud; its release notes are silent"),
        "pronunciations_max": Source("cp4d2025 language-resource.md", "soundsLike"),
        "pronunciation_max": Source("cp4d2025 language-resource.md", "soundsLike"),
        "knows_grammars": Source("cp4d2025 grammar-add.md", "addGrammar"),
        "grammar_analysis_s": Source("cp4d2025 grammar-add.md", "addGrammar"),
        "data_name_max": Source(LANGUAGE, "addCorpus"),
        "data_name_forbidden": Source(LANGUAGE, "addCorpus"),
        "reserved_data_names": Source(LANGUAGE, "addCorpus"),
        "max_total_words": Source(SDK, "add_corpus"),
        "max_new_words": Source(SDK, "add_corpus"),
        "max_models": Source(CREATE, "createModel-acoustic"),
        "one_upload_at_a_time": Source(CREATE, "addAudio"),
        "min_audio_s": Source(CREATE, "failedTraining-acoustic"),
        "knows_strict": Source(CREATE, "trainModel-acoustic"),
        "refused_training_fails_model": Source(CREATE, "failedTraining-acoustic"),
        "helper_must_match_version": Source(CREATE, "failedTraining-acoustic"),
        "training_factor": Source(CREATE, "trainModel-acoustic"),
        "helper_upgrade_in_second_call": Source("cp4d2025 custom-upgrade.md", "upgradeAcoustic"),
        "upgrade_needs_helper_of_training": Source("cp4d2025 custom-upgrade.md", "upgradeAcoustic"),
        "several_owners": Source("cp4d2025 custom.md", "customOwner"),
        "shows_updated": Source("cp4d2025 acoustic-models.md", "listExample-acoustic"),
        # The page about models gives this member to the cloud alone.
        "shows_custom_acoustic_model": Source("cloud2025 release-notes-data.md", "20 December 2021, version 4.0.4"),
    },
    wording=CP4D,
)
