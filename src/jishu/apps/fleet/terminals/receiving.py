"""What a frame means: who may say what, what is stored, what is answered."""

from datetime import UTC, datetime

from jishu.apps.fleet.jt808 import messages
from jishu.apps.fleet.jt808.frames import Frame
from jishu.apps.fleet.jt808.positions import BASE
from jishu.apps.fleet.jt808.problems import BadBody

from . import replies
from .downlinks import Downlinks
from .hub import Hub, Peer
from .replies import Replies, named
from .rows import Flag, packed
from .signing import Signing

_POSITION, _BATCH, _ANSWER_POSITION = 0x0200, 0x0704, 0x0201
_OPEN = {0x0100, 0x0102}  # what a stranger may send
_NOTED = {0x0002, 0x0107, 0x0108, 0x0302, 0x0702, 0x0800, 0x0900}
_ANSWERS = {0x0104, 0x0201, 0x0107, 0x0108, 0x0302}
_MOST_IN_BATCH = 600


class Receiver:
    def __init__(self, hub: Hub, downlinks: Downlinks) -> None:
        self._hub = hub
        self._signing = Signing(hub, downlinks)

    def received(self, connection: Peer, frame: Frame) -> None:
        self._hub.counts["frames"] += 1
        terminal = connection.terminal
        if terminal is None or frame.message_id in _OPEN:
            self._stranger(connection, frame)
        elif frame.terminal.lstrip("0") != connection.phone:
            self._hub.counts["claims_another"] += 1
            connection.refused(named(frame))
        elif frame.encrypted:
            self._answer(connection, named(frame), replies.UNSUPPORTED)
        elif frame.part is None:
            self._message(connection, terminal.vehicle, frame, named(frame))
        else:
            self._part(connection, terminal.vehicle, frame)

    def _stranger(self, connection: Peer, frame: Frame) -> None:
        if connection.answers is None:
            connection.answers = Replies(frame.terminal)
        if frame.message_id not in _OPEN or frame.part or frame.encrypted:
            self._hub.counts["not_signed_in"] += 1
            connection.refused(named(frame))
            return
        values = messages.read(frame.message_id, frame.edition, frame.body)
        connection.ask(self._signing.answer(connection, frame, values))

    def _part(self, connection: Peer, vehicle: int, frame: Frame) -> None:
        whole, names = connection.whole(frame)
        if whole is not None:
            self._message(connection, vehicle, whole, names if frame.message_id == _BATCH else named(frame))
        elif frame.message_id != _BATCH:  # positions are acknowledged when they are stored, all else part by part
            connection.stored(named(frame))

    def _message(self, connection: Peer, vehicle: int, frame: Frame, names: bytes) -> None:
        number = frame.message_id
        try:
            if number == _POSITION:
                self._keep(connection, names, (packed(vehicle, frame.body, self._hub.clock()),))
            elif number == _BATCH:
                self._keep(connection, names, self._unpacked(vehicle, frame.body))
            else:
                self._other(connection, vehicle, frame, names)
        except BadBody:
            self._hub.counts["bad_BadBody"] += 1
            self._answer(connection, names, replies.WRONG)

    def _keep(self, connection: Peer, names: bytes, rows: tuple[bytes, ...]) -> None:
        self._hub.counts["positions"] += len(rows)
        self._hub.batcher.add(rows, connection, names)

    def _unpacked(self, vehicle: int, body: bytes) -> tuple[bytes, ...]:
        """0x0704. What is whole is stored even if the end is cut; the number at its head is not trusted."""
        rows: list[bytes] = []
        at, now = 3, self._hub.clock()
        while at + 2 + BASE.size <= len(body) and len(rows) < _MOST_IN_BATCH:
            end = at + 2 + (body[at] << 8 | body[at + 1])
            rows.append(packed(vehicle, body[at + 2 : end], now, Flag.BATCHED))
            at = end
        if not rows:
            raise BadBody
        return tuple(rows)

    def _other(self, connection: Peer, vehicle: int, frame: Frame, names: bytes) -> None:
        number = frame.message_id
        if number == 0x0001:
            values = messages.read(number, frame.edition, frame.body)
            self._downlink_answered(connection, values["reply_serial"], values["result"])
        elif number == 0x0002:
            self._hub.batcher.heard(vehicle)
            connection.stored(names)
        elif number == 0x0003:
            connection.ask(self._signing.sign_off(connection, names))
        elif number == 0x0004 and connection.answers is not None:
            connection.write(connection.answers.message(0x8004, time=datetime.now(UTC).strftime("%y%m%d%H%M%S")))
        else:
            self._answer_or_note(connection, vehicle, frame, names)

    def _answer_or_note(self, connection: Peer, vehicle: int, frame: Frame, names: bytes) -> None:
        number = frame.message_id
        if number in _ANSWERS:
            self._downlink_answered(connection, int.from_bytes(frame.body[:2], "big"), replies.DONE)
        if number == _ANSWER_POSITION:
            self._keep(connection, names, (packed(vehicle, frame.body[2:], self._hub.clock()),))
        else:
            self._answer(connection, names, replies.DONE if number in _NOTED | _ANSWERS else replies.UNSUPPORTED)

    def _answer(self, connection: Peer, names: bytes, result: int) -> None:
        if connection.answers is not None:
            connection.write(connection.answers.general(names[:4], result))

    def _downlink_answered(self, connection: Peer, serial: int, result: int) -> None:
        downlink = connection.awaited.pop(serial, None)
        if downlink is not None:
            self._hub.run(self._hub.store.answered(downlink, result))
