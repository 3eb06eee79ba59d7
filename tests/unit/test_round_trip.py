"""Whatever is sent arrives: values of types built at random, through real JSON."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests import strategies
from typedtasks._kinds import check_type
from typedtasks._plain import is_plain
from typedtasks._scalars import SCALARS
from typedtasks._signature import read_signature
from typedtasks._wire import Invalid, Wire

ONE_OF_EACH = [*strategies.SCALARS, *strategies.ENUMS]


@pytest.mark.parametrize("type_", ONE_OF_EACH, ids=[type_.__name__ for type_ in ONE_OF_EACH])
@settings(max_examples=30)
@given(data=st.data())
def test_scalar(type_, data):
    """A value of each scalar type, alone and in a list, comes back as it was."""
    value = data.draw(strategies.values(type_))
    wire = Wire()

    loaded = wire.load(json.loads(json.dumps(wire.dump([value], list[type_]))), list[type_])

    assert strategies.same([value], loaded)


@pytest.mark.parametrize("type_", strategies.SCALARS, ids=lambda type_: type_.__name__)
@settings(max_examples=20)
@given(data=st.data())
def test_table(type_, data):
    """Each row of the table of scalars undoes what it does."""
    value = data.draw(strategies.values(type_))
    row = SCALARS[type_]

    assert type(row.dump(value)) in {row.wire, str}
    assert strategies.same(value, row.load(row.dump(value)))


@given(strategies.typed_values())
def test_round_trip(typed_value):
    """Equal values, same classes all the way down; on the way nothing but plain JSON."""
    type_, value = typed_value
    wire = Wire()

    dumped = wire.dump(value, type_)
    loaded = wire.load(json.loads(json.dumps(dumped, allow_nan=False)), type_, exact=True)

    assert is_plain(dumped)
    assert strategies.same(value, loaded)


@given(strategies.typed_values(), st.data())
def test_wrong_value_is_found(typed_value, data):
    """Something wrong in one place anywhere in a value is refused with exactly that path."""
    type_, value = typed_value
    wire = Wire()
    places = list(strategies.places(type_, value, wire.dump))
    path, put = data.draw(st.sampled_from(places))

    with pytest.raises(Invalid) as caught:
        wire.dump(put(object()), type_)

    assert [f"${path}"] == [problem.path for problem in caught.value.problems]


@given(strategies.types())
def test_declared(type_):
    """A task with such a parameter can be declared."""

    def task(value: Any) -> None: ...

    task.__annotations__["value"] = type_

    assert check_type(type_, "value") is None
    assert read_signature(task).positional == ("value",)
