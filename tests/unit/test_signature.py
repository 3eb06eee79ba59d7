"""A function's annotations become one description of the task, whichever way they are written."""

from __future__ import annotations

import functools
import sys
import threading
import typing
from decimal import Decimal
from typing import Annotated, Any, NewType, Optional

import attrs
import pytest
from typing_extensions import Required, TypeAliasType, TypedDict, Unpack

from tests.unit.records import Line, Order, Receipt
from typedtasks import InvalidArguments, TypedCelery, UnresolvedAnnotation, UnsupportedType
from typedtasks._codec import TaskCodec
from typedtasks._declaration import Declaration
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
    """Types 9: every way to write an annotation means the same."""

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

    def test_looks_through_wraps_twice(self):
        """However many wrappers there are."""

        def task(order: Order) -> Receipt: ...

        def logged(function):
            @functools.wraps(function)
            def wrapper(*args: int, **kwargs: int) -> None: ...

            return wrapper

        traffic = codec(logged(logged(task)))

        assert ([ORDER_WIRE], {}) == traffic.encode_arguments((ORDER,), {}, exact=True)

    def test_bind_leaves_the_task_out(self):
        """With `bind=True` the first parameter is the task, whatever its annotation."""

        def task(self: TypedCelery, order: Order) -> None: ...

        assert read_signature(task, bind=True).positional == ("order",)


@PEP_695
class TestPep695:
    """Types 9: `type X = ...`, evaluated at its first use, and the type parameters of classes and functions."""

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

    def test_alias_that_holds_itself(self):
        """It is followed as far as the value goes."""
        traffic = codec(define("type Tree = Order | list[Tree]\ndef task(tree: Tree) -> None: ..."))

        assert ([[ORDER_WIRE, [[]]]], {}) == traffic.encode_arguments(([ORDER, [[]]],), {}, exact=True)
        assert ([[ORDER, [[]]]], {}) == traffic.decode_arguments([[ORDER_WIRE, [[]]]], {})

    def test_alias_of_itself(self):
        """Is refused instead of followed for ever."""
        with pytest.raises(UnsupportedType, match="loop: Loop cannot travel"):
            codec(define("type Loop = Loop\ndef task(loop: Loop) -> None: ..."))

    def test_generic_alias(self):
        """Its parameters are filled in."""
        traffic = codec(define("type Pair[A, B] = tuple[A, list[B]]\ndef task(pair: Pair[int, Order]) -> None: ..."))

        assert ([[1, [ORDER_WIRE]]], {}) == traffic.encode_arguments(((1, [ORDER]),), {}, exact=True)

    @pytest.mark.parametrize("future", ["", FUTURE], ids=["evaluated", "future-annotations"])
    @pytest.mark.parametrize("made", ["attrs.define", "dataclasses.dataclass"])
    def test_generic_class(self, monkeypatch, made, future):
        """So are those of a class in the new syntax, also in strings."""
        source = (
            f"import attrs, dataclasses\n@{made}\nclass Box[T]:\n    content: T\n    more: 'Box[T] | None' = None\n"
        )
        function = define(f"{future}{source}def task(box: Box[Order]) -> None: ...")
        box = function.__globals__["Box"]
        monkeypatch.setitem(globals(), "Box", box)
        traffic = codec(function)

        wire = traffic.encode_arguments((box(ORDER, box(ORDER)),), {}, exact=True)

        assert ([{"content": ORDER_WIRE, "more": {"content": ORDER_WIRE, "more": None}}], {}) == wire
        assert ([box(ORDER, box(ORDER))], {}) == traffic.decode_arguments(*wire)

    @pytest.mark.parametrize("base", ["TypedDict", "NamedTuple"])
    def test_other_generic_classes(self, monkeypatch, base):
        """And those that no decorator makes."""
        source = f"{FUTURE}from typing import {base}\nclass Box[T]({base}):\n    content: list[T]\n"
        function = define(f"{source}def task(box: Box[Order]) -> None: ...")
        box = function.__globals__["Box"]
        monkeypatch.setitem(globals(), "Box", box)
        traffic = codec(function)

        wire = traffic.encode_arguments((box(content=[ORDER]),), {}, exact=True)

        assert ([box(content=[ORDER])], {}) == traffic.decode_arguments(*wire)

    def test_generic_function(self):
        """A type parameter is its bound, or plain JSON data."""
        traffic = codec(define("def task[T, B: Order](value: T, *orders: B) -> T: ..."))

        assert ([[1], ORDER_WIRE], {}) == traffic.encode_arguments(([1], ORDER), {}, exact=True)
        with pytest.raises(InvalidArguments):
            traffic.encode_arguments((ORDER,), {}, exact=True)

    def test_generic_function_with_strings(self):
        """Its type parameters are in no namespace, and are found."""
        traffic = codec(define("def task[B: Order](value: 'list[B]') -> None: ..."))

        assert ([[ORDER_WIRE]], {}) == traffic.encode_arguments(([ORDER],), {}, exact=True)

    @pytest.mark.skipif(sys.version_info < (3, 13), reason="defaults of type parameters are Python 3.13's")
    def test_default_of_a_type_parameter(self):
        """It is what the parameter stands for."""
        traffic = codec(define("def task[T = Order](value: T) -> None: ..."))

        assert ([ORDER_WIRE], {}) == traffic.encode_arguments((ORDER,), {}, exact=True)


