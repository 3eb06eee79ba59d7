"""Changes to a message that leave it JSON: most changes to its bytes would be refused before any type is looked at."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from typing import Any

from tests.fuzz.seeds import LETTERS, pieces
from tests.fuzz.spelling import shape

__all__ = ["Mutator"]

Way = tuple[Any, Any]  # a list or dict, and the index or key of one of its items


class Mutator:
    """Changes inputs of the fuzzer."""

    def __init__(self, mutate_bytes: Callable[[bytes, int], bytes]) -> None:
        """With the fuzzer's own function, for bytes."""
        self._mutate_bytes = mutate_bytes
        self._pieces = [json.dumps(piece) for piece in pieces()]
        self._alike: dict[Any, list[str]] = {}
        for piece in self._pieces:
            self._alike.setdefault(shape(json.loads(piece)), []).append(piece)

    def __call__(self, data: bytes, max_size: int, seed: int) -> bytes:
        """An input changed at random, of at most `max_size` bytes."""
        chance = random.Random(seed)  # noqa: S311 - no secret
        if chance.random() < 0.25:
            return self._mutate_bytes(data, max_size)
        try:
            tree = [json.loads(data[1:])]
        except (ValueError, RecursionError):
            tree = [[[], {}, {}]]
        letter = data[:1] if data and chance.random() < 0.9 else chance.choice([*LETTERS.values()])
        try:
            for _ in range(chance.choice([1, 1, 1, 2, 4])):
                self._change(tree, chance)
            changed = letter + self._text(tree[0], chance)
        except (ValueError, RecursionError):  # a number of too many digits to be a text
            return self._mutate_bytes(data, max_size)
        return changed if len(changed) <= max_size else self._mutate_bytes(data, max_size)

    def _text(self, tree: Any, chance: random.Random) -> bytes:
        text = json.dumps(tree, separators=(",", ":"), ensure_ascii=chance.random() < 0.8)
        if chance.random() < 0.05 and '{"' in text:
            places = [index + 1 for index, char in enumerate(text) if char == "{" and text[index + 1] == '"']
            start = chance.choice(places)
            key, end = json.JSONDecoder().raw_decode(text, start)
            text = f"{text[:start]}{json.dumps(key)}:{chance.choice(self._pieces)},{text[start:]}" if end else text
        return text.encode("utf-8", "surrogatepass")

    def _change(self, tree: list[Any], chance: random.Random) -> None:
        """Change one place of a tree."""
        body = tree[0]
        # Of the message's three parts the last is not for the task.
        is_usual = isinstance(body, list) and len(body) > 1 and chance.random() < 0.97
        ways: list[Way] = [(body, 0), (body, 1)] if is_usual else [(tree, 0)]
        for holder, key in ways:
            value = holder[key]
            ways.extend((value, below) for below in (value if isinstance(value, dict) else ()))
            ways.extend((value, below) for below in (range(len(value)) if isinstance(value, list) else ()))
        holder, key = chance.choice(ways[2:] or ways)
        chance.choice(_CHANGES)(self, holder, key, chance, ways)

    def _replace(self, holder: Any, key: Any, chance: random.Random, _: list[Way]) -> None:
        holder[key] = json.loads(chance.choice(self._pieces))

    def _replace_alike(self, holder: Any, key: Any, chance: random.Random, _: list[Way]) -> None:
        """Another value that may be meant for the same type."""
        holder[key] = json.loads(chance.choice(self._alike.get(shape(holder[key]), self._pieces)))

    def _copy(self, holder: Any, key: Any, chance: random.Random, ways: list[Way]) -> None:
        other, below = chance.choice(ways[1:] or ways)
        holder[key] = json.loads(json.dumps(other[below]))

    def _remove(self, holder: Any, key: Any, *_: Any) -> None:
        if len(holder) > 1:
            del holder[key]
        else:
            holder[key] = None

    def _add(self, holder: Any, key: Any, chance: random.Random, ways: list[Way]) -> None:
        piece = json.loads(chance.choice(self._pieces))
        value = holder[key]
        if isinstance(value, list):
            value.insert(chance.randint(0, len(value)), piece)
        elif isinstance(value, dict):
            names = [str(below) for other, below in ways if isinstance(other, dict)]
            value[chance.choice([*names, "x", "$type", "1", "\ud800", ""])] = piece
        else:
            holder[key] = [value, piece] if chance.random() < 0.5 else {str(value): piece}

    def _grow(self, holder: Any, key: Any, chance: random.Random, ways: list[Way]) -> None:
        """More of what is in a list or dict, in another order."""
        value = holder[key]
        if isinstance(value, list) and value:
            value.append(json.loads(json.dumps(chance.choice(value))))
            self._replace_alike(value, len(value) - 1, chance, ways)
            chance.shuffle(value)
        elif isinstance(value, dict) and value:
            old = chance.choice(list(value))
            new = json.loads(chance.choice(self._alike[shape(old)])) if shape(old) in self._alike else f"{old}2"
            holder[key] = {str(new): value[old], **value}
        else:
            self._replace_alike(holder, key, chance, ways)

    def _wrap(self, holder: Any, key: Any, chance: random.Random, _: list[Way]) -> None:
        value = holder[key]
        names = ["datetime", "date", "time", "decimal", "uuid", "bytes", "base64"]
        envelope = {"__type__": chance.choice(names), "__value__": value}
        holder[key] = chance.choice([[value], {"a": value}, [value, value], envelope, {"$type": "Cat", "name": value}])

    def _unwrap(self, holder: Any, key: Any, chance: random.Random, _: list[Way]) -> None:
        value = holder[key]
        items = list(value.values()) if isinstance(value, dict) else value
        if isinstance(items, list) and items:
            holder[key] = chance.choice(items)

    def _retype(self, holder: Any, key: Any, chance: random.Random, _: list[Way]) -> None:
        """The same value as another JSON type: what a sender that is not typed would mistake it for."""
        value = holder[key]
        if isinstance(value, str):
            try:
                holder[key] = json.loads(value)
            except (ValueError, RecursionError):
                holder[key] = [value]
        elif isinstance(value, dict):
            holder[key] = [[name, item] for name, item in value.items()]
        elif isinstance(value, list):
            holder[key] = {str(index): item for index, item in enumerate(value)}
        else:
            holder[key] = chance.choice([json.dumps(value), not value])

    def _near(self, holder: Any, key: Any, chance: random.Random, _: list[Way]) -> None:
        """A number or text that is nearly the same."""
        value = holder[key]
        if isinstance(value, str):
            encoded = value.encode("utf-8", "surrogatepass")
            changed = self._mutate_bytes(encoded, len(encoded) + 8) if encoded else b"0"
            holder[key] = changed.decode("utf-8", "surrogateescape")
        elif isinstance(value, (int, float)) and not isinstance(value, bool):
            holder[key] = chance.choice([value + 1, -value, float(value) if abs(value) < 1e300 else 0, value * 10])
        else:
            self._replace(holder, key, chance, [])

    def _respell(self, holder: Any, key: Any, chance: random.Random, ways: list[Way]) -> None:
        """Another spelling of the same, in place of it or, of a key, beside it."""
        value = holder[key]
        if isinstance(value, dict) and value:
            other = _spelling(chance.choice(list(value)), chance)
            value[other] = chance.choice(list(value.values()))
        elif isinstance(value, list) and value:
            index = chance.randrange(len(value))
            again = _spelling(value[index], chance) if isinstance(value[index], str) else value[index]
            value.insert(chance.randint(0, len(value)), again)
        elif isinstance(value, str):
            holder[key] = _spelling(value, chance)
        else:
            self._near(holder, key, chance, ways)

    def _rename(self, holder: Any, key: Any, chance: random.Random, ways: list[Way]) -> None:
        value = holder[key]
        if isinstance(value, dict) and value:
            old = chance.choice(list(value))
            names = [str(below) for other, below in ways if isinstance(other, dict)]
            new = chance.choice([*names, old + "0", old.upper(), f"0{old}", f" {old}", "$type", "__type__"])
            holder[key] = {new if name == old else name: item for name, item in value.items()}
        else:
            self._replace(holder, key, chance, [])


def _spelling(text: str, chance: random.Random) -> str:
    spellings = [
        text.upper(),
        text.lower(),
        text.replace("+00:00", "Z"),
        text.replace("Z", "+00:00"),
        text.replace("+", "-"),
        f"{text}.0",
        f"{text}0",
        f"0{text}",
        f"+{text}",
        f"-{text}",
        f" {text}",
        f"{text}e0",
        f"{text}:00",
        f"{text}/1",
        text[:-1],
        f"{text[:-1]}9=",
    ]
    return chance.choice([spelling for spelling in spellings if spelling != text])


_CHANGES: list[Callable[[Mutator, Any, Any, random.Random, list[Way]], None]] = [
    Mutator._replace,
    *[Mutator._replace_alike] * 4,
    Mutator._copy,
    Mutator._remove,
    Mutator._add,
    Mutator._add,
    Mutator._grow,
    Mutator._grow,
    Mutator._wrap,
    Mutator._unwrap,
    Mutator._retype,
    Mutator._near,
    Mutator._near,
    Mutator._respell,
    Mutator._respell,
    Mutator._rename,
]
