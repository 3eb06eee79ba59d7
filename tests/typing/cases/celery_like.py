"""An application of plain Celery, which has no types unless celery-types is installed."""

# pyright: basic, reportMissingTypeStubs=false
from celery import Celery  # type: ignore[import-untyped,unused-ignore]

plain_app = Celery("plain")
