"""Tokens: the endpoints of other hosts that clients can't do without."""

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
        id="getToken",
        method="POST",
        path="/identity/token",
        summary="Get an IAM token for an API key, a trusted profile or a refresh token",
        how=IAM,
        success=200,
        success_how=IAM,
        returns=TOKEN,
        body=Body.FORM,
        refusals=(Why.BODY_TOO_LARGE, Why.UNKNOWN_API_KEY, Why.BAD_TOKEN_REQUEST),
        authenticated=False,
    ),
    Operation(
        id="authorize",
        method="POST",
        path="/v1/authorize",
        summary="Get a token of Cloud Pak for Data for a user's password or API key; also behind /icp4d-api",
        how=CP4D,
        success=200,
        success_how=CP4D,
        returns=Record("PlatformToken", {"token": Text()}),
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
        id="validateAuth",
        method="GET",
        path="/v1/preauth/validateAuth",
        summary="Get a token of Cloud Pak for Data for a name and password in a Basic header",
        how=PREAUTH,
        success=200,
        success_how=PREAUTH,
        returns=Record("PreauthToken", {"accessToken": Text()}),
        refusals=(Why.WRONG_LOGIN,),
        authenticated=False,
        asks_basic=True,
    ),
    Operation(
        id="getWatsonToken",
        method="GET",
        path="/authorization/api/v1/token",
        summary="Get a Watson token for a name and password in a Basic header",
        how=WATSON,
        success=200,
        success_how=WATSON,
        returns=Text(),
        params=(
            Param(
                name="url",
                where=In.QUERY,
                shape=Text(),
                how=Assumed("clients name the service's URL; here every token is for the one service that there is"),
            ),
        ),
        refusals=(Why.UNAUTHORIZED,),
        authenticated=False,
        asks_basic=True,
    ),
)