class TestForwardReferences:
    """Types 8, 9: a name may be defined after the task; one that never is, is named."""

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

    @pytest.mark.parametrize("text", ["5", "list[int]()", "[int]", "ClassVar[int]", "Final[int]"])
    def test_no_type(self, app, text):
        """So is a string that is Python and no type."""
        with pytest.raises(UnsupportedType, match=r"task\(\): "):
            app.task(define(f"from typing import ClassVar, Final\ndef task(value: {text!r}) -> None: ..."))

    def test_never_defined_in_raises(self, app):
        """The fields of a declared exception are resolved too."""
        broken = attrs.make_class("Broken", {"order": attrs.field(type="Nowhere")}, bases=(Exception,))

        @app.task(raises=broken)
        def task() -> None: ...

        with pytest.raises(UnresolvedAnnotation, match="'Nowhere'"):
            task.delay()


class TestNames:
    """Types 9: names that only the type checker imports are given with `localns=`."""

    SOURCE = (
        "from typing import TYPE_CHECKING\n"
        "if TYPE_CHECKING:\n    from shop import Placed\n"
        "def task(order: 'Placed', *orders: 'list[Placed]') -> 'Placed | None': ..."
    )

    @pytest.mark.parametrize("names", [{"Placed": Order}, lambda: {"Placed": Order}], ids=["mapping", "function"])
    def test_parameters_and_result(self, names):
        """For all annotations of the function."""
        traffic = Declaration(define(self.SOURCE), localns=names).codec

        assert ([ORDER_WIRE, [ORDER_WIRE]], {}) == traffic.encode_arguments((ORDER, [ORDER]), {}, exact=True)
        assert traffic.encode_result(ORDER) == ORDER_WIRE

    def test_without_them(self):
        """The name is told."""
        with pytest.raises(UnresolvedAnnotation, match="'Placed'"):
            Declaration(define(self.SOURCE)).codec  # noqa: B018 - made when it is asked for

    def test_records_and_errors(self):
        """For the fields of what the function names too, and for what it raises and tells."""
        holder = attrs.make_class("Holder", {"order": attrs.field(type="PlacedLater")})
        error = attrs.make_class("LaterError", {"order": attrs.field(type="PlacedLater")}, bases=(Exception,))
        alias = TypeAliasType("Alias", "list[PlacedLater]")  # noqa: F821 - on purpose

        def task(first: Any, second: Any) -> None: ...

        task.__annotations__.update(first=holder, second=alias)
        declared = Declaration(task, raises=(error,), progress=alias, localns={"PlacedLater": Order})

        wire = declared.codec.encode_arguments((holder(ORDER), [ORDER]), {}, exact=True)

        assert wire == ([{"order": ORDER_WIRE}, [ORDER_WIRE]], {})
        assert declared.codec.encode_progress([ORDER]) == [ORDER_WIRE]

    def test_of_a_task(self, app):
        """As an option of the decorator; a function is called when the names are needed."""
        calls = []

        def names():
            calls.append("asked")
            return {"Placed": Order}

        task = app.task(localns=names)(define("def task(order: 'Placed') -> 'Placed': return order"))
        assert task.apply((ORDER,)).get() == ORDER

        assert calls


