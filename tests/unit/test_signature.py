"""A function's annotations become one description of the task, whichever way they are written."""

from __future__ import annotations

import functools
import sys
from decimal import Decimal
from typing import Annotated, Any, NewType, Optional

import attrs
import pytest
from typing_extensions import TypeAliasType

from tests.unit.records import Line, Order, Receipt
from typedtasks import InvalidArguments, TypedCelery, UnresolvedAnnotation, UnsupportedType
from typedtasks._codec import TaskCodec
from typedtasks._signature import read_signature
from typedtasks._wire import Wire

Sku = NewType("Sku", str)
PEP_695 = pytest.mark.skipif(sys.version_info < (3, 12), reason="`type X = ...` is Python 3.12's")

ORDER = Order("a", [Line("x", 1)])
ORDER_WIRE = {"id": "a", "lines": [{"sku": "x", "qty": 1}], "note": None}


def codec(function: Any, *, bind: bool = False) -> TaskCodec:
    return TaskCodec(read_signature(function, bind=bind), Wire())


FUTURE = "from __future__ import annotations\n"


def define(source: str) -> Any:
    """The function `task` of a source text: what a later Python may write, and what this module's future forbids."""
    names: dict[str, Any] = {"__name__": __name__, "Order": Order, "Receipt": Receipt}
    exec(compile(source, "source", "exec", dont_inherit=True), names)  # noqa: S102 - the texts are below
    return names["task"]


class TestAnnotations:
    """Every way to write an annotation means the same."""

    STYLES = (
        pytest.param("def task(order: Order) -> Receipt: ...", id="evaluated"),
        pytest.param("def task(order: 'Order') -> 'Receipt': ...", id="strings"),
        pytest.param(f"{FUTURE}def task(order: Order) -> Receipt: ...", id="future-annotations"),
        pytest.param("async def task(order: Order) -> Receipt: ...", id="async"),
        pytest.param("type O = Order\ntype R = Receipt\ndef task(order: O) -> R: ...", id="pep695", marks=PEP_695),
    )

    @pytest.mark.parametrize("source", STYLES)
    def test_argument_arrives_as_a_record(self, source):
        """An order goes out as JSON and comes back as an order."""
        traffic = codec(define(source))

        wire = traffic.encode_arguments((ORDER,), {}, exact=True)

        assert ([ORDER_WIRE], {}) == wire
        assert ([ORDER], {}) == traffic.decode_arguments(*wire)

    @pytest.mark.parametrize("source", STYLES)
    def test_result_arrives_as_a_record(self, source):
        """A receipt goes out as JSON and comes back as a receipt."""
        traffic = codec(define(source))
        receipt = Receipt(ORDER, Decimal(2))

        assert receipt == traffic.decode_result(traffic.encode_result(receipt))

    @pytest.mark.parametrize(
        ("annotation", "value", "wire"),
        [
            (Annotated[Order, "metadata"], ORDER, ORDER_WIRE),
            (list[Annotated[Order, "metadata"]], [ORDER], [ORDER_WIRE]),
            (TypeAliasType("Orders", list[Order]), [ORDER], [ORDER_WIRE]),
            (NewType("Placed", Order), ORDER, ORDER_WIRE),
            (Sku, "a", "a"),
            (list[Sku], ["a"], ["a"]),
            (Optional[Order], ORDER, ORDER_WIRE),  # noqa: UP045 - one of the spellings
            (Order | None, None, None),
        ],
    )
    def test_stands_for_its_type(self, annotation, value, wire):
        """`Annotated`, `NewType` and both spellings of an optional are what they stand for."""

        def task(value) -> None: ...

        task.__annotations__["value"] = annotation
        traffic = codec(task)

        assert ([wire], {}) == traffic.encode_arguments((value,), {}, exact=True)
        assert ([value], {}) == traffic.decode_arguments([wire], {})

    def test_without_annotation_is_any(self):
        """A parameter and a result without annotation take plain JSON data."""

        def task(value): ...

        traffic = codec(task)

        assert ([{"a": [1, None]}], {}) == traffic.encode_arguments(({"a": [1, None]},), {}, exact=True)
        assert traffic.encode_result([1.5, "x"]) == [1.5, "x"]

    def test_without_annotation_refuses_a_record(self):
        """What has no annotation would come back as a dict, so it does not go out."""

        def task(value): ...

        with pytest.raises(InvalidArguments) as caught:
            codec(task).encode_arguments((ORDER,), {}, exact=True)

        assert caught.value.problems[0].path == "$.value"
        assert caught.value.problems[0].message.endswith("got Order")

    def test_looks_through_wraps(self):
        """The annotations of a function decorated with `functools.wraps` are the function's."""

        def task(order: Order, *, times: int = 1) -> Receipt: ...

        @functools.wraps(task)
        def wrapper(*args, **kwargs):
            return task(*args, **kwargs)

        assert read_signature(wrapper).parameters == read_signature(task).parameters
        assert read_signature(wrapper).returns is Receipt

    def test_bind_leaves_the_task_out(self):
        """With `bind=True` the first parameter is the task, whatever its annotation."""

        def task(self: TypedCelery, order: Order) -> None: ...

        assert read_signature(task, bind=True).positional == ("order",)


