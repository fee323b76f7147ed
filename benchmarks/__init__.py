"""Every figure the project claims, measured: `python -m benchmarks`, or some of them by name."""
