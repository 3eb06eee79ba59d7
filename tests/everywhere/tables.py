"""What does not hold everywhere: where, and why. The tests run every row, so that none can be wrong for long."""

from __future__ import annotations

from collections.abc import Iterable

import attrs
from celery.exceptions import AlwaysEagerIgnored
from celery.exceptions import TimeoutError as NeverCame
from kombu.exceptions import EncodeError

from tests.everywhere import twins
from tests.everywhere.case import Run
from tests.everywhere.places import EAGER

__all__ = ["CANNOT", "ONLY_WITH_HOOKS", "REFUSED", "WIRE_FORM", "Cannot"]


@attrs.frozen
class Cannot:
    """What a result backend or an eager app cannot do.

    Attributes:
        reason: Why, in a user's words.
        twin: The same with plain Celery tasks and plain data, which fails as well.
        error: How the twin fails.
    """

    reason: str
    twin: Run
    error: type[Exception]


def rows(deployments: Iterable[str], cannot: Cannot, cases: str) -> dict[tuple[str, str], Cannot]:
    """The same reason for several cases on several deployments."""
    return {(deployment, case): cannot for deployment in deployments for case in cases.split()}


NOTHING_SENT = Cannot("an eager app sends nothing", twins.message_in_a_queue, AssertionError)
SENDS_NO_NAME = Cannot("`send_task` is not eager: Celery warns and sends", twins.send_task, AlwaysEagerIgnored)
NOT_STORED = Cannot("an eager result is not stored: there is none by its id", twins.by_id, RuntimeWarning)
NO_NATIVE_JOIN = Cannot("an eager result is not stored: a group has none", twins.joined_natively, RuntimeWarning)
NOT_RESTORED = Cannot("an eager result is not stored: a group has none", twins.restored, RuntimeWarning)
NO_CHILDREN = Cannot("an eager result does not know what its task has sent", twins.children, TypeError)
NO_CALLBACK = Cannot("`get` of an eager result calls nobody back", twins.callback, AssertionError)
NO_MEMBERS = Cannot("an eager chord has no results behind its own", twins.members_of_a_chord, AttributeError)
NO_ERRBACK = Cannot("an eager chord does not tell its body of a failure", twins.errback_of_a_body, Exception)
RAISES_AT_ONCE = Cannot("an eager chain raises what a step raises at once", twins.failing_chain, ValueError)
NOT_REVOKED = Cannot("an eager app asks nobody whether a task is revoked", twins.revoked, AssertionError)
NOT_ADDED = Cannot("an eager task is in no chord", twins.added_to_a_chord, ValueError)
LIVE = Cannot("an eager canvas hands on the live result, not what is stored", twins.stored_result, AssertionError)
NOT_REPLACED = Cannot("an eager plain task cannot be replaced", twins.replaced, RuntimeError)
KNOWN = Cannot("an eager task runs here: what it imports, the caller has imported", twins.unknown_class, AssertionError)
NOT_HERE = Cannot("an eager app runs what is here: a stub's code is elsewhere", twins.unknown_task, AlwaysEagerIgnored)
NOT_ASKED = Cannot(
    "an eager app makes JSON of a plain task's arguments itself: nobody asks for wire form", twins.encoded, EncodeError
)

NO_CHORDS = Cannot("rpc results know no chords", twins.a_chord, NotImplementedError)
TAKEN = Cannot("an rpc result is a message: whoever takes it, has it", twins.taken_twice, NeverCame)
TO_THE_SENDER = Cannot("an rpc result goes to the process that has sent the task", twins.sent_by_another, NeverCame)
TO_THE_REPLACED = Cannot("the rpc result of a replacement goes to the worker", twins.replaced, NeverCame)
NO_SAVED_GROUP = Cannot("rpc results save no group", twins.restored, NotImplementedError)
NO_STATES = Cannot("an rpc result tells no state before its last", twins.progress, AssertionError)