@PEP_695
class TestPep695:
    """`type X = ...`, which is evaluated at its first use."""

    def test_alias_of_a_container(self):
        """Aliases stand inside each other."""
        traffic = codec(define("type Many = list[One]\ntype One = Order | None\ndef task(orders: Many) -> None: ..."))

        assert ([[ORDER_WIRE, None]], {}) == traffic.encode_arguments(([ORDER, None],), {}, exact=True)

    def test_alias_defined_later(self, app):
        """What it stands for may be defined after the task."""
        function = define("type Alias = list[Later]\ndef task(orders: Alias) -> int: return len(orders)")
        task = app.task(function)
        function.__globals__["Later"] = Order

        assert task.apply(([ORDER],)).get() == 1

    def test_alias_of_itself(self):
        """Is refused instead of followed for ever."""
        with pytest.raises(UnsupportedType, match="a type alias that holds itself"):
            codec(define("type Tree = list[Tree]\ndef task(tree: Tree) -> None: ..."))

    def test_generic_function(self):
        """A type parameter says nothing of what travels."""
        with pytest.raises(UnsupportedType, match="value: T cannot travel"):
            codec(define("def task[T](value: T) -> None: ..."))


class TestForwardReferences:
    """A name may be defined after the task; one that never is, is named."""

    def test_defined_later(self, app):
        """The task is declared first and its record after it; the first use finds it."""
        function = define(f"{FUTURE}def task(value: Later) -> Later: return value")
        task = app.task(function)
        function.__globals__["Later"] = Order

        assert task.apply((ORDER,)).get() == ORDER

    def test_in_a_record_defined_later(self, app):
        """The same for a name inside a record."""
        holder = attrs.make_class("Holder", {"child": attrs.field(type="LaterChild")})
        function = define(f"{FUTURE}def task(value: Holder) -> int: return value.child.qty")
        function.__globals__["Holder"] = holder
        task = app.task(function)
        globals()["LaterChild"] = Line
        try:
            assert task.apply((holder(Line("x", 3)),)).get() == 3
        finally:
            del globals()["LaterChild"]

    @pytest.mark.parametrize(
        "use",
        [
            pytest.param(lambda task: task.delay(1), id="delay"),
            pytest.param(lambda task: task.apply((1,)), id="apply"),
            pytest.param(lambda task: task.AsyncResult("id"), id="AsyncResult"),
            pytest.param(lambda task: task.Arguments, id="Arguments"),
        ],
    )
    def test_never_defined(self, app, use):
        """The first use of the task names the task and the name."""
        task = app.task(define(f"{FUTURE}def task(value: Nowhere) -> None: ..."))

        with pytest.raises(UnresolvedAnnotation) as caught:
            use(task)

        assert (caught.value.task, caught.value.name) == ("task", "Nowhere")
        assert "'Nowhere'" in str(caught.value)

    def test_missing_attribute(self, app):
        """A module that is imported and lacks the name, as in a circle of imports, is asked again at first use."""
        task = app.task(define(f"{FUTURE}import decimal\ndef task(value: decimal.Missing) -> None: ..."))

        with pytest.raises(UnresolvedAnnotation, match="'Missing'"):
            task.delay(1)

    def test_no_expression(self, app):
        """A string that is no Python is refused when the task is declared."""
        with pytest.raises(UnsupportedType, match=r"task\(\): an annotation: 'int\['"):
            app.task(define("def task(value: 'int[') -> None: ..."))

    def test_never_defined_in_raises(self, app):
        """The fields of a declared exception are resolved too."""
        broken = attrs.make_class("Broken", {"order": attrs.field(type="Nowhere")}, bases=(Exception,))

        @app.task(raises=broken)
        def task() -> None: ...

        with pytest.raises(UnresolvedAnnotation, match="'Nowhere'"):
            task.delay()


class TestDefaults:
    """Defaults are filled in on the worker, as Python would."""

    def test_record(self):
        """A default that is a record is that very record."""
        default = Order("default", [])

        def task(order: Order = default) -> None: ...

        args, _ = codec(task).decode_arguments([], {})

        assert args[0] is default

    def test_are_not_sent(self):
        """A worker with a newer default uses its own."""

        def task(order: Order = ORDER, *, times: int = 2) -> None: ...

        assert ([], {}) == codec(task).encode_arguments((), {}, exact=True)

    def test_need_not_be_of_the_type(self):
        """A default is never checked: `= None` without `| None` is common."""

        def task(order: Order = None) -> None: ...

        assert ([None], {}) == codec(task).decode_arguments([], {})


class TestArguments:
    """The parameters as one record."""

    def test_fields(self):
        """A field for each parameter, with its type; `*args` is a tuple, `**kwargs` a dict."""

        def charge_now(_order: Order, /, times: int = 1, *rest: Line, currency: str, **more: Receipt) -> None: ...

        fields = attrs.fields(read_signature(charge_now).Arguments)

        assert {field.alias: field.type for field in fields} == {
            "_order": Order,
            "times": int,
            "rest": tuple[Line, ...],
            "currency": str,
            "more": dict[str, Receipt],
        }

    def test_name(self):
        """It is named for the task and lives in its module."""

        def charge_now() -> None: ...

        arguments = read_signature(charge_now).Arguments

        assert (arguments.__name__, arguments.__module__) == ("ChargeNowArguments", __name__)

    def test_of_a_task(self, app):
        """A task gives it to forms and schemas."""

        @app.task
        def charge(order: Order, times: int = 2) -> None: ...

        assert charge.Arguments(order=ORDER).times == 2
