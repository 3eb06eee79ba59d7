"""Celery's own integration tests, run as they are and with their tasks declared by `typed_task`: none may get worse."""
