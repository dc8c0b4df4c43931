"""The numbers and switches in which editions differ. Each edition gives every one of them, with its source."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Limits", "Span"]

Span = tuple[float, float]
"""The least and the most: seconds, or seconds a second of audio."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """None means that there is no limit."""

    # models
    max_models: int | None
    name_max: int | None
    name_forbidden: str
    description_max: int | None
    reset_keeps_versions: bool
    empty_model_follows_base: bool

    # audio
    max_upload_bytes: int
    max_json_bytes: int
    audio_name_max: int
    audio_name_forbidden: str
    one_upload_at_a_time: bool
    refuses_audio_over_the_maximum: bool
    member_type_default: str | None
    member_name_max: int
    member_name_forbidden: str
    members_unique_in_model: bool
    deleted_audio_frees_the_model: bool

    # corpora
    max_text_bytes: int
    data_name_max: int
    data_name_forbidden: str
    reserved_data_names: tuple[str, ...]
    max_total_words: int
    max_new_words: int

    # grammars
    knows_grammars: bool
    large_models_lack_grammars: bool
    max_grammar_bytes: int

    # words
    max_words_bytes: int
    pronunciations_max: int
    pronunciation_max: int
    pronunciation_counts_inner_spaces: bool
    checks_letters_of_pronunciations: bool
    knows_mapping_only: bool

    # training
    min_audio_s: float
    max_audio_s: float
    knows_strict: bool
    refused_training_fails_model: bool
    empty_training_fails_model: bool
    empty_training_says_no_input_data: bool
    refused_training_sets_error: bool
    helper_must_match_version: bool
    helper_must_be_available_to_train: bool
    knows_force_of_language_models: bool
    training_upgrades_improved_models: bool

    # upgrading
    upgrade_needs_helper_of_training: bool
    helper_upgrade_in_second_call: bool
    second_upgrade_needs_force: bool
    helper_must_be_available_to_upgrade: bool

    # time
    analysis_min_s: float
    analysis_factor: float
    training_factor: Span
    upgrade_factor: Span
    corpus_analysis_min_s: float
    corpus_analysis_factor: float
    grammar_analysis_s: float
    words_analysis_min_s: float
    words_analysis_factor: float
    words_training_min_s: float
    words_training_factor: float

    # owners
    several_owners: bool
    knows_lite_plan: bool

    # The same in the units that messages use.

    @property
    def min_audio_minutes(self) -> float:
        return self.min_audio_s / 60

    @property
    def max_audio_minutes(self) -> float:
        return self.max_audio_s / 60

    @property
    def max_audio_hours(self) -> float:
        return self.max_audio_s / 3600
