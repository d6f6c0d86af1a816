"""What a call says, however it was sent, read and held against the description of its method."""

import json
from typing import Any

from aiohttp import web
from aiohttp.web_request import FileField

from tests.telegram.description import BY_KEY, BY_TYPE, METHODS, OBJECTS, Fields
from tests.telegram.files import Upload
from tests.telegram.refusal import Refused, bad

Json = dict[str, Any]

_ATTACHED = "attach://"


async def sent(request: web.Request) -> Json:
    """What stands in the query, in a form, in JSON or in a multipart upload; files come as ``Upload``."""
    said: Json = dict(request.query)
    if request.content_type == "application/json":
        return said | _object(await request.text())
    if request.content_type in {"application/x-www-form-urlencoded", "multipart/form-data"}:
        said |= {name: _part(value) for name, value in (await request.post()).items()}
    return _attached(said)


def _object(body: str) -> Json:
    try:
        value = json.loads(body or "{}")
    except ValueError:
        value = None
    if not isinstance(value, dict):
        raise bad("can't parse JSON object")
    return value


def _part(value: Any) -> Any:
    if isinstance(value, FileField):
        return Upload(value.filename, value.file.read(), value.content_type)
    return value


def _attached(said: Json) -> Json:
    """Put files that were sent under names of their own where ``attach://`` points to them."""
    words = {name: value for name, value in said.items() if isinstance(value, str)}
    names = {name: value.removeprefix(_ATTACHED) for name, value in words.items() if value.startswith(_ATTACHED)}
    kept = {name: value for name, value in said.items() if name not in names.values()}
    return kept | {name: said.get(part, kept[name]) for name, part in names.items()}


def read(method: str, said: Json) -> Json:
    """The arguments in their own types where they can be read so; everything else as it was sent."""
    fields = METHODS.get(method, {})
    return {name: _read(fields.get(name, "str").rstrip("!"), value) for name, value in said.items()}


def _read(kind: str, value: Any) -> Any:
    if not isinstance(value, str) or kind in {"str", "file"}:
        return value
    if kind == "chat" and not value.lstrip("-").isdecimal():
        return value
    try:
        return json.loads(value)
    except ValueError:
        return value


def recorded(args: Json) -> Json:
    """The arguments as they are kept for tests to look at: null where a file was sent."""
    return {name: None if isinstance(value, Upload) else value for name, value in args.items()}


def check(method: str, args: Json) -> None:
    """Refuse what the method's description does not allow, all faults in one answer."""
    if method not in METHODS:
        raise Refused("Not Found: method not found")
    faults = _of_fields(METHODS[method], args, "")
    if faults:
        raise bad("; ".join(faults))


def _of_fields(fields: Fields, values: Json, path: str) -> list[str]:
    faults = [f"parameter {path}{name} is unknown" for name in values if name not in fields]
    faults += [f"parameter {path}{n} is required" for n, kind in fields.items() if kind[-1] == "!" and n not in values]
    for name, value in values.items():
        if name in fields:
            faults += _of(fields[name].rstrip("!"), value, f"{path}{name}")
    return faults


def _of(kind: str, value: Any, path: str) -> list[str]:
    if kind.startswith("["):
        if not isinstance(value, list):
            return [f"parameter {path} must be an Array"]
        return [fault for index, one in enumerate(value) for fault in _of(kind[1:-1], one, f"{path}[{index}]")]
    if kind in _PLAIN:
        wanted = _PLAIN[kind]
        right = isinstance(value, wanted) and (kind == "bool" or not isinstance(value, bool))
        return [] if right else [f"parameter {path} must be of kind {kind}"]
    if not isinstance(value, dict):
        return [f"can't parse {path}: Object expected"]
    name = _one_of(kind, value)
    return _of_fields(OBJECTS[name], value, f"{path}.") if name else [f"can't parse {path}: unsupported {kind}"]


def _one_of(kind: str, value: Json) -> str | None:
    if kind in BY_TYPE:
        return BY_TYPE[kind].get(value.get("type", ""))
    if kind in BY_KEY:
        return next((name for key, name in BY_KEY[kind].items() if key in value), None)
    return kind


_PLAIN: dict[str, tuple[type, ...]] = {
    "str": (str,),
    "int": (int,),
    "bool": (bool,),
    "chat": (int, str),
    "file": (Upload, str),
}
