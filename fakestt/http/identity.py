"""The token endpoint: it has no model and no fault of its own, and its forms are in no journal."""

from __future__ import annotations

from collections.abc import Mapping

from fakestt.contract.messages import Answer
from fakestt.core.refusals import Refusal, Why
from fakestt.http.auth import TOKEN_LIFE_S, Auth

__all__ = ["iam_token", "without_token"]

API_KEY_GRANT = "urn:ibm:params:oauth:grant-type:apikey"


def iam_token(auth: Auth, form: Mapping[str, str]) -> Answer:
    """`POST /identity/token` with an API key.

    Raises:
        Refusal: UNKNOWN_API_KEY, BAD_TOKEN_REQUEST.

    Source: ibm-cloud-sdk-core 3.28.0 token_managers/iam_token_manager.py#request_token
    """
    grant = form.get("grant_type", "")
    if grant != API_KEY_GRANT:
        raise Refusal(Why.BAD_TOKEN_REQUEST, problem=f"The grant type '{grant[:80]}' is not supported.")
    token = auth.hand_out(form.get("apikey", ""))
    return Answer(
        200,
        {
            "access_token": token.text,
            "refresh_token": "not_supported",
            "token_type": "Bearer",
            "expires_in": TOKEN_LIFE_S,
            "expiration": token.expiration,
            "scope": "ibm openid",
        },
    )


def without_token(answer: Answer) -> Answer:
    """The answer as a journal may keep it."""
    return Answer(answer.status, {**answer.json, "access_token": "***"}) if answer.status == 200 else answer
