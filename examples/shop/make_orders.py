"""Makes ``orders.jsonl``: ``python -m examples.shop.make_orders``. The same seed gives the same file, byte for byte.

Plain dicts, as another company's system would send them: it has never heard of our classes.
"""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any
from uuid import UUID

ORDERS = 3_000
SEED = 20_260_314
#: Every such line is bad, with the kinds below in turn.
BAD_EVERY = 75
FILE = Path(__file__).with_name("orders.jsonl")

JSON = dict[str, Any]

# Country, currency, UTC offset in minutes, city, postcode, street, names.
PLACES = [
    ("AT", "EUR", 60, "Wien", "1070", "Lindengasse", ["Anna Gruber", "Lukas Steiner"]),
    ("CH", "CHF", 60, "Zürich", "8004", "Langstrasse", ["Reto Müller", "Seraina Keller"]),
    ("DE", "EUR", 60, "Leipzig", "04103", "Salomonstraße", ["Jörg Schröder", "Ayşe Demir", "Mia Krause"]),
    ("FR", "EUR", 60, "Nîmes", "30000", "Rue de l'Étoile", ["Chloé Lefèvre", "Hugo Bernard"]),
    ("GB", "GBP", 0, "Leeds", "LS1 4DY", "Park Row", ["Olivia Patel", "Harry O'Neill"]),
    ("JP", "JPY", 540, "大阪市", "530-0001", "梅田", ["佐藤 葵", "田中 蓮"]),
    ("US", "USD", -420, "Denver", "80202", "Larimer St", ["Ava Johnson", "Noah García"]),
]
ARTICLES = ["BOOK-0451", "LAMP-E27", "MUG-WHITE", "TEA-EARL-100", "SOCK-42", "DESK-OAK-160", "PEN-07", "CABLE-USBC-2M"]


def make_order(rng: random.Random) -> JSON:
    """One good order, in wire form."""
    country, currency, offset, city, postcode, street, names = rng.choice(PLACES)
    lines = [make_line(rng, currency) for _ in range(rng.randint(1, 4))]
    placed_at = datetime(2026, 1, 1, tzinfo=timezone(timedelta(minutes=offset)))
    placed_at += timedelta(milliseconds=rng.randrange(80 * 24 * 3_600_000))
    order: JSON = {
        "id": str(make_uuid(rng)),
        "placed_at": placed_at.isoformat(),
        "channel": rng.choice(["web", "web", "app", "phone"]),
        "currency": currency,
        "customer": {
            "id": str(make_uuid(rng)),
            "name": rng.choice(names),
            "address": {
                "street": f"{street} {rng.randint(1, 120)}",
                "city": city,
                "postcode": postcode,
                "country": country,
            },
        },
        "card": make_card(rng, currency),
        "lines": lines,
    }
    if chance(rng, 0.5):
        order["customer"]["member_since"] = f"{rng.randint(2011, 2025)}-{rng.randint(1, 12):02}-15"
    if chance(rng, 0.2):
        order["coupon"] = rng.choice(["WELCOME10", "SUMMER25", "OLD-AND-UNKNOWN"])
    if chance(rng, 0.3):
        order["tags"] = {"campaign": rng.choice(["spring", "newsletter"]), "gift": rng.choice(["yes", "no"])}
    return order


def make_line(rng: random.Random, currency: str) -> JSON:
    """One article; yen have no cents."""
    cents = rng.randint(99, 19_999)
    unit_price = str(cents) if currency == "JPY" else f"{cents // 100}.{cents % 100:02}"
    return {"sku": rng.choice(ARTICLES), "qty": rng.randint(1, 5), "unit_price": unit_price}


def make_card(rng: random.Random, currency: str) -> JSON:
    """A card; some are going to be declined."""
    card: JSON = {"last4": f"{rng.randrange(10_000):04}", "expires": f"{rng.randint(2027, 2031)}-06-30"}
    if chance(rng, 0.01):
        card["blocked"] = True
    if chance(rng, 0.03):
        card["expires"] = "2026-01-31"
    if chance(rng, 0.1):
        card["limit"] = {"amount": "30000" if currency == "JPY" else "300.00", "currency": currency}
    return card


def chance(rng: random.Random, share: float) -> bool:
    """True in this share of the cases."""
    return rng.random() < share


def make_uuid(rng: random.Random) -> UUID:
    """A random one that the seed decides."""
    return UUID(int=rng.getrandbits(128), version=4)


def qty_as_text(order: JSON) -> None:
    """The classic: a number in quotes."""
    order["lines"][0]["qty"] = "7"


def qty_negative(order: JSON) -> None:
    """Right type, wrong value: the class's own validator refuses it."""
    order["lines"][-1]["qty"] = -1


def price_as_number(order: JSON) -> None:
    """Money that has been through a float."""
    order["lines"][0]["unit_price"] = 19.99


def price_garbled(order: JSON) -> None:
    """A decimal comma."""
    order["lines"][0]["unit_price"] = "19,99"


def no_address(order: JSON) -> None:
    """A missing record."""
    del order["customer"]["address"]


def coupon_misspelt(order: JSON) -> None:
    """A misspelt optional field: the order would be charged without its coupon, and nobody would know."""
    order.pop("coupon", None)
    order["cupon"] = "SUMMER25"


def currency_unknown(order: JSON) -> None:
    """No member of the enum."""
    order["currency"] = "EURO"


def date_naive(order: JSON) -> None:
    """A point in time without its offset."""
    order["placed_at"] = order["placed_at"][:19]


def date_garbled(order: JSON) -> None:
    """Day and month in the order of some country."""
    order["placed_at"] = "03/14/2026 10:30"


def id_garbled(order: JSON) -> None:
    """A UUID that lost its end."""
    order["id"] = order["id"][:-4]


def lines_empty(order: JSON) -> None:
    """An order of nothing."""
    order["lines"] = []


def three_at_once(order: JSON) -> None:
    """Every problem is told, not only the first."""
    order["channel"] = "fax"
    order["customer"]["id"] = 17
    del order["card"]["last4"]


#: Kinds of bad orders. Lines cut short, which are no JSON at all, are one more kind.
FAULTS: list[Callable[[JSON], None]] = [
    qty_as_text,
    qty_negative,
    price_as_number,
    price_garbled,
    no_address,
    coupon_misspelt,
    currency_unknown,
    date_naive,
    date_garbled,
    id_garbled,
    lines_empty,
    three_at_once,
]


def make_file() -> bytes:
    """The whole file."""
    rng = random.Random(SEED)  # noqa: S311 - the seed is the point
    lines: list[str] = []
    for number in range(1, ORDERS + 1):
        order = make_order(rng)
        turn, is_bad = divmod(number, BAD_EVERY)
        kind = turn % (len(FAULTS) + 1) if is_bad == 0 else None
        if kind is not None and kind < len(FAULTS):
            FAULTS[kind](order)
        text = json.dumps(order, ensure_ascii=False)
        lines.append(text[:200] if kind == len(FAULTS) else text)
    return "".join(f"{line}\n" for line in lines).encode()


if __name__ == "__main__":
    FILE.write_bytes(make_file())
