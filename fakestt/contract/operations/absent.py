"""The operations of the service that fakestt does not have. A request for one is told apart from a wrong path."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NamedTuple

__all__ = ["ABSENT", "Absent", "absent_at"]


class Absent(NamedTuple):
    """An operation by the vendor's id. `where` says which editions have it, if not all do."""

    id: str
    method: str
    path: str
    where: str = ""

    @property
    def said(self) -> str:
        """What timelines and errors say of it."""
        where = f" ({self.where})" if self.where else ""
        return f"{self.id} is part of the service{where} and not of fakestt"

    @property
    def glob(self) -> str:
        """Its path, as a rule for faults takes it."""
        return re.sub(r"\{\w+\}", "*", self.path)


JOB, BATCH = "/v1/recognitions/{id}", "/v1/batches/{batch_id}"
CLOUD, ICP2020 = "of cloud2025 alone", "of icp2020 alone"

# Sources: ibm-watson 11.2.0 speech_to_text_v1.py; for batches icp2020 batches.md, and no SDK has a name for them.
# fmt: off
_ROWS = (
    Absent("recognize",               "POST",   "/v1/recognize"),
    Absent("recognizeUsingWebsocket", "GET",    "/v1/recognize"),
    Absent("detectLanguage",          "POST",   "/v1/detect_language", CLOUD),
    Absent("registerCallback",        "POST",   "/v1/register_callback"),
    Absent("unregisterCallback",      "POST",   "/v1/unregister_callback"),
    Absent("createJob",               "POST",   "/v1/recognitions"),
    Absent("checkJobs",               "GET",    "/v1/recognitions"),
    Absent("checkJob",                "GET",    JOB),
    Absent("deleteJob",               "DELETE", JOB),
    Absent("createBatch",             "POST",   "/v1/batches", ICP2020),
    Absent("listBatches",             "GET",    "/v1/batches", ICP2020),
    Absent("getBatch",                "GET",    BATCH, ICP2020),
    Absent("cancelBatch",             "PUT",    BATCH, ICP2020),
    Absent("deleteBatch",             "DELETE", BATCH, ICP2020),
)
# fmt: on
ABSENT: Mapping[str, Absent] = {row.id: row for row in _ROWS}
"""They by their ids."""

_PATTERNS = [(row, re.compile(re.sub(r"\{\w+\}", "[^/]+", row.path) + "/*")) for row in _ROWS]


def absent_at(method: str, target: str) -> Absent | None:
    """The operation that a request asks for, if fakestt does not have it; whatever stands before `/v1/`."""
    path = target.partition("?")[0]
    rest = path[max(path.find("/v1/"), 0) :]
    asked = "GET" if method == "HEAD" else method
    return next((row for row, pattern in _PATTERNS if row.method == asked and pattern.fullmatch(rest)), None)
