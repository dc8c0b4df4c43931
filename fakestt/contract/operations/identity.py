"""Tokens: the endpoint of another host that clients of the cloud can't do without."""

from __future__ import annotations

from fakestt.contract.operation import Body, Operation
from fakestt.contract.shapes import Integer, Record, Text
from fakestt.core.provenance import Source
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

IDENTITY_OPERATIONS = (
    Operation(
        id="getToken",
        method="POST",
        path="/identity/token",
        summary="Get an IAM token for an API key",
        how=Source("ibm-cloud-sdk-core 3.28.0 token_managers/iam_token_manager.py", "request_token"),
        success=200,
        success_how=Source("ibm-cloud-sdk-core 3.28.0 token_managers/iam_token_manager.py", "request_token"),
        returns=TOKEN,
        body=Body.FORM,
        refusals=(Why.UNKNOWN_API_KEY, Why.BAD_TOKEN_REQUEST),
        authenticated=False,
    ),
)
