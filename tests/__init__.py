"""The project's tests; `nox -s tests` runs them all."""
