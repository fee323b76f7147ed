"""One module per figure, with ``measure(ground)`` that yields its lines."""
