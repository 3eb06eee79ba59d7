"""`@typed_task` without an app: one declaration for every app there is and will be, and no leaks between apps."""

from __future__ import annotations

from typing import Any
from weakref import WeakSet

import celery._state
import pytest
from celery import Celery, Task
from celery.app import base as celery_base

from tests.unit.records import Line, Order
from typedtasks import InvalidArguments, TypedCelery, TypedTask, UnknownOption, typed_task
from typedtasks._decorator import typed_base

ORDER = Order("a", [Line("x", 2)])


@pytest.fixture(autouse=True)
def no_others(monkeypatch):
    """Each test is alone: apps of others live until they are collected, and take every new shared task too."""
    monkeypatch.setattr(celery._state, "_apps", WeakSet())
    monkeypatch.setattr(celery._state, "_on_app_finalizers", set(celery._state._on_app_finalizers))


def test_declared_before_any_app(make_app, run_worker):
    """The task belongs to the app that comes later."""

    @typed_task
    def echo(order: Order) -> Order:
        return order

    app = make_app()

    with run_worker(app):
        assert echo.delay(ORDER).get(timeout=5) == ORDER
    assert echo.app is app


def test_declared_after_the_app_is_finalized(app):
    """It is registered at once."""
    app.finalize()

    @typed_task(name="shop.late")
    def late(order: Order) -> Order:
        return order

    assert "shop.late" in app.tasks
    assert late.apply((ORDER,)).get() == ORDER


def test_two_apps(make_app, published):
    """Each has its own task of the name, and the declaration stands for the one of the current app."""

    @typed_task
    def echo(order: Order) -> Order:
        return order

    first, second = make_app(), make_app()
    first.set_current()
    echo.delay(ORDER)
    second.set_current()
    echo.delay(ORDER)
    echo.delay(ORDER)

    assert [len(published(first)), len(published(second))] == [1, 2]
    assert first.tasks[echo.name] is not second.tasks[echo.name]
    assert first.tasks[echo.name].app is first


def test_task_of_one_app_is_not_in_another(make_app):
    """`app=` and `@app.task` declare it for that app alone."""
    first, second = make_app(), make_app()

    @first.task
    def one() -> None: ...

    @typed_task(app=first)
    def two() -> None: ...

    assert {one.name, two.name} <= set(first.tasks)
    assert {one.name, two.name}.isdisjoint(second.tasks)


@pytest.mark.parametrize("lazy", [True, False])
def test_task_of_one_app_in_a_fresh_interpreter(make_app, monkeypatch, lazy):
    """A pool process that was not forked works with an unpickled app, not with that of the tasks' module."""
    module_app, unpickled = make_app(), make_app()
    monkeypatch.setattr(celery_base, "USING_EXECV", True)

    @module_app.task(name="shop.echo", lazy=lazy)
    def echo(order: Order) -> Order:
        return order

    assert ("shop.echo" in unpickled.tasks) is lazy  # as with Celery's own `@app.task`
    assert "shop.echo" in module_app.tasks
    if lazy:
        assert unpickled.tasks["shop.echo"].apply((ORDER,)).get() == ORDER


@pytest.mark.parametrize("cls", [Celery, TypedCelery])
def test_works_on_any_app(make_app, cls):
    """The current app may be Celery's own."""

    @typed_task
    def echo(order: Order) -> Order:
        return order

    app = make_app(cls)

    assert echo.apply((ORDER,)).get() == ORDER
    with pytest.raises(InvalidArguments):
        app.tasks[echo.name].delay()


def test_task_class_of_each_app(make_app):
    """The task derives from the app's own task class, as Celery's Django support wants it."""

    class Tenant(Celery):
        task_cls = "tests.unit.test_shared:TenantTask"

    @typed_task
    def echo(order: Order) -> Order:
        return order

    @typed_task(base=OtherTask, tenant="mine")
    def other() -> None: ...

    tenant = make_app(Tenant)

    assert tenant.tasks[echo.name].tenant == "t"
    assert isinstance(tenant.tasks[echo.name], TypedTask)
    assert (other.tenant, isinstance(other, OtherTask)) == ("mine", True)


class TenantTask(Task):
    """A task class of an app."""

    abstract = True
    tenant = "t"


class OtherTask(Task):
    """A task class of one task."""

    abstract = True
    tenant: Any = None


def test_one_class_for_each_app_and_base(make_app):
    """Tasks of one app share their class."""
    first, second = make_app(), make_app()

    assert typed_base(first) is typed_base(first)
    assert typed_base(first) is not typed_base(second)
    assert typed_base(first, OtherTask) is typed_base(first, OtherTask)
    assert issubclass(typed_base(first, OtherTask), OtherTask)


def test_signature_of_a_shared_task(make_app):
    """`.s()` on the declaration."""

    @typed_task
    def echo(order: Order) -> Order:
        return order

    make_app()

    assert echo.s(ORDER).apply().get() == ORDER


def test_options_are_checked_at_declaration():
    """Without any app."""
    with pytest.raises(UnknownOption):

        @typed_task(quue="slow")
        def task() -> None: ...
