"""The token endpoints. They have no models, and no journal keeps what they are told."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping

from fakestt.contract.messages import Answer, Call
from fakestt.core.refusals import Refusal, Why
from fakestt.http.auth import TOKEN_LIFE_S, Auth, Token, key_of_basic
from fakestt.http.shown.words import HIDDEN, shown_word

__all__ = ["TOKENS", "without_token"]

Form = Mapping[str, str]
URN = "urn:ibm:params:oauth:grant-type:"
OTHER_GRANTS = ("authorization_code", "client_credentials", "password")
"""Source: RFC 6749"""
NO_REFRESH = "not_supported"
SHOWN_MEMBERS = frozenset({"token_type", "expires_in", "expiration", "scope"})


def _iam_token(auth: Auth, call: Call, authorization: str | None) -> Answer:
    """`POST /identity/token`.

    A client that names itself in a Basic header (old ones say `bx:bx`) gets a refresh token as well.

    Raises:
        Refusal: UNKNOWN_API_KEY, REFRESH_TOKEN_EXPIRED, BAD_TOKEN_REQUEST.

    Source: ibm-cloud-sdk-core 3.28.0 token_managers/iam_token_manager.py#request_token
    """
    form: Form = defaultdict(str, call.body)
    grant = form["grant_type"]
    if grant not in GRANTS:
        # What else stands there may be a key that came by mistake, and an answer is kept in the journal.
        named = grant and shown_word(grant, (*GRANTS, *OTHER_GRANTS))
        raise Refusal(Why.BAD_TOKEN_REQUEST, problem=f"The grant type '{named}' is not supported.")
    token = GRANTS[grant](auth, form)
    return Answer(
        200,
        {
            "access_token": token.text,
            "refresh_token": auth.hand_out_refresh(token.key) if authorization else NO_REFRESH,
            "token_type": "Bearer",
            "expires_in": TOKEN_LIFE_S,
            "expiration": token.expiration,
            "scope": "ibm openid",
        },
    )


def _for_key(auth: Auth, form: Form) -> Token:
    return auth.hand_out(form["apikey"])


def _for_profile(auth: Auth, form: Form) -> Token:
    """Source: ibm-cloud-sdk-core 3.28.0 token_managers/iam_assume_token_manager.py#request_token"""
    named = form["profile_id"] or form["profile_crn"] or (form["profile_name"] and form["account"])
    if not named:
        problem = "Name the profile: profile_id, profile_crn, or profile_name with account."
        raise Refusal(Why.BAD_TOKEN_REQUEST, problem=problem)
    return _exchanged("access_token", lambda: auth.hand_out(auth.key_of(form["access_token"])))


def _for_compute_resource(auth: Auth, form: Form) -> Token:
    """The resource's token is as good as a key. It was read from a file, which may end with a newline.

    Source: ibm-cloud-sdk-core 3.28.0 token_managers/container_token_manager.py#request_token
    """
    if not (form["profile_id"] or form["profile_name"]):
        raise Refusal(Why.BAD_TOKEN_REQUEST, problem="Name the profile: profile_id or profile_name.")
    return _exchanged("cr_token", lambda: auth.hand_out(form["cr_token"].strip()))


def _for_refresh_token(auth: Auth, form: Form) -> Token:
    """Source: watson-developer-cloud 2.10 iam_token_manager.py#_refresh_token"""
    key = auth.key_of_refresh(form["refresh_token"])
    return _exchanged("refresh_token", lambda: auth.hand_out(key or ""))


def _exchanged(member: str, hand_out: Callable[[], Token]) -> Token:
    """Hand out a token, or refuse what was given for it. Assumed: the text, and that the code is a wrong key's."""
    try:
        return hand_out()
    except Refusal:
        problem = f"The {member} is not valid, or has expired."
        raise Refusal(Why.BAD_TOKEN_REQUEST, problem=problem) from None


GRANTS: Mapping[str, Callable[[Auth, Form], Token]] = {
    f"{URN}apikey": _for_key,
    f"{URN}assume": _for_profile,
    f"{URN}cr-token": _for_compute_resource,
    "refresh_token": _for_refresh_token,
}


def _authorize(auth: Auth, call: Call, authorization: str | None) -> Answer:
    """`POST /v1/authorize`: the password, or the API key, is a key of this instance.

    Raises:
        Refusal: WRONG_LOGIN.

    Source: ibm-cloud-sdk-core 3.28.0 token_managers/cp4d_token_manager.py#request_token
    """
    secret = call.values["api_key"] or call.values["password"] or ""
    if not call.values["username"]:
        raise Refusal(Why.WRONG_LOGIN)
    return Answer(200, {"token": _logged_in(auth, lambda: secret)})


def _validate_auth(auth: Auth, call: Call, authorization: str | None) -> Answer:
    """`GET /v1/preauth/validateAuth`.

    Raises:
        Refusal: WRONG_LOGIN.
    """
    return Answer(200, {"accessToken": _logged_in(auth, lambda: key_of_basic(authorization))})


def _logged_in(auth: Auth, key: Callable[[], str]) -> str:
    try:
        return auth.hand_out(key()).text
    except Refusal:
        raise Refusal(Why.WRONG_LOGIN) from None


def _watson_token(auth: Auth, call: Call, authorization: str | None) -> Answer:
    """`GET /authorization/api/v1/token`: the answer is the token alone.

    Raises:
        Refusal: UNAUTHORIZED.
    """
    key = key_of_basic(authorization)
    try:
        return Answer(200, text=auth.hand_out(key, watson=True).text.encode())
    except Refusal as refusal:
        raise Refusal(Why.UNAUTHORIZED, **refusal.facts) from None


TOKENS: Mapping[str, Callable[[Auth, Call, str | None], Answer]] = {
    "getToken": _iam_token,
    "authorize": _authorize,
    "validateAuth": _validate_auth,
    "getWatsonToken": _watson_token,
}
"""Who answers the operations that need no token."""


def without_token(answer: Answer) -> Answer:
    """The answer, and as a journal may keep it: of what hands out tokens it shows what is known to be none."""
    if answer.text is not None:
        return answer._replace(kept=answer._replace(text=HIDDEN.encode()))
    shown = {name: one if name in SHOWN_MEMBERS else HIDDEN for name, one in answer.json.items()}
    return answer._replace(kept=answer._replace(json=shown))
