"""What people tell terminals: waits until the terminal is there, is sent once, and its answer is kept."""

from .hub import Hub

_MOST_AWAITED = 64


class Downlinks:
    def __init__(self, hub: Hub) -> None:
        self._hub = hub

    async def send(self, terminals: list[int]) -> None:
        """Those waiting for `terminals`. Marked as sent before they are: a command is rather lost than given twice."""
        hub = self._hub
        for downlink, terminal, message_id, values in await hub.store.to_send(terminals):
            connection = hub.sessions.get(terminal)
            if connection is None or connection.answers is None or len(connection.awaited) >= _MOST_AWAITED:
                continue
            if not await hub.store.sent(downlink):
                continue  # another gateway was faster
            serial, frames = connection.answers.said(message_id, values)
            connection.awaited[serial] = downlink
            connection.write(frames)
            hub.counts["downlinks"] += 1

    async def check(self) -> None:
        """Sessions of terminals that were taken out of use, moved to another car or whose code was withdrawn end."""
        hub = self._hub
        still = await hub.store.still(list(hub.sessions))
        for terminal, connection in tuple(hub.sessions.items()):
            assert connection.terminal is not None
            if still.get(terminal) != connection.terminal.vehicle:
                connection.close("register_changed")
