"""Hostile messages, searched for: `nox -s fuzz`."""