class Options(TypedDict, total=False):
    layers: Required[int]
    fragile: bool
    order: Order


class TestUnpack:
    """Types 9: `**kwargs: Unpack[Options]` are keyword arguments by the names of the `TypedDict`."""

    @pytest.fixture(params=[Unpack, getattr(typing, "Unpack", Unpack)], ids=["typing_extensions", "typing"])
    def traffic(self, request):
        """Of a function with a parameter beside them."""

        def pack(name: str, *, loud: bool = False, **options: request.param[Options]) -> dict[str, Any]: ...

        pack.__annotations__["options"] = request.param[Options]
        return codec(pack)

    def test_round_trip(self, traffic):
        """Records among them arrive as records, and what is not given is left out."""
        given = {"layers": 1, "order": ORDER}

        wire = traffic.encode_arguments(("a",), given, exact=True)

        assert wire == (["a"], {"layers": 1, "order": ORDER_WIRE})
        assert traffic.decode_arguments(*wire) == (["a"], {"loud": False, **given})

    @pytest.mark.parametrize(
        ("given", "problems"),
        [
            ({}, ["$.layers: missing"]),
            ({"layers": "1"}, ["$.layers: expected int, got str '1'"]),
            ({"layers": 1, "fragil": True}, ["$.fragil: unexpected argument; did you mean 'fragile'?"]),
            ({"layers": 1, "lod": True}, ["$.lod: unexpected argument; did you mean 'loud'?"]),
            ({"layers": 1, "zzz": ORDER}, ["$.zzz: unexpected argument"]),
            (
                {"layers": 1, "order": Order("a", [Line("x", "1")])},
                ["$.order.lines[0].qty: expected int, got str '1'"],
            ),
            (
                {"layers": 1, "order": {**ORDER_WIRE, "nots": 1}},
                ["$.order.nots: unexpected field; did you mean 'note'?"],
            ),
            (
                {"fragile": 1, "lod": 2},
                [
                    "$.lod: unexpected argument; did you mean 'loud'?",
                    "$.layers: missing",
                    "$.fragile: expected bool, got int 1",
                ],
            ),
        ],
        ids=str,
    )
    def test_problems(self, traffic, given, problems):
        """They are told by their own names, as Python would tell them."""
        with pytest.raises(InvalidArguments) as caught:
            traffic.encode_arguments(("a",), given, exact=True)

        assert sorted(problems) == sorted(str(problem) for problem in caught.value.problems)

    def test_key_of_a_newer_sender(self, traffic):
        """Python's own function would not take it."""
        with pytest.raises(InvalidArguments, match=r"\$\.new: unexpected argument"):
            traffic.decode_arguments(["a"], {"layers": 1, "new": 2})

    @pytest.mark.parametrize(
        "source",
        [
            pytest.param("def task(value: Unpack[Options]) -> None: ...", id="parameter"),
            pytest.param("def task(*values: Unpack[tuple[int, str]]) -> None: ...", id="args"),
            pytest.param("def task(**values: Unpack[Order]) -> None: ...", id="record"),
            pytest.param("def task(values: list[Unpack[Options]]) -> None: ...", id="inside"),
            pytest.param(
                "def task(*values: *tuple[int, str]) -> None: ...",
                id="star",
                marks=pytest.mark.skipif(sys.version_info < (3, 11), reason="the spelling is Python 3.11's"),
            ),
        ],
    )
    def test_elsewhere(self, source):
        """Types 8: nothing else is unpacked."""
        function = define(f"from typing_extensions import Unpack\nfrom {__name__} import Options\n{source}")

        with pytest.raises(UnsupportedType) as caught:
            codec(function)

        assert caught.value.where.startswith("value")

    def test_types_are_checked(self):
        """Types 8: what cannot travel is refused with the way to it."""

        def pack(**options: Any) -> None: ...

        pack.__annotations__["options"] = Unpack[TypedDict("Broken", {"lock": threading.Event})]

        with pytest.raises(UnsupportedType) as caught:
            codec(pack)

        assert (caught.value.where, caught.value.type) == ("options.lock", "Event")


class TestDefaults:
    """Types 9: defaults are filled in on the worker, as Python would."""

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
