"""An app's state, for another process."""

from typing import Any

from _domain import app, validate
from typing_extensions import assert_type

from typedtasks import AppState, TypedCelery, UnportableState, UntrustedState, app_state, restore_app


class ShopApp(TypedCelery): ...


state = app_state(app)
assert_type(state, AppState)  # [app-state]
assert_type(app_state(app, secrets=True), AppState)  # [app-state-secrets]
assert_type(state.omitted, tuple[str, ...])  # [app-state-omitted]
assert_type(state.converter, str | None)  # [app-state-converter]
state.main = "shop"  # [app-state-frozen] E(mypy=misc; pyright=reportAttributeAccessIssue)
state.chages  # [app-state-typo] E(mypy=attr-defined; pyright=reportAttributeAccessIssue)
app_state(validate)  # [state-of-task] E(mypy=arg-type; pyright=reportArgumentType)
app_state(app, True)  # [app-state-positional] E(mypy=call-arg; pyright=reportCallIssue)

assert_type(restore_app(state), Any)  # [restore]
assert_type(restore_app(state, cls=ShopApp), ShopApp)  # [restore-class]
restore_app("{}", allow=[ShopApp, "shop.celery:Loader"], broker_url="redis://localhost")  # [restore-allow]
restore_app({"app": "shop:ShopApp"})  # [restore-dict]
restore_app(b"{}")  # [restore-bytes]
restore_app(app)  # [restore-app] E(mypy=call-overload; pyright=reportCallIssue,reportArgumentType)
restore_app(state, allow=[3])  # [restore-allow-type] E(mypy=list-item; pyright=reportArgumentType)
restore_app(state, cls="ShopApp")  # [restore-class-type] E(mypy=call-overload; pyright=reportCallIssue,reportArgumentType)

untrusted = UntrustedState("loader", "shop:Loader", "do not")
assert_type(untrusted.name, str)  # [untrusted]
assert_type(UnportableState("converter=", "a converter", "name it").fix, str)  # [unportable]
untrusted.nme  # [untrusted-typo] E(mypy=attr-defined; pyright=reportAttributeAccessIssue)
UnportableState("converter=")  # [unportable-arguments] E(mypy=call-arg; pyright=reportCallIssue)
