"""Speech to Text: Customer Care 1.0.x on IBM Cloud Private, October 2018."""

from __future__ import annotations

from fakestt.contract.edition import TransactionIds, edition
from fakestt.core.provenance import Assumed, Source
from fakestt.editions.base_models import previous_generation
from fakestt.editions.wording import BEFORE_CODES, SHARED

__all__ = ["ICP2018"]

CREATE = "icp2018 acoustic-create.md"
RESOURCE = "icp2018 acoustic-resource.md"
SILENT = "the pages do not speak of it; "
LANGUAGE = "icp2018 language-create.md"
LANGUAGE_DATA = "icp2018 language-resource.md"
MINUTES = "minutes are documented, depending on the number of words; a test need not wait for longer"
NO_RULE = Assumed("no rule is documented")

ICP2018 = edition(
    name="icp2018",
    title="IBM Cloud Private, Customer Care 1.0.x (October 2018)",
    base_models=previous_generation(
        [f"{language}_{band}Model" for language in ("en-US", "ja-JP", "ko-KR") for band in ("Broadband", "Narrowband")],
        version="v2017-11-15",
        speaker_labels=frozenset({"en-US", "ja-JP"}),
    ),
    base_models_how=Source("icp2018 input.md", "modelsList"),
    rows={
        "max_models": (None, Source("icp2018 acoustic-create.md", "createModel")),
        "name_max": (None, NO_RULE),
        "name_forbidden": ("", NO_RULE),
        "description_max": (None, NO_RULE),
        "reset_keeps_versions": (True, Assumed("the documented list shows a pending model with two versions")),
        "empty_model_follows_base": (False, Assumed("the versions of a model are fixed when it is created")),
        "max_upload_bytes": (104_857_600, Assumed("100 MB is documented; taken as 100 x 1024 x 1024 bytes")),
        "max_json_bytes": (262_144, Assumed("no limit is documented; no honest request comes near it")),
        "audio_name_max": (128, Source(CREATE, "addAudio")),
        "audio_name_forbidden": (" /\\", Source(CREATE, "addAudio")),
        "one_upload_at_a_time": (True, Source(CREATE, "addAudio")),
        "refuses_audio_over_the_maximum": (False, Assumed(SILENT + "training is refused anyway")),
        "member_type_default": ("audio/wav", Source(RESOURCE, "workingArchive")),
        "member_name_max": (128, Source(RESOURCE, "workingArchive")),
        "member_name_forbidden": (" /\\", Source(RESOURCE, "workingArchive")),
        "members_unique_in_model": (True, Source(RESOURCE, "workingArchive")),
        "deleted_audio_frees_the_model": (
            True,
            Assumed(
                "java-sdk's live test deletes audio at once; that it waits before it deletes the model may be care"
            ),
        ),
        "max_text_bytes": (1_073_741_824, Assumed("no limit is documented; ten million words fit in")),
        "data_name_max": (128, Source(LANGUAGE, "addCorpus")),
        "data_name_forbidden": (" /\\", Source(LANGUAGE, "addCorpus")),
        "reserved_data_names": (("user",), Source(LANGUAGE, "addCorpus")),
        "max_total_words": (10_000_000, Source(LANGUAGE_DATA, "wordsResourceAmount")),
        "max_new_words": (30_000, Source(LANGUAGE_DATA, "wordsResourceAmount")),
        "knows_grammars": (False, Assumed("no page speaks of them; the cloud got them in December 2018")),
        "large_models_lack_grammars": (False, Assumed("there are no large models yet")),
        "max_grammar_bytes": (1_048_576, Assumed("no limit is documented; a list of 50,000 names fits in")),
        "max_words_bytes": (33_554_432, Assumed("no limit is documented; all the words that a model may have fit in")),
        "pronunciations_max": (5, Source(LANGUAGE_DATA, "soundsLike")),
        "pronunciation_max": (40, Source(LANGUAGE_DATA, "soundsLike")),
        "pronunciation_counts_inner_spaces": (False, Source(LANGUAGE_DATA, "soundsLike")),
        "checks_letters_of_pronunciations": (
            True,
            Assumed(
                "the pages say which letters to use; they say of digits, length and Japanese alone what is enforced"
            ),
        ),
        "knows_mapping_only": (False, Assumed("the cloud got it in November 2023")),
        "min_audio_s": (600.0, Source(RESOURCE, "audioGuidelines")),
        "max_audio_s": (50 * 3600.0, Source(RESOURCE, "audioGuidelines")),
        "knows_strict": (False, Source(CREATE, "failedTraining")),
        "refused_training_fails_model": (
            True,
            Assumed("too little audio is among the documented causes of `failed`; the later pages say so outright"),
        ),
        "empty_training_fails_model": (True, Assumed("one rule for all amounts of audio, none included")),
        "empty_training_says_no_input_data": (
            False,
            Assumed("that text was seen of language models; of audio, the text about its duration is known"),
        ),
        "refused_training_sets_error": (False, Assumed("clients read `error` after an accepted training only")),
        "helper_must_match_version": (True, Assumed("documented three months later for the same service")),
        "helper_must_be_available_to_train": (True, Assumed("documented later for the same service")),
        "knows_force_of_language_models": (False, Source(LANGUAGE, "trainModel")),
        "training_upgrades_improved_models": (False, Assumed("there are no improved models yet")),
        "upgrade_needs_helper_of_training": (
            True,
            Assumed("the parameter `must` be given; what happens without it is not said"),
        ),
        "helper_upgrade_in_second_call": (False, Source("icp2018 custom-upgrade.md", "upgradeAcoustic")),
        "second_upgrade_needs_force": (False, Assumed("there is no second call")),
        "helper_must_be_available_to_upgrade": (False, NO_RULE),
        "analysis_min_s": (2.0, Assumed("several seconds are documented")),
        "analysis_factor": (0.02, Assumed("it grows with the duration: a minute for 50 minutes of audio")),
        "training_factor": ((2.0, 4.0), Source(CREATE, "trainModel")),
        "upgrade_factor": ((2.0, 2.0), Source("icp2018 custom-upgrade.md", "upgradeAcoustic")),
        "corpus_analysis_min_s": (10.0, Assumed("a corpus of 43 words was analysed within 10 seconds")),
        "corpus_analysis_factor": (0.01, Assumed("a minute or two is documented, depending on the number of words")),
        "grammar_analysis_s": (5.0, Assumed("a few seconds are documented by the later pages")),
        "words_analysis_min_s": (2.0, Assumed(MINUTES)),
        "words_analysis_factor": (0.05, Assumed(MINUTES)),
        "words_training_min_s": (20.0, Assumed("a tiny model of 2022 was trained within 10 to 20 seconds")),
        "words_training_factor": (0.02, Assumed(MINUTES)),
        "several_owners": (False, Source("icp2018 custom.md", "customOwner")),
        "knows_lite_plan": (False, Assumed("a plan of the public cloud")),
        "audio_types": (
            frozenset(
                {
                    "audio/basic",
                    "audio/flac",
                    "audio/l16",
                    "audio/mp3",
                    "audio/mpeg",
                    "audio/mulaw",
                    "audio/ogg",
                    "audio/wav",
                    "audio/webm",
                    "application/gzip",
                    "application/zip",
                }
            ),
            Source("icp2018 audio-formats.md", "formats"),
        ),
        "credentials": (frozenset({"basic"}), Source("icp2018 custom.md", "customOwner")),
        "challenge": (
            'Basic realm="IBM Watson Gateway(Log-in)"',
            Source("watson-developer-cloud/dotnet-standard-sdk issue 261", "2018"),
        ),
        "server": ("-", Source("watson-developer-cloud/python-sdk issue 402", "2018-03-13")),
        "transaction_ids": (
            TransactionIds.OLD,
            Source("watson-developer-cloud/python-sdk issue 402", "2018-03-13"),
        ),
        "key_prefix": ("icp-", Source("icp2018 custom.md", "customOwner")),
        "refresh_token_life_s": (30 * 86_400.0, Assumed("the token service's pages said 30 days at first")),
        "path_prefixes": (("/speech-to-text/api",), Source("icp2018 http.md", "HTTP-basic")),
        "shows_updated": (False, Source("icp2018 acoustic-models.md", "listExample")),
        "shows_custom_acoustic_model": (False, Source("icp2020 models.md", "listExample")),
        "training_warning_members": (("warning_id", "description"), Assumed("no `strict`, so never seen here")),
    },
    wording={**SHARED, **BEFORE_CODES},
)
