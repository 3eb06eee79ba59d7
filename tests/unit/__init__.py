"""Tests that start no process and no server."""
