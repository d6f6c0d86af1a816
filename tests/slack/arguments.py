"""The arguments of a Web API call, however slack_sdk sent them, checked against what the method takes."""

import json
from collections.abc import Mapping
from typing import Any

from aiohttp import web

from tests.slack.refusal import Refused

Json = dict[str, Any]

EVERYWHERE = {"token": "string", "team_id": "string"}


async def sent(request: web.Request) -> Json:
    """What a call says: in its query, in a form, or in JSON. Query and form give strings, JSON what it says."""
    said: Json = dict(request.query)
    body = await request.text()
    if not body:
        return said
    if request.content_type == "application/json":
        return said | _decoded(body)
    if request.content_type in {"application/x-www-form-urlencoded", "multipart/form-data"}:
        return said | dict(await request.post())
    raise Refused("invalid_post_type")


def _decoded(body: str) -> Json:
    try:
        value = json.loads(body)
    except ValueError:
        raise Refused("invalid_json") from None
    if not isinstance(value, dict):
        raise Refused("json_not_object")
    return value


def checked(said: Json, takes: Mapping[str, str]) -> Json:
    """The arguments as the method wants them. ``takes`` gives each name its type; a ``!`` behind it makes it required.

    Refuses unknown, missing and wrongly typed ones, all in one answer.
    """
    faults, args = [], {}
    known = {**EVERYWHERE, **takes}
    faults += [
        f"missing required field: {name}" for name, kind in takes.items() if kind[-1] == "!" and not said.get(name)
    ]
    for name, value in said.items():
        if name not in known:
            faults.append(f"invalid additional property: {name}")
            continue
        try:
            args[name] = _READ[known[name].rstrip("!")](value)
        except (TypeError, ValueError):
            faults.append(f"must be a {known[name].rstrip('!')} [json-pointer:/{name}]")
    if faults:
        raise Refused("invalid_arguments", response_metadata={"messages": [f"[ERROR] {one}" for one in faults]})
    return args


def _string(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError(value)
    return value


def _boolean(value: Any) -> bool:
    if isinstance(value, bool):
        return value
    return {"1": True, "true": True, "0": False, "false": False}[value] if value in _TRUTHS else _refuse(value)


_TRUTHS = ("1", "true", "0", "false")


def _refuse(value: Any) -> Any:
    raise TypeError(value)


def _integer(value: Any) -> int:
    return _refuse(value) if isinstance(value, bool | float) else int(value)


def _object(value: Any) -> Any:
    found = json.loads(value) if isinstance(value, str) else value
    return found if isinstance(found, dict | list) else _refuse(value)


_READ = {"string": _string, "boolean": _boolean, "integer": _integer, "object": _object}
