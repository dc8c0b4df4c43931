"""Tokens: endpoints on other hosts that clients need."""

from __future__ import annotations

from fakestt.contract.operation import Body, In, Operation, Param
from fakestt.contract.shapes import Integer, Optional, Record, Text
from fakestt.core.provenance import Assumed, Source
from fakestt.core.refusals import Why

__all__ = ["IDENTITY_OPERATIONS"]

TOKEN = Record(
    "IamToken",
    {
        "access_token": Text(),
        "refresh_token": Text(),
        "token_type": Text(),
        "expires_in": Integer(),
        "expiration": Integer(),
        "scope": Text(),
    },
)
GRANT = Record(
    "TokenRequest",
    {
        name: Optional(Text())
        for name in (
            "grant_type",
            "response_type",
            "apikey",
            "access_token",
            "refresh_token",
            "cr_token",
            "profile_id",
            "profile_crn",
            "profile_name",
            "account",
        )
    },
)
LOGIN = Record(
    "PlatformLogin",
    {
        "username": Text(),
        "password": Optional(Text()),
        "api_key": Optional(Text()),
        "account_id": Optional(Text()),
    },
)
IAM = Source("ibm-cloud-sdk-core 3.28.0 token_managers/iam_token_manager.py", "request_token")
CP4D = Source("ibm-cloud-sdk-core 3.28.0 token_managers/cp4d_token_manager.py", "request_token")
PREAUTH = Assumed("old clients of Cloud Pak for Data and ICP for Data read `accessToken`; no other member is known")
WATSON = Assumed("as the authorization class of node-sdk used it; the pages about Watson tokens are gone")

IDENTITY_OPERATIONS = (
    Operation(
        "getToken",
        "POST",
        "/identity/token",
        "Get an IAM token for an API key, a trusted profile or a refresh token",
        IAM,
        TOKEN,
        succeeds_as=IAM,
        body=Body.FORM,
        record=GRANT,
        refusals=(Why.BODY_TOO_LARGE, Why.UNKNOWN_API_KEY, Why.REFRESH_TOKEN_EXPIRED, Why.BAD_TOKEN_REQUEST),
        authenticated=False,
    ),
    Operation(
        "authorize",
        "POST",
        "/v1/authorize",
        "Get a token of Cloud Pak for Data for a user's password or API key; also behind /icp4d-api",
        CP4D,
        Record("PlatformToken", {"token": Text()}),
        succeeds_as=CP4D,
        body=Body.JSON,
        record=LOGIN,
        refusals=(
            Why.WRONG_CONTENT_TYPE,
            Why.BODY_TOO_LARGE,
            Why.MALFORMED_JSON,
            Why.MISSING_PARAMETER,
            Why.WRONG_LOGIN,
        ),
        authenticated=False,
    ),
    Operation(
        "validateAuth",
        "GET",
        "/v1/preauth/validateAuth",
        "Get a token of Cloud Pak for Data for a name and password in a Basic header",
        PREAUTH,
        Record("PreauthToken", {"accessToken": Text()}),
        succeeds_as=PREAUTH,
        refusals=(Why.WRONG_LOGIN,),
        authenticated=False,
        asks_basic=True,
    ),
    Operation(
        "getWatsonToken",
        "GET",
        "/authorization/api/v1/token",
        "Get a Watson token for a name and password in a Basic header",
        WATSON,
        Text(),
        succeeds_as=WATSON,
        params=(
            Param(
                name="url",
                where=In.QUERY,
                shape=Text(),
                is_shown=False,
                how=Assumed("clients name the service's URL; here every token is for the one service that there is"),
            ),
        ),
        refusals=(Why.UNAUTHORIZED,),
        authenticated=False,
        asks_basic=True,
    ),
)
