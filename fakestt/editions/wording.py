"""The wording of refusals: status codes and texts, each with how we know. Editions replace the rows that differ."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from fakestt.contract.edition import BodyShape, Wording
from fakestt.core.provenance import Assumed, How, Source
from fakestt.core.refusals import Why

__all__ = ["BEFORE_CODES", "CLOUD", "CP4D", "LATER_ICP", "SHARED"]

# The threads and captures that the texts come from.
MISSING = "printed by a client of 2018-19 for a language model; where that can be read is not known any more"
GUID = Source("watson-developer-cloud/node-sdk issue 450", "2017-05-09")
CHILD = Source("watson-developer-cloud/python-sdk issue 639", "2019-02")
OLD_401 = Source("watson-developer-cloud/unity-sdk issue 473", "2018-11-12")
CAPTURE_404 = "a captured answer in the tests of a Go client; where that can be read is not known any more"
METHOD = Source("watson-developer-cloud/python-sdk issue 378", "2018-02-24")
NEW_401 = Source("cloud2025 watson common docs", "watson-authorization-error")
NEW_403 = Source("cloud2025 Assistant phone integration docs", "logged 403 of 2021-05-13")
IAM_400 = Source("watson-developer-cloud/food-coach issue 28", "2018-07-30")
APIREF = Source("Speech to Text API definition, July 2016", "ErrorSessionless")
MODEL_404 = Source("Speech to Text API definition, July 2016", "getModel 404")
RECOGNIZE_413 = Source("Speech to Text API definition, July 2016", "recognize 413")
RATE = Source("watson-developer-cloud/java-sdk issue 454", "2016-10-07, of Text to Speech")
LITE_400 = Source("watson-developer-cloud/python-sdk issue 602", "recognize with a custom model")
LITE = Source("watson-developer-cloud/dotnet-standard-sdk issue 334", "2019-03-05")
LOCKED = Source("ishida330/Watson-STT-Customize-Sample STT_Customize.ipynb", "add_words, 2020-02-07")
NO_INPUT = Source("mumair01/GailBot tests", "training of a new language model")
REFRESH = Source("watson-developer-cloud/node-sdk issue 934", "2019-08-13")
TRAIN_20 = Source("icp2020 acoustic-create.md", "failedTraining-acoustic")
WORD_20 = Source("icp2020 language-resource.md", "parseWord")
TRAIN_LANGUAGE_20 = Source("icp2020 language-create.md", "failedTraining-language")
NO_DATA = Source("cloud2025 custom-upgrade.md", "custom-upgrade-acoustic")


def _said(
    status: int, text: str, status_how: How | str, text_how: How | str, shape: BodyShape = BodyShape.SERVICE
) -> Wording:
    """A row. A plain string in place of a source is the reason for an assumption."""
    return Wording(
        status,
        text,
        Assumed(status_how) if isinstance(status_how, str) else status_how,
        Assumed(text_how) if isinstance(text_how, str) else text_how,
        shape,
    )


NO_TEXT = "no body of this refusal was ever published"
PARAMETER_400 = "what is wrong with a request's parameters is a 400 elsewhere in the service"
TWISTED = "the other errors of the outer layer are sentences of Twisted's web server, and so is this one"
DOMAIN_400 = "refusals of this method that have a documented code are 400"

SHARED: Mapping[Why, Wording] = {
    Why.UNAUTHORIZED: _said(401, "Unauthorized", OLD_401, OLD_401, BodyShape.OLD_GATEWAY),
    Why.NO_SUCH_PATH: _said(404, "No such child resource.", CHILD, CHILD, BodyShape.OUTER),
    Why.UNKNOWN_METHOD: _said(501, "I don't know how to treat a {method} request.", TWISTED, TWISTED, BodyShape.OUTER),
    Why.WRONG_METHOD: _said(
        405,
        'Your browser approached me (at {path}) with the method "{method}".  '
        "I only allow the method{plural} {allowed} here.",
        METHOD,
        METHOD,
        BodyShape.OUTER,
    ),
    Why.MALFORMED_REQUEST: _said(
        400, "The request could not be read: {problem}", "the HTTP code for it", NO_TEXT, BodyShape.OUTER
    ),
    Why.UNSUPPORTED_ENCODING: _said(
        415, "Unsupported content encoding '{encoding}'", "the HTTP code for it", NO_TEXT, BodyShape.OUTER
    ),
    Why.FORBIDDEN: _said(
        403,
        "Forbidden",
        "the twin of the 401 of the same gateway",
        "the twin of the 401 of the same gateway",
        BodyShape.OLD_GATEWAY,
    ),
    # The plan's name is that of later years, as in swift-sdk's live tests, and so is the address.
    Why.LITE_PLAN: _said(
        400,
        "This feature is not available for the IBM Cloud Lite plan. Please upgrade to a paid plan to activate this "
        "feature: https://cloud.ibm.com/catalog/services/speech-to-text",
        LITE_400,
        LITE,
    ),
    Why.MALFORMED_GUID: _said(400, "Malformed GUID: '{value}'", GUID, GUID),
    Why.NO_SUCH_MODEL: _said(
        401,
        "Invalid customization_id '{id}'",
        Source("cloud2025 release-notes.md", "10 April 2017, deleting a language model that does not exist"),
        NO_TEXT,
    ),
    Why.NOT_ACCEPTABLE: _said(
        406,
        "Unsupported mimetype.  Supported mimetypes are: [application/json]",
        APIREF,
        "as the sister service Text to Speech words it",
        BodyShape.OUTER,
    ),
    Why.WRONG_CONTENT_TYPE: _said(
        415,
        "Invalid content type. Please use 'application/json'.",
        "the code for a corpus of a wrong type",
        "as for a corpus of a wrong type",
    ),
    Why.WRONG_GRAMMAR_TYPE: _said(
        415,
        "Invalid grammar content type. Please use 'application/srgs' or 'application/srgs+xml'.",
        "the code for a corpus of a wrong type",
        "as for a corpus of a wrong type",
    ),
    Why.UNSUPPORTED_AUDIO_TYPE: _said(
        415,
        "Unsupported content type '{type}'. Supported content types are: {allowed}",
        "the code for a corpus of a wrong type",
        NO_TEXT,
    ),
    Why.MALFORMED_AUDIO_TYPE: _said(400, "Invalid parameter '{part}' in content type {type}", PARAMETER_400, NO_TEXT),
    Why.RATE_MISSING: _said(400, "rate parameter missing in mimetype {type}", PARAMETER_400, RATE),
    Why.BODY_TOO_LARGE: _said(
        413,
        "Request failed because the input stream is larger than {most}",
        RECOGNIZE_413,
        RECOGNIZE_413,
    ),
    Why.EMPTY_BODY: _said(
        400,
        "The request has no {kind}: its body is empty.",
        "the code of recognize for a body that is too small",
        "recognize names a least size, which nobody has seen here",
    ),
    Why.MALFORMED_JSON: _said(400, "Malformed JSON: expected {expected}", PARAMETER_400, NO_TEXT),
    Why.MISSING_PARAMETER: _said(400, "Required parameter '{name}' is missing", MISSING, MISSING),
    Why.BAD_VALUE: _said(400, "Invalid value of parameter '{name}': expected {expected}", PARAMETER_400, NO_TEXT),
    Why.BUSY: _said(
        409,
        "Customization '{id}' is currently locked to process your last request.",
        TRAIN_20,
        LOCKED,
    ),
    Why.NO_SUCH_BASE_MODEL: _said(404, "Model {name} not found", MODEL_404, CAPTURE_404, BodyShape.OUTER),
    Why.UNKNOWN_BASE_MODEL: _said(400, "Model {name} not found", "a wrong parameter of a POST", CAPTURE_404),
    Why.NOT_CUSTOMIZABLE: _said(
        400,
        "custom_{kind}_model is not a supported feature for model {name}",
        PARAMETER_400,
        "as recognize words a feature that a model does not have",
    ),
    Why.NAME_TOO_LONG: _said(
        400, "The name has {length} characters; at most {most} are allowed", PARAMETER_400, NO_TEXT
    ),
    Why.NAME_CHARACTERS: _said(
        400, "The name must not contain '{character}' (none of {forbidden})", PARAMETER_400, NO_TEXT
    ),
    Why.DESCRIPTION_TOO_LONG: _said(
        400, "The description has {length} characters; at most {most} are allowed", PARAMETER_400, NO_TEXT
    ),
    Why.WRONG_DIALECT: _said(400, "Dialect '{value}' is not valid for model {name}", PARAMETER_400, NO_TEXT),
    Why.TOO_MANY_MODELS: _said(
        400,
        "The maximum of {most} custom {kind} models is reached",
        "an error is documented, without its code",
        NO_TEXT,
    ),
    Why.AUDIO_NAME_TOO_LONG: _said(
        400, "The audio name has {length} characters; at most {most} are allowed", PARAMETER_400, NO_TEXT
    ),
    Why.AUDIO_NAME_CHARACTERS: _said(400, "The audio name must not contain '{character}'", PARAMETER_400, NO_TEXT),
    Why.NO_SUCH_AUDIO: _said(
        400,
        "Audio '{name}' not found",
        "client code of Dec 2020 takes 400 from the listing of missing audio to mean that it is not there",
        NO_TEXT,
    ),
    Why.NAME_TAKEN: _said(
        400,
        "Audio '{name}' already exists. Change its name, delete the existing audio, or set 'allow_overwrite' to true.",
        "the code for a missing resource of the same kind",
        "the text for a failed corpus mentions setting the flag",
    ),
    Why.OVER_THE_MAXIMUM: _said(
        400,
        "The model holds more than the maximum of {limits.max_audio_hours:g} hours of audio",
        "a refusal is documented, without its code",
        NO_TEXT,
    ),
    Why.DATA_NAME_TOO_LONG: _said(
        400, "The {kind} name has {length} characters; at most {most} are allowed", PARAMETER_400, NO_TEXT
    ),
    Why.DATA_NAME_CHARACTERS: _said(400, "The {kind} name must not contain '{character}'", PARAMETER_400, NO_TEXT),
    Why.DATA_NAME_RESERVED: _said(400, "The {kind} name '{name}' is reserved", PARAMETER_400, NO_TEXT),
    Why.NO_SUCH_CORPUS: _said(
        400,
        "Corpus '{name}' not found",
        Source("cloud2025 release-notes.md", "10 April 2017, deleting a corpus that does not exist"),
        NO_TEXT,
    ),
    Why.CORPUS_TAKEN: _said(
        400,
        "Corpus '{name}' already exists - change its name, remove existing file before adding new one, or overwrite "
        "existing file by setting 'allow_overwrite' to 'true'",
        "the code for a missing corpus",
        "remembered, and nowhere to be read any more",
    ),
    Why.NO_SUCH_GRAMMAR: _said(400, "Grammar '{name}' not found", "as for a missing corpus", NO_TEXT),
    Why.NO_GRAMMARS: _said(
        400,
        "grammars is not a supported feature for the base model of customization '{id}'",
        PARAMETER_400,
        "as recognize words a feature that a model does not have",
    ),
    Why.NAME_OF_A_GRAMMAR: _said(400, "The customization has a grammar of the name '{name}'", PARAMETER_400, NO_TEXT),
    Why.NAME_OF_A_CORPUS: _said(400, "The customization has a corpus of the name '{name}'", PARAMETER_400, NO_TEXT),
    Why.GRAMMAR_TAKEN: _said(
        400,
        "Grammar '{name}' already exists - change its name, remove existing file before adding new one, or overwrite "
        "existing file by setting 'allow_overwrite' to 'true'",
        "as for a corpus that is there",
        "as for a corpus that is there",
    ),
    Why.WORD_WITH_SPACE: _said(400, "The word '{name}' must not contain a space", PARAMETER_400, NO_TEXT),
    Why.TOO_MANY_PRONUNCIATIONS: _said(
        400, "The word '{name}' has more than {most} pronunciations", PARAMETER_400, NO_TEXT
    ),
    Why.TOO_MANY_WORDS: _said(
        400, "A custom model has at most {most} words", "limits are documented, without what happens beyond", NO_TEXT
    ),
    Why.INVALID_WORD: _said(
        400,
        "{problem}",
        WORD_20,
        "as the list of words says what is wrong with one",
    ),
    Why.NO_SUCH_WORD: _said(400, "Word '{name}' not found", "as for a missing corpus", NO_TEXT),
    Why.UNMODIFIED: _said(
        400,
        "No input data modified since last training",
        "documented for the second call of an upgrade; of a training, client code of Dec 2020 expects it",
        NO_DATA,
    ),
    Why.NO_INPUT_DATA: _said(400, "No input data available for training", DOMAIN_400, NO_INPUT),
    Why.INVALID_AUDIO: _said(
        400, "Analysis of the audio resources of customization '{id}' has not completed successfully", TRAIN_20, NO_TEXT
    ),
    Why.INVALID_DATA: _said(
        400,
        "Analysis of the corpora, grammars or words of customization '{id}' has not completed successfully",
        TRAIN_LANGUAGE_20,
        NO_TEXT,
    ),
    Why.TOO_LITTLE_AUDIO: _said(
        400,
        "Total audio duration must be between {limits.min_audio_minutes:g} and {limits.max_audio_minutes:g} minutes",
        TRAIN_20,
        "only the fragment `audio duration must be between` was seen, in swift-sdk's live tests",
    ),
    Why.TOO_MUCH_AUDIO: _said(
        400,
        "Total audio duration must be between {limits.min_audio_minutes:g} and {limits.max_audio_minutes:g} minutes",
        TRAIN_20,
        "only the fragment `audio duration must be between` was seen, in swift-sdk's live tests",
    ),
    Why.HELPER_BASE: _said(
        400,
        "The custom language model and the custom acoustic model must be based on the same base model",
        TRAIN_20,
        NO_TEXT,
    ),
    Why.HELPER_VERSION: _said(
        400,
        "The custom language model and the custom acoustic model must be based on the same version of the base model",
        TRAIN_20,
        NO_TEXT,
    ),
    Why.HELPER_NOT_AVAILABLE: _said(
        400,
        "Requested custom language model is not available. Please make sure the custom model is trained.",
        DOMAIN_400,
        Source("cloud2025 release-notes.md", "10 September 2018, of recognize"),
    ),
    Why.HELPER_REQUIRED: _said(
        400,
        "The custom acoustic model was trained with a custom language model: specify custom_language_model_id",
        DOMAIN_400,
        NO_TEXT,
    ),
    Why.UPGRADES_BY_TRAINING: _said(
        400, "Customization '{id}' can't be upgraded by a request: training it upgrades it", DOMAIN_400, NO_TEXT
    ),
    Why.UP_TO_DATE: _said(
        400,
        "Customization '{id}' can't be upgraded: model is up-to-date",
        "the refusal was seen without its code",
        "only the fragment `model is up-to-date` was seen, in swift-sdk's live tests",
    ),
    Why.NOT_UPGRADABLE: _said(
        400, "Customization '{id}' must be ready or available to be upgraded", DOMAIN_400, NO_TEXT
    ),
    Why.UNKNOWN_API_KEY: _said(400, "Provided API key could not be found.", IAM_400, IAM_400, BodyShape.IAM),
    Why.REFRESH_TOKEN_EXPIRED: _said(400, "Provided refresh token is expired", REFRESH, REFRESH, BodyShape.IAM),
    Why.BAD_TOKEN_REQUEST: _said(400, "{problem}", IAM_400, NO_TEXT, BodyShape.IAM),
    Why.WRONG_LOGIN: _said(401, "Wrong user name, password or API key", "the HTTP code for it", NO_TEXT),
}

NEW_GATEWAY: Mapping[Why, Wording] = {
    Why.UNAUTHORIZED: _said(401, "Unauthorized", NEW_401, NEW_401, BodyShape.NEW_GATEWAY),
    Why.FORBIDDEN: _said(403, "Forbidden", NEW_403, NEW_403, BodyShape.NEW_GATEWAY),
}

# The pages of 2018 say that a training "fails to start". They got the status codes half a year later.
_LATER = Assumed(
    "documented half a year later, for the same service: icp2020 acoustic-create.md#failedTraining-acoustic"
)
_LATER_LANGUAGE = Assumed(
    "documented half a year later, for the same service: icp2020 language-create.md#failedTraining-language"
)
_CLOUD = Source("cloud2025 acoustic-create.md", "failedTraining-acoustic")
_CLOUD_LANGUAGE = Source("cloud2025 language-create.md", "failedTraining-language")


def _codes_known_by(acoustic: How, language: How, word: How) -> dict[Why, Wording]:
    by = {TRAIN_20: acoustic, TRAIN_LANGUAGE_20: language, WORD_20: word}
    return {why: replace(row, status_how=by[row.status_how]) for why, row in SHARED.items() if row.status_how in by}


def _unmodified(how: How) -> dict[Why, Wording]:
    return {Why.UNMODIFIED: replace(SHARED[Why.UNMODIFIED], text_how=how)}


BEFORE_CODES: Mapping[Why, Wording] = _codes_known_by(
    _LATER, _LATER_LANGUAGE, Source("icp2018 language-resource.md", "parseWord")
)
"""The rows for icp2018. Their values are the same; only the sources differ."""

LATER_ICP: Mapping[Why, Wording] = {**SHARED, **_unmodified(Source("icp2020 custom-upgrade.md", "upgradeAcoustic"))}
"""The rows for icp2020."""

CLOUD: Mapping[Why, Wording] = {
    **_codes_known_by(_CLOUD, _CLOUD_LANGUAGE, Source("cloud2025 language-resource.md", "parseWord")),
    **_unmodified(NO_DATA),
    **NEW_GATEWAY,
}
"""The rows for the cloud. Its gateway's errors differ."""

_UNSEEN = Assumed("no answer of an installation was seen; as the cloud's gateway says it")
CP4D: Mapping[Why, Wording] = {
    **_codes_known_by(
        Source("cp4d2025 acoustic-create.md", "failedTraining-acoustic"),
        Source("cp4d2025 language-create.md", "failedTraining-language"),
        Source("cp4d2025 language-resource.md", "parseWord"),
    ),
    **_unmodified(Source("cp4d2025 custom-upgrade.md", "upgradeAcoustic")),
    **{why: replace(row, status_how=_UNSEEN, text_how=_UNSEEN) for why, row in NEW_GATEWAY.items()},
}
"""The rows for Cloud Pak for Data. Their values are the cloud's; only the sources differ."""
