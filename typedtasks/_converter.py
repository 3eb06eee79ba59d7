"""The cattrs converter: strict in both directions, type to wire form and back.

The house's rules, as cattrs hooks over a plain `cattrs.Converter`:

* unstructuring replaces a value that is not of its declared class by `Foreign`, so that the check, which is the
  worker's own structuring, meets it and names its path;
* structuring accepts exactly the wire form of the declared type and coerces nothing.

The classes of JSON itself (str, int, bool, None) need no unstructure hook: whatever stands in their place is
met by the check. Subclasses of a class are refused like any other: they would come back as their base.
"""

# pyright: reportUnknownLambdaType=false, reportUnknownArgumentType=false
# cattrs leaves open what a factory is called with.

from __future__ import annotations

from cattrs import Converter

from ._containers import (
    is_dict,
    is_list,
    is_tuple,
    structure_dict_factory,
    structure_list_factory,
    structure_tuple_factory,
    unstructure_dict_factory,
    unstructure_list_factory,
    unstructure_tuple_factory,
)
from ._hooks import (
    JSON_CLASSES,
    SCALAR_STRUCTURE,
    structure_any,
    structure_enum_factory,
    structure_hook,
    structure_never,
    structure_optional_factory,
    unstructure_any,
    unstructure_enum_factory,
    unstructure_hook,
    unstructure_optional_factory,
    unstructure_scalar,
)
from ._records import structure_record_factory, unstructure_record_factory
from ._scalars import SCALARS
from ._types import NEVER, is_alias, is_any, is_enum, is_optional, is_record, plain_type

__all__ = ["configure_converter", "make_converter"]


def make_converter(*, detailed_validation: bool = False, forbid_extra_keys: bool = False) -> Converter:
    """A new converter with the hooks of `configure_converter`."""
    converter = Converter(detailed_validation=detailed_validation, forbid_extra_keys=forbid_extra_keys)
    configure_converter(converter)
    return converter


def configure_converter(converter: Converter) -> None:
    """Add the hooks to a converter.

    cattrs asks the hooks registered for a class first, then the factories from the last one registered back:
    what a user registers later, for a class or by predicate, wins.
    """
    converter.register_structure_hook_factory(lambda type_: type_ in NEVER, lambda _: structure_never)
    # cattrs knows those of `typing` alone.
    converter.register_structure_hook_factory(is_alias, lambda type_: structure_hook(plain_type(type_), converter))
    converter.register_unstructure_hook_factory(is_alias, lambda type_: unstructure_hook(plain_type(type_), converter))
    converter.register_structure_hook_factory(is_optional, structure_optional_factory)
    converter.register_unstructure_hook_factory(is_optional, unstructure_optional_factory)
    converter.register_structure_hook_factory(is_any, lambda _: structure_any)
    converter.register_unstructure_hook_factory(is_any, lambda _: unstructure_any)
    converter.register_structure_hook_factory(is_enum, structure_enum_factory)
    converter.register_unstructure_hook_factory(is_enum, unstructure_enum_factory)
    for is_kind, structure, unstructure in (
        (is_list, structure_list_factory, unstructure_list_factory),
        (is_tuple, structure_tuple_factory, unstructure_tuple_factory),
        (is_dict, structure_dict_factory, unstructure_dict_factory),
        (is_record, structure_record_factory, unstructure_record_factory),
    ):
        converter.register_structure_hook_factory(is_kind, structure)
        converter.register_unstructure_hook_factory(is_kind, unstructure)
    for cls, scalar in SCALARS.items():
        converter.register_structure_hook(cls, SCALAR_STRUCTURE[cls])
        if cls not in JSON_CLASSES:
            converter.register_unstructure_hook(cls, unstructure_scalar(cls, scalar))
