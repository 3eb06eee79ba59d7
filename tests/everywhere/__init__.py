"""Typed everywhere in Celery: one table of cases, run on every deployment and every kind of app."""