CANNOT = {
    **rows(EAGER, NOTHING_SENT, "call_is_plain_json send_task_is_plain_json"),
    **rows(
        EAGER,
        SENDS_NO_NAME,
        """send_task_with_objects send_task_gives_objects send_task_with_wire_data beat_entry_for_a_stub
        union_by_send_task retry_not_of_wrong_arguments""",
    ),
    **rows(EAGER, NO_NATIVE_JOIN, "group_joined_natively group_iterated_natively"),
    **rows(
        EAGER,
        NOT_STORED,
        """result_by_id result_by_id_of_the_app result_by_id_of_celery result_twice result_in_another_process
        progress_is_typed result_is_extended""",
    ),
    **rows(EAGER, NOT_RESTORED, "result_of_a_group_restored result_of_a_group_restored_by_celery"),
    **rows(EAGER, NO_CHILDREN, "result_children result_collected"),
    **rows(EAGER, NO_CALLBACK, "result_by_callback"),
    **rows(EAGER, NO_MEMBERS, "chord_gives_its_members exception_of_a_member"),
    **rows(EAGER, NO_ERRBACK, "errback_of_a_body"),
    **rows(EAGER, RAISES_AT_ONCE, "outcome_of_a_chain"),
    **rows(EAGER, NOT_REVOKED, "task_is_revoked"),
    **rows(EAGER, NOT_ADDED, "added_to_a_chord"),
    **rows(
        EAGER,
        LIVE,
        """chain_seen_by_a_plain_step chain_of_an_async_step chord_of_typed_tasks_and_a_plain_body
        chord_of_both_in_the_header chord_between_steps exception_of_a_plain_step""",
    ),
    **rows(["eager"], NOT_REPLACED, "replaced_plain_task"),
    **rows(EAGER, NOT_HERE, "stub_is_sent stub_in_a_chain stub_in_a_chain_after_a_plain_step stub_in_a_worker"),
    **rows(
        ["eager"],
        NOT_ASKED,
        """signature_as_an_argument chain_as_an_argument chain_as_an_argument_with_a_plain_step group_as_an_argument
        chord_as_an_argument signature_with_callbacks_as_an_argument canvas_of_canvases_as_an_argument
        union_by_signature""",
    ),
    **rows(EAGER, NOT_ASKED, "signature_by_delay signature_by_keyword"),
    **rows(EAGER, KNOWN, "exception_of_an_unknown_class"),
    **rows(
        ["rabbitmq-rpc"],
        NO_CHORDS,
        """chord_of_typed_tasks chord_called_with_its_body chord_of_a_group_and_a_task chord_body_with_objects
        chord_body_with_objects_by_keyword chord_of_plain_tasks_and_a_typed_body
        chord_of_typed_tasks_and_a_plain_body chord_of_both_in_the_header chord_of_chains chord_before_a_task
        chord_before_a_group chord_in_a_chain chord_between_steps chord_after_a_plain_step chord_in_a_body
        chord_whose_body_is_a_chain chord_in_a_group chord_in_a_header chord_that_takes_an_object chord_of_one
        chord_built_in_a_worker chord_built_in_a_plain_task chord_gives_its_members chord_as_an_argument
        canvas_of_canvases_as_an_argument exception_of_a_member exception_through_a_header exception_of_a_body
        link_of_a_header link_of_a_chord link_of_a_body errback_of_a_body errback_of_a_body_that_fails
        errback_of_a_chord map_in_a_header replaced_by_a_group replaced_by_a_chord replaced_by_a_group_in_a_chain
        replaced_in_a_header replaced_with_a_callback added_to_a_chord stamped_chord outcome_of_a_chord
        retry_in_a_header retry_of_a_body union_in_a_body union_in_a_body_without_tags union_after_a_chord""",
    ),
    **rows(
        ["rabbitmq-rpc"],
        TO_THE_REPLACED,
        """replaced_by_a_task replaced_by_a_chain replaced_by_a_plain_task replaced_by_itself replaced_plain_task
        replaced_in_a_group replaced_with_an_errback replaced_by_what_fails stamped_and_replaced
        retry_of_a_replacement union_by_replace""",
    ),
    **rows(
        ["rabbitmq-rpc"],
        TAKEN,
        "result_by_id_of_the_app result_by_id_of_celery result_children result_collected result_twice",
    ),
    **rows(["rabbitmq-rpc"], TO_THE_SENDER, "result_in_another_process retry_not_of_wrong_arguments"),
    **rows(["rabbitmq-rpc"], NO_SAVED_GROUP, "result_of_a_group_restored result_of_a_group_restored_by_celery"),
    **rows(["rabbitmq-rpc"], NO_STATES, "progress_is_typed"),
    **rows(
        ["redis-db"],
        Cannot("a database gives one result at a time", twins.joined_natively, AttributeError),
        "group_joined_natively group_iterated_natively",
    ),
    **rows(
        ["embedded-solo", "redis-db"],
        Cannot("`add_to_chord` is Redis's alone", twins.added_to_a_chord, NotImplementedError),
        "added_to_a_chord",
    ),
}

REFUSED = "an error where it is sent"
WIRE_FORM = "plain data, as for any task of Celery's"

ONLY_WITH_HOOKS = {
    "send_task_is_plain_json": REFUSED,
    "send_task_with_objects": REFUSED,
    "send_task_gives_objects": WIRE_FORM,
    "union_by_send_task": REFUSED,
    "beat_entry_for_a_stub": REFUSED,
    "stub_in_a_chain_after_a_plain_step": REFUSED,
    "chain_with_a_plain_first_step_and_objects": REFUSED,
    "chain_with_an_immutable_step_after_a_plain_one": REFUSED,
    "union_after_a_plain_first_step": REFUSED,
    "chord_of_plain_tasks_and_a_typed_body": REFUSED,
    "chord_after_a_plain_step": REFUSED,
    "link_of_a_plain_task": REFUSED,
    "errback_of_a_plain_task": REFUSED,
    "signature_as_an_argument": REFUSED,
    "signature_by_delay": REFUSED,
    "signature_by_keyword": REFUSED,
    "chain_as_an_argument": REFUSED,
    "chain_as_an_argument_with_a_plain_step": REFUSED,
    "group_as_an_argument": REFUSED,
    "chord_as_an_argument": REFUSED,
    "signature_with_callbacks_as_an_argument": REFUSED,
    "canvas_of_canvases_as_an_argument": REFUSED,
    "union_by_signature": REFUSED,
    "result_by_id_of_the_app": WIRE_FORM,
    "result_of_a_group_restored": WIRE_FORM,
    "result_of_a_group_restored_by_celery": WIRE_FORM,
}
"""What a plain `celery.Celery` app does not do, and what happens there instead: never a wrong object."""
