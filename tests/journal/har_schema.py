"""HTTP Archive 1.2 as JSON schema, written from http://www.softwareishard.com/blog/har-12-spec/."""

from __future__ import annotations

from typing import Any

Schema = dict[str, Any]
TEXT: Schema = {"type": "string"}
COUNT: Schema = {"type": "integer", "minimum": 0}
SIZE: Schema = {"type": "integer", "minimum": -1}
TIME: Schema = {"type": "number", "minimum": -1}
INSTANT: Schema = {"type": "string", "pattern": r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$"}


def record(required: Schema, **optional: Schema) -> Schema:
    """An object. Every one may have a comment, and fields of the writer's own whose names begin with an underscore."""
    return {
        "type": "object",
        "properties": {**required, **optional, "comment": TEXT},
        "patternProperties": {"^_": {}},
        "additionalProperties": False,
        "required": list(required),
    }


def array(items: Schema) -> Schema:
    return {"type": "array", "items": items}


NAMED = record({"name": TEXT, "value": TEXT})
COOKIE = record({"name": TEXT, "value": TEXT}, path=TEXT, domain=TEXT, expires=INSTANT, httpOnly={}, secure={})
PARAM = record({"name": TEXT}, value=TEXT, fileName=TEXT, contentType=TEXT)
POSTED = record({"mimeType": TEXT}, params=array(PARAM), text=TEXT) | {
    "oneOf": [{"required": ["params"]}, {"required": ["text"]}]
}
CONTENT = record({"size": COUNT, "mimeType": TEXT}, compression={"type": "integer"}, text=TEXT, encoding=TEXT)
MESSAGE: Schema = {
    "httpVersion": TEXT, "cookies": array(COOKIE), "headers": array(NAMED), "headersSize": SIZE, "bodySize": SIZE
}  # fmt: skip
REQUEST = record({"method": TEXT, "url": TEXT, "queryString": array(NAMED), **MESSAGE}, postData=POSTED)
RESPONSE = record({"status": COUNT, "statusText": TEXT, "content": CONTENT, "redirectURL": TEXT, **MESSAGE})
CACHED = record({"lastAccess": INSTANT, "eTag": TEXT, "hitCount": COUNT}, expires=INSTANT) | {
    "type": ["object", "null"]
}
TIMINGS = record({"send": TIME, "wait": TIME, "receive": TIME}, blocked=TIME, dns=TIME, connect=TIME, ssl=TIME)
ENTRY = record(
    {
        "startedDateTime": INSTANT,
        "time": {"type": "number", "minimum": 0},
        "request": REQUEST,
        "response": RESPONSE,
        "cache": record({}, beforeRequest=CACHED, afterRequest=CACHED),
        "timings": TIMINGS,
    },
    pageref=TEXT,
    serverIPAddress=TEXT,
    connection=TEXT,
)
PROGRAM = record({"name": TEXT, "version": TEXT})
PAGE = record({"startedDateTime": INSTANT, "id": TEXT, "title": TEXT, "pageTimings": {}})
HAR: Schema = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    **record(
        {"log": record({"version": {"const": "1.2"}, "creator": PROGRAM, "entries": array(ENTRY)}, browser=PROGRAM,
                       pages=array(PAGE))}
    ),
}  # fmt: skip
