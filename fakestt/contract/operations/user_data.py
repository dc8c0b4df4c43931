"""Labelled data: one operation."""

from __future__ import annotations

from fakestt.contract.operation import In, Operation, Param
from fakestt.contract.operations.customizations import EMPTY
from fakestt.contract.shapes import Text
from fakestt.core.acoustic.family import ACOUSTIC
from fakestt.core.provenance import Source
from fakestt.core.refusals import Why

__all__ = ["USER_DATA_OPERATIONS"]

USER_DATA_OPERATIONS = (
    Operation(
        "deleteUserData",
        "DELETE",
        "/v1/user_data",
        "Delete labelled data",
        Source("icp2018 information-security.md", "delete-pi"),
        EMPTY,
        params=(
            Param(
                name="customer_id",
                where=In.QUERY,
                shape=Text(least=1),
                required=True,
                how=Source("ibm-watson 11.2.0 speech_to_text_v1.py", "delete_user_data"),
            ),
        ),
        refusals=(Why.MISSING_PARAMETER,),
        family=ACOUSTIC,
    ),
)
