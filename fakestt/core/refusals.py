"""Why the service says no. Status codes and wording are the edition's."""

from __future__ import annotations

from enum import StrEnum, unique
from typing import TypedDict, Unpack

from fakestt.core.limits import Limits

__all__ = ["Refusal", "RefusalFacts", "Why"]


@unique
class Why(StrEnum):
    """All reasons, in the order in which a request meets them."""

    # the way to the service
    UNAUTHORIZED = "unauthorized"
    NO_SUCH_PATH = "no such path"
    UNKNOWN_METHOD = "unknown method"
    WRONG_METHOD = "wrong method"
    MALFORMED_REQUEST = "malformed request"
    FORBIDDEN = "forbidden"
    LITE_PLAN = "lite plan"
    # the form of the request
    UNSUPPORTED_ENCODING = "unsupported content encoding"
    MALFORMED_GUID = "malformed guid"
    NO_SUCH_MODEL = "no such model"
    NOT_ACCEPTABLE = "not acceptable"
    WRONG_CONTENT_TYPE = "wrong content type"
    WRONG_GRAMMAR_TYPE = "wrong grammar type"
    UNSUPPORTED_AUDIO_TYPE = "unsupported audio type"
    MALFORMED_AUDIO_TYPE = "malformed audio type"
    RATE_MISSING = "rate missing"
    BODY_TOO_LARGE = "body too large"
    EMPTY_BODY = "empty body"
    MALFORMED_JSON = "malformed json"
    MISSING_PARAMETER = "missing parameter"
    BAD_VALUE = "bad value"
    # what the service itself objects to
    BUSY = "busy"
    NO_SUCH_BASE_MODEL = "no such base model"
    UNKNOWN_BASE_MODEL = "unknown base model"
    NOT_CUSTOMIZABLE = "not customizable"
    NAME_TOO_LONG = "name too long"
    NAME_CHARACTERS = "name characters"
    DESCRIPTION_TOO_LONG = "description too long"
    WRONG_DIALECT = "wrong dialect"
    TOO_MANY_MODELS = "too many models"
    AUDIO_NAME_TOO_LONG = "audio name too long"
    AUDIO_NAME_CHARACTERS = "audio name characters"
    NO_SUCH_AUDIO = "no such audio"
    DATA_NAME_TOO_LONG = "data name too long"
    DATA_NAME_CHARACTERS = "data name characters"
    DATA_NAME_RESERVED = "data name reserved"
    NO_SUCH_CORPUS = "no such corpus"
    NO_SUCH_GRAMMAR = "no such grammar"
    NO_GRAMMARS = "no grammars"
    NAME_OF_A_GRAMMAR = "name of a grammar"
    NAME_OF_A_CORPUS = "name of a corpus"
    CORPUS_TAKEN = "corpus taken"
    GRAMMAR_TAKEN = "grammar taken"
    WORD_WITH_SPACE = "word with space"
    TOO_MANY_PRONUNCIATIONS = "too many pronunciations"
    TOO_MANY_WORDS = "too many words"
    INVALID_WORD = "invalid word"
    NO_SUCH_WORD = "no such word"
    NAME_TAKEN = "name taken"
    OVER_THE_MAXIMUM = "over the maximum"
    UNMODIFIED = "unmodified"
    NO_INPUT_DATA = "no input data"
    INVALID_AUDIO = "invalid audio"
    INVALID_DATA = "invalid data"
    TOO_LITTLE_AUDIO = "too little audio"
    TOO_MUCH_AUDIO = "too much audio"
    HELPER_BASE = "helper on another base model"
    HELPER_VERSION = "helper on another version"
    HELPER_NOT_AVAILABLE = "helper not available"
    HELPER_REQUIRED = "helper required"
    UPGRADES_BY_TRAINING = "upgrades by training"
    UP_TO_DATE = "up to date"
    NOT_UPGRADABLE = "not upgradable"
    # tokens
    UNKNOWN_API_KEY = "unknown api key"
    REFRESH_TOKEN_EXPIRED = "refresh token expired"  # noqa: S105 - a reason, not a secret
    BAD_TOKEN_REQUEST = "bad token request"  # noqa: S105 - a name, not a secret
    WRONG_LOGIN = "wrong login"


class RefusalFacts(TypedDict, total=False):
    """The facts that a refusal may tell. All but the last two fill the edition's wording."""

    id: str  # of the model
    name: str  # of a parameter, a resource or a base model
    value: str
    expected: str
    problem: str
    length: int
    most: int | str
    character: str
    forbidden: str
    kind: str  # of custom models, of data or of a body: acoustic, corpus
    type: str  # a content type
    part: str  # of a content type
    encoding: str
    path: str
    method: str
    allowed: str  # methods, or content types
    plural: str  # "s" if several methods are allowed
    limits: Limits
    unknown: tuple[str, ...]  # names of unknown members, listed in an answer
    note: str  # for the journal alone


class Refusal(Exception):
    """The service says no to the client. Status code and text are the edition's; `facts` fill its wording."""

    def __init__(self, why: Why, **facts: Unpack[RefusalFacts]) -> None:
        super().__init__(why.value)
        self.why = why
        self.facts = facts
