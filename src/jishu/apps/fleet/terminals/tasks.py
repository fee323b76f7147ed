"""What the worker does for tracks: tables for the days ahead, and days that are over made small."""

from procrastinate.contrib.django import app

from . import sealing


@app.periodic(cron="40 2 * * *")
@app.task(name="fleet.seal_tracks", queueing_lock="fleet.seal_tracks")
def seal_tracks(timestamp: int) -> None:
    """Begun again after a kill it comes to the same."""
    sealing.seal_due()
