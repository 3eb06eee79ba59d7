"""Arguments are bound as Python binds them."""

from __future__ import annotations

import inspect
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.records import Line, Order
from typedtasks import InvalidArguments
from typedtasks._codec import TaskCodec
from typedtasks._signature import read_signature
from typedtasks._wire import Wire

WIRE = Wire()


def codec(function: Any) -> TaskCodec:
    return TaskCodec(read_signature(function), WIRE)


@st.composite
def functions(draw: st.DrawFn) -> Any:
    """A function with parameters of every kind, which returns what it was called with."""
    names = iter("abcdefgh")
    positional_only = [next(names) for _ in range(draw(st.integers(0, 2)))]
    both = [next(names) for _ in range(draw(st.integers(0, 2)))]
    keyword_only = [next(names) for _ in range(draw(st.integers(0, 2)))]
    first_default = draw(st.integers(0, 4))
    source = [
        f"{name}: int = {index}" if index >= first_default else f"{name}: int"
        for index, name in enumerate(positional_only + both)
    ]
    if positional_only:
        source.insert(len(positional_only), "/")
    var_positional = draw(st.booleans())
    if var_positional:
        source.append("*rest: int")
    elif keyword_only:
        source.append("*")
    source += [f"{name}: int = -1" if draw(st.booleans()) else f"{name}: int" for name in keyword_only]
    if draw(st.booleans()):
        source.append("**more: int")
    namespace: dict[str, Any] = {}
    exec(f"def task({', '.join(source)}): return locals()", namespace)  # noqa: S102 - made of the lines above
    return namespace["task"]


CALLS = st.tuples(
    st.lists(st.integers(), max_size=5), st.dictionaries(st.sampled_from([*"abcdefgh", "rest", "more"]), st.integers())
)


@given(functions(), CALLS)
def test_as_python_does(function, call):
    """Exactly the calls that Python refuses are refused, and every other reaches the function as Python would do it."""
    args, kwargs = call
    traffic = codec(function)
    try:  # `inspect.Signature.bind` differs from Python itself: https://github.com/python/cpython/issues/87106
        expected = function(*args, **kwargs)
    except TypeError:
        with pytest.raises(InvalidArguments):
            traffic.encode_arguments(args, kwargs, exact=True)
        return

    decoded_args, decoded_kwargs = traffic.decode_arguments(*traffic.encode_arguments(args, kwargs, exact=True))

    assert expected == function(*decoded_args, **decoded_kwargs)


def charge(order: Order, /, qty: int, *, times: int, currency: str = "EUR") -> None: ...
def collect(*lines: Line, **orders: Order) -> None: ...


@pytest.mark.parametrize(
    ("function", "args", "kwargs", "expected"),
    [
        (charge, (), {}, ["$.order: missing", "$.qty: missing", "$.times: missing"]),
        (charge, (Order("a", []), 1, 2, 3), {"times": 1}, ["$: takes 2 positional arguments, got 4"]),
        (charge, (Order("a", []), 1), {"qty": 1, "times": 1}, ["$.qty: given by position and by name"]),
        (
            charge,
            (Order("a", []), 1),
            {"times": 1, "curency": "USD"},
            ["$.curency: unexpected argument; did you mean 'currency'?"],
        ),
        (charge, (Order("a", []), 1), {"times": 1, "zzz": "USD"}, ["$.zzz: unexpected argument"]),
        (charge, (), {"order": 1, "qty": 1, "times": 1}, ["$.order: positional only"]),
        (charge, (Order("a", []), "7"), {}, ["$.times: missing", "$.qty: expected int, got str '7'"]),
        (collect, (Line("x", 1), "y"), {}, ["$.lines[1]: expected Line, got str 'y'"]),
        (collect, (), {"a": Order("a", []), "b": 7}, ["$.orders['b']: expected Order, got int 7"]),
        (collect, (), {"a": Order("a", [Line("x", "1")])}, ["$.orders['a'].lines[0].qty: expected int, got str '1'"]),
    ],
)
def test_problems(function, args, kwargs, expected):
    """Each problem of a call is told with its path: binding first, then types."""
    with pytest.raises(InvalidArguments) as caught:
        codec(function).encode_arguments(args, kwargs, exact=True)

    assert expected == [str(problem) for problem in caught.value.problems]


@pytest.mark.parametrize(
    ("args", "kwargs"),
    [
        ((), {}),
        ((Order("a", []),), {"qty": 1}),
        ((Order("a", []), 1), {"times": 1, "timess": 2}),
        ((Order("a", []), 1, 2), {"times": 1}),
        ((Order("a", []), "1"), {"times": 1}),
        ((Order("a", [Line("x", None)]), 1), {"times": 1}),
        (({"id": "a", "lines": [], "nots": 1}, 1), {"times": 1}),
        ((None, 1), {"times": 1}),
    ],
    ids=range(8),
)
@pytest.mark.parametrize("send", ["delay", "apply_async", "apply"])
def test_caller_finds_out(app, published, send, args, kwargs):
    """Types 4: whatever is wrong with a call is raised where it is made, and nothing is published."""
    task = app.task(charge)

    with pytest.raises(InvalidArguments):
        getattr(task, send)(args, kwargs) if send != "delay" else task.delay(*args, **kwargs)

    assert published(app) == []


@pytest.mark.parametrize(
    ("function", "args", "kwargs"),
    [
        (collect, (Line("x", 1), Line("y", 2)), {"a": Order("a", [])}),
        (charge, (Order("a", [Line("x", 1)]), 1), {"times": 2, "currency": "USD"}),
    ],
)
def test_records_of_every_kind_of_parameter(function, args, kwargs):
    """Records arrive as records through positional-only, `*args`, keyword-only and `**kwargs`."""
    traffic = codec(function)

    decoded = traffic.decode_arguments(*traffic.encode_arguments(args, kwargs, exact=True))

    assert inspect.signature(function).bind(*args, **kwargs) == inspect.signature(function).bind(
        *decoded[0], **decoded[1]
    )
