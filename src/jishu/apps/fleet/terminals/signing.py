"""Registration and authentication: a terminal of the register gets a code once, and signs in with it ever after."""

import logging
from typing import Any

from jishu.apps.fleet.jt808.frames import Frame

from . import replies
from .downlinks import Downlinks
from .hub import Hub, Peer
from .replies import Replies, named
from .store import Known

log = logging.getLogger("jishu.gateway")

_MOST_FAILURES = 3


class Signing:
    def __init__(self, hub: Hub, downlinks: Downlinks) -> None:
        self._hub, self._downlinks = hub, downlinks

    async def answer(self, connection: Peer, frame: Frame, values: dict[str, Any]) -> None:
        known = await self._hub.store.known(frame.terminal.lstrip("0"))
        answers = Replies(frame.terminal)
        if frame.message_id == 0x0100:
            connection.write(await self._registered(answers, frame, known, values))
        else:
            await self._authenticated(connection, answers, frame, known, values)

    async def _registered(self, answers: Replies, frame: Frame, known: Known | None, values: dict[str, Any]) -> bytes:
        """One code for one terminal; a code that has opened the door once is not given again."""
        result, code = _judged(known, values), None
        if known is not None and result == replies.REGISTERED:
            code = await self._hub.store.issue(known)
            result = replies.REGISTERED if code else replies.TERMINAL_TAKEN
        self._hub.counts["registered" if code else "registration_refused"] += 1
        told = {"reply_serial": frame.serial, "result": result}
        return answers.message(0x8100, **told, **({"code": code} if code else {}))

    async def _authenticated(
        self, connection: Peer, answers: Replies, frame: Frame, known: Known | None, values: dict[str, Any]
    ) -> None:
        code = values["code"]
        if known is None or not isinstance(code, str) or not known.opens_with(code):
            self._refuse(connection, answers, frame)
            return
        await self._hub.store.seen(known, connection.address)
        connection.answers, connection.phone, connection.failures = answers, frame.terminal.lstrip("0"), 0
        self._hub.enter(connection, known)
        self._hub.counts["signed_in"] += 1
        connection.stored(named(frame))
        await self._downlinks.send([known.id])

    def _refuse(self, connection: Peer, answers: Replies, frame: Frame) -> None:
        self._hub.counts["refused"] += 1
        connection.failures += 1
        connection.write(answers.general(named(frame), replies.FAILED))
        if connection.failures >= _MOST_FAILURES and connection.terminal is None:
            connection.part()

    async def sign_off(self, connection: Peer, names: bytes) -> None:
        """0x0003: the terminal leaves this car; its code is void."""
        if connection.terminal is not None:
            await self._hub.store.forget(connection.terminal.id)
            connection.stored(names)
            connection.part()


def _judged(known: Known | None, values: dict[str, Any]) -> int:
    """By what the register says of the terminal and the car."""
    if known is None or not _same_device(str(values["terminal_id"]), known.number):
        return replies.NO_TERMINAL
    if values["colour"] and values["plate"] and str(values["plate"]).rstrip("\0") != known.plate:
        return replies.NO_CAR
    if known.code_hash and known.authenticated:
        return replies.TERMINAL_TAKEN
    return replies.REGISTERED


def _same_device(told: str, number: str) -> bool:
    """Editions before 2019 have room for seven characters only."""
    told, number = told.strip().lstrip("0"), number.lstrip("0")
    return bool(told) and (told == number or (len(told) >= 4 and number.endswith(told)))
