"""Programs that show typedtasks at work. Each runs from the checkout, with no server."""
