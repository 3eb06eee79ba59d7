"""Tests that send tasks through a broker to a worker in another process."""
