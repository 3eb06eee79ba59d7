"""What of an app's configuration is secret: passwords in URLs, and settings by their names."""

# pyright: reportUnknownVariableType=false, reportUnknownArgumentType=false, reportUnknownLambdaType=false
# pyright: reportUnknownMemberType=false
# Values of no known type: here is where they are told apart.

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, Final

from ._celery import HIDDEN_SETTINGS

__all__ = ["without_secrets"]

#: Names that Celery hides when it prints a configuration and that hold no secret: without them a task would go to
#: another queue, a result to another table.
HARMLESS: Final = frozenset(
    {
        "cassandra_keyspace",
        "cosmosdbsql_database_name",
        "database",
        "database_create_tables_at_setup",
        "database_engine_callback",
        "database_engine_options",
        "database_short_lived_sessions",
        "database_table_names",
        "database_table_schemas",
        "database_url",  # of which only the password goes
        "databases",
        "global_keyprefix",
        "key_prefix",
        "keyfile",  # a file's name
        "keyprefix",
        "keyspace",
        "passive",
        "routing_key",
        "security_key",  # a file's name too
        "signature_version",
        "ssl_keyfile",
        "task_default_routing_key",
    }
)

#: Settings whose keys are names of tasks and queues and say nothing of the values.
KEYED_BY_NAMES: Final = frozenset({"beat_schedule", "task_annotations", "task_queues", "task_routes"})

_SHORT_NAMES: Final = re.compile("PWD|^sig$", re.IGNORECASE)
_NEXT_URL: Final = re.compile(r"([;,]\s*)(?=[A-Za-z][\w.+-]*://)")
_HOST: Final = re.compile(r"(?:[\w.-]*|\[[0-9A-Fa-f:.%]+\])(?::\d*)?")
_IN_CONNECTION_STRING: Final = re.compile(
    r"(?:AccountKey|SharedAccessKey|SharedAccessSignature)=[^;]*;?|(?<=[?&;])sig=[^&;#]*", re.IGNORECASE
)

_LEFT_OUT: Final[Any] = object()


def without_secrets(
    settings: Mapping[Any, Any], name_of: Callable[[Any], str] = str
) -> tuple[dict[Any, Any], tuple[str, ...]]:
    """Settings without what is secret in them, and the names of those of which something was left out.

    Args:
        settings: As in an app's configuration.
        name_of: What Celery calls the setting of a key, which may be prefixed or old.
    """
    kept: dict[Any, Any] = {}
    omitted: list[str] = []
    for key, value in settings.items():
        name = name_of(key)
        left = _LEFT_OUT if _is_secret(name, value) else _without(value, named=name not in KEYED_BY_NAMES)
        if left is not value:
            omitted.append(name)
        if left is not _LEFT_OUT:
            kept[key] = left
    return kept, tuple(omitted)


def _is_secret(name: Any, value: Any) -> bool:
    if not isinstance(name, str) or value is None or isinstance(value, bool) or name.lower() in HARMLESS:
        return False
    return bool(HIDDEN_SETTINGS.search(name) or _SHORT_NAMES.search(name))


def _without(value: Any, *, named: bool) -> Any:
    """A value, the same object where nothing in it is secret."""
    if isinstance(value, str):
        return _without_password(value)
    if isinstance(value, Mapping):
        return _without_keys(value, named=named)
    if isinstance(value, (list, tuple, set, frozenset)):
        items: list[Any] = list(value)
        left = [_without(item, named=named) for item in items]
        if all(new is old for new, old in zip(left, items, strict=True)):
            return value
        return type(value)(left) if type(value) in (list, set, frozenset) else tuple(left)
    return value


def _without_keys(value: Mapping[Any, Any], *, named: bool) -> Any:
    kept: dict[Any, Any] = {}
    for key, inner in value.items():
        if key == "predefined_queues" and isinstance(inner, Mapping):  # of SQS: by the queues' names
            queues = {queue: _without(options, named=named) for queue, options in inner.items()}
            kept[key] = inner if _is_same(queues, inner) else queues
        elif not (named and _is_secret(key, inner)):
            kept[key] = _without(inner, named=named)
    return value if _is_same(kept, value) else kept


def _is_same(kept: Mapping[Any, Any], value: Mapping[Any, Any]) -> bool:
    return len(kept) == len(value) and all(kept[key] is inner for key, inner in value.items())


def _without_password(text: str) -> str:
    """A text, the same object where it holds no URL or none with a password."""
    if "://" not in text:
        return _IN_CONNECTION_STRING.sub("", text)
    urls = _NEXT_URL.split(text)  # with the separators between them
    if not all(_HOST.fullmatch(_authority_of(url.partition("://")[2]).rpartition("@")[2]) for url in urls[::2]):
        urls = [text]  # what looks like the next URL is in a password
    urls[::2] = [_without_password_of_one(url) for url in urls[::2]]
    changed = "".join(urls)
    return text if changed == text else changed


def _without_password_of_one(url: str) -> str:
    scheme, separator, rest = url.partition("://")
    rest = _IN_CONNECTION_STRING.sub("", rest)
    authority = _authority_of(rest)
    path, question, query = rest[len(authority) :].partition("?")
    user, colon, _ = authority.partition("@")[0].partition(":")
    in_query = "@" in query and ("@" in authority or not _HOST.fullmatch(authority))
    if colon and ("@" in path or in_query):
        # A password with a slash or a question mark in it. No client reads that; it must not be shown all the same.
        return f"{scheme}{separator}{user}@{rest.rpartition('@')[2]}"
    return f"{scheme}{separator}{_authority(authority)}{path}{question}{_query(query)}"


def _authority_of(rest: str) -> str:
    return re.split("[/?#]", rest, maxsplit=1)[0]


def _authority(text: str) -> str:
    """``user:password@host``, or several of these."""
    if "@" not in text:
        return text
    chunks = re.split("([;,])", text)
    servers = chunks[::2]
    if len(servers) > 1 and all(_is_server(server) for server in servers) and "@" in servers[0]:
        chunks[::2] = [_server(server) for server in servers]
        return "".join(chunks)
    return _server(text)


def _is_server(text: str) -> bool:
    user, at, host = text.rpartition("@")
    return bool(_HOST.fullmatch(host)) and (not at or ":" in user)


def _server(text: str) -> str:
    user, at, host = text.rpartition("@")
    name = user.partition(":")[0]
    return f"{name}{at}{host}" if name or ":" not in user else host


def _query(text: str) -> str:
    """The parameters of a URL but those whose names say that they are secret."""
    kept = [part for part in re.split("([&;])", text) if not _is_secret(part.partition("=")[0], part)]
    return re.sub("[&;](?=[&;])", "", "".join(kept)).strip("&;") if len(kept) != len(re.split("([&;])", text)) else text
