"""折旧: how value is spread over months, the months that are closed, and the one figure everyone reads."""
