"""Which car and driver serve which request: a pure library over plain values, without Django or a database."""
