"""Types built at random: what is sent of them arrives, and what is wrong in a value is found where it is."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import kombu.utils.json
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from tests.strategies import Place, places, same, typed_values
from typedtasks import InvalidArguments
from typedtasks._codec import TaskCodec
from typedtasks._declaration import Declaration
from typedtasks._plain import is_plain, shorten_path

# 2,000 and 500, more with `--hypothesis-profile=fuzz`, fewer with `--hypothesis-profile=few`.
MANY, SOME = (
    settings(max_examples=times * settings.default.max_examples, suppress_health_check=list(HealthCheck))
    for times in (20, 5)
)


def codec(type_: Any) -> TaskCodec:
    """The traffic of a task that takes and gives a value of a type."""

    def task(value): ...

    task.__annotations__ = {"value": type_, "return": type_}
    return Declaration(task).codec


class NoHook(kombu.utils.json.JSONEncoder):
    """kombu's encoder, which nothing may ask for help."""

    def default(self, o):
        """Called with what is no JSON."""
        pytest.fail(f"{o!r} is no plain JSON data")


def through_json(wire: Any) -> Any:
    """What kombu makes of a wire form on its way."""
    assert_plain(wire)
    text = kombu.utils.json.dumps(wire, cls=NoHook, allow_nan=False)
    assert_same_json(wire, json.loads(text))
    return kombu.utils.json.loads(text)


def assert_plain(wire: Any) -> None:
    """Nothing but the classes of JSON, exactly these, and keys that are strings."""
    assert type(wire) in {str, int, float, bool, type(None), list, dict}, wire
    if type(wire) is dict:
        assert {str} >= set(map(type, wire))
    for inner in wire.values() if type(wire) is dict else wire if type(wire) is list else ():
        assert_plain(inner)


def assert_same_json(expected: Any, actual: Any) -> None:
    """JSON itself changes nothing."""
    assert same(expected, actual)


@MANY
@given(typed_values())
def test_round_trip(typed):
    """Equal values of the same classes all the way down, as argument and as result; on the way plain JSON only."""
    traffic = codec(typed.type)

    args, kwargs = traffic.encode_arguments((typed.value,), {}, exact=True)
    arrived = traffic.decode_arguments(through_json(args), through_json(kwargs))
    result = traffic.decode_result(through_json(traffic.encode_result(typed.value)))

    assert same(([typed.value], {}), arrived)
    assert same(typed.value, result)


@SOME
@given(typed_values())
def test_kinds_of_parameters(typed):
    """It arrives in whichever way it is passed, and as a default."""

    def task(first, /, second, *rest, named, late=typed.value, **others): ...

    task.__annotations__ = dict.fromkeys(("first", "second", "rest", "named", "late", "others"), typed.type)
    traffic, value = Declaration(task).codec, typed.value

    args, kwargs = traffic.encode_arguments((value, value, value), {"named": value, "other": value}, exact=True)
    arrived = traffic.decode_arguments(through_json(args), through_json(kwargs))

    assert same(([value] * 3, {"named": value, "late": value, "other": value}), arrived)


@SOME
@given(typed_values(), st.data())
def test_wrong_in_a_message(typed, data):
    """Something wrong in one place of a wire form is refused with the path of that place, and nothing else is."""
    traffic = codec(typed.type)
    (wire,), _ = traffic.encode_arguments((typed.value,), {}, exact=True)
    place = data.draw(_one_of([place for place in places(typed.type, typed.value, wire) if place.wrong]))
    message = place.put_wire(data.draw(_one_of(place.wrong)))

    paths = refused(traffic.decode_arguments, [message], {})

    assert_found(place, place.path, paths)


@SOME
@given(typed_values(), st.data())
def test_wrong_in_an_object(typed, data):
    """Something wrong in one place of an object is refused where it is sent from, with the path of that place."""
    traffic = codec(typed.type)
    (wire,), _ = traffic.encode_arguments((typed.value,), {}, exact=True)
    place = data.draw(_one_of([place for place in places(typed.type, typed.value, wire) if place.put]))
    # An empty dict is the object of a dict in pairs.
    others = [object(), *(wrong for wrong in place.wrong if wrong not in ([], {}))]
    whole, path = place.put(data.draw(_one_of(others)))
    if is_plain(whole):  # so it may be meant as the wire form, in which another place is wrong
        whole, path = place.put(object())

    paths = refused(traffic.encode_arguments, (whole,), {}, exact=True)

    assert_found(place, path, paths)


@SOME
@given(typed_values(), st.data())
def test_newer_sender(typed, data):
    """A key that no field takes is ignored in a message, and refused where a caller hands over a wire form."""
    traffic = codec(typed.type)
    (wire,), _ = traffic.encode_arguments((typed.value,), {}, exact=True)
    place = data.draw(_one_of([each for each in places(typed.type, typed.value, wire) if each.fields is not None]))
    message = place.put_wire({**place.fields, "newer": 1})

    paths = refused(traffic.encode_arguments, (message,), {}, exact=True)
    arrived = traffic.decode_arguments([message], {})

    assert_found(place, place.path + ("[...]" if place.hidden else ".newer"), paths)
    assert same(([typed.value], {}), arrived)


def _one_of(choices: Any) -> st.SearchStrategy[Any]:
    assume(choices)  # `Any` takes everything
    return st.sampled_from(choices)


def refused(call: Callable[..., Any], *args: Any, **options: Any) -> list[str]:
    """The paths of the problems; none where it was not refused."""
    try:
        call(*args, **options)
    except InvalidArguments as exc:
        return [problem.path for problem in exc.problems]
    return []


def assert_found(place: Place, path: str, paths: list[str]) -> None:
    """What is wrong was found where it is.

    Args:
        place: The place.
        path: The way to it, in what was sent.
        paths: What was found.
    """
    expected = f"$.value{path}"
    if place.told:
        assert [shorten_path(expected)] == paths
    else:  # what is there decides which record of a union it is: it may be taken for none of them, or for another
        assert all(expected.startswith(found) or found.startswith(expected) for found in paths)
