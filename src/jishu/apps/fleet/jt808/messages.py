"""Which message has which fields: JT/T 808-2013 and -2019, and the resource list of JT/T 1078."""

from .layout import REST, U8, U16, U32, Counted, Field, Layout, Many, Moment, Raw, Text, Values, layout
from .parameters import Parameter
from .positions import CountedPosition, PositionKind

_TIME, _TEXT8, _TEXT16 = Moment(), Counted(U8), Counted(U16)
_POSITION = PositionKind()
_BASE_ONLY = PositionKind(28)
_PERIOD, _SPEED = 1 << 0, 1 << 1  # of the attributes of an area


def _has(bit: int, name: str = "attributes") -> "_Has":
    return _Has(bit, name)


class _Has:
    def __init__(self, bit: int, name: str) -> None:
        self._bit, self._name = bit, name

    def __call__(self, values: Values) -> bool:
        return bool(values[self._name] & self._bit)


def _period() -> tuple[Field, ...]:
    return Field("start", _TIME, _has(_PERIOD)), Field("end", _TIME, _has(_PERIOD))


def _speed(name: str = "attributes") -> tuple[Field, ...]:
    return Field("speed_limit", U16, _has(_SPEED, name)), Field("overspeed_s", U8, _has(_SPEED, name))


_NIGHT = Field("night_speed_limit", U16, _has(_SPEED))
_NAME = Field("name", _TEXT16)
_POINT = layout(latitude=U32, longitude=U32)
_AREA = layout(id=U32, attributes=U16).fields


def _areas(*shape: Field) -> tuple[Layout, Layout]:
    """Circles (0x8600) and rectangles (0x8602) in both editions."""
    old = (*_AREA, *shape, *_period(), *_speed())
    head = layout(action=U8).fields
    return tuple(  # type: ignore[return-value]
        Layout((*head, Field("areas", Many(Layout(fields), U8)))) for fields in (old, (*old, _NIGHT, _NAME))
    )


_CIRCLES = _areas(*_POINT.fields, Field("radius_m", U32))
_RECTANGLES = _areas(
    *(Field(f"{corner}_{axis}", U32) for corner in ("north_west", "south_east") for axis in ("latitude", "longitude"))
)
_POLYGON = (*_AREA, *_period(), *_speed(), Field("points", Many(_POINT, U16)))
_SEGMENT = (
    *layout(corner_id=U32, segment_id=U32, latitude=U32, longitude=U32, width_m=U8, segment_attributes=U8).fields,
    Field("longest_s", U16, _has(_PERIOD, "segment_attributes")),
    Field("shortest_s", U16, _has(_PERIOD, "segment_attributes")),
    *_speed("segment_attributes"),
)
_SEGMENT_NIGHT = Field("night_speed_limit", U16, _has(_SPEED, "segment_attributes"))
_ROUTE = (*_AREA, *_period())


def _registration(maker: int, model: int, number: int) -> Layout:
    return layout(
        province=U16, city=U16, maker=Text(maker), model=Text(model), terminal_id=Text(number), colour=U8, plate=Text()
    )


REGISTRATION_2011 = _registration(5, 8, 7)
_SHORTEST_REGISTRATION_2013 = 37


def _attributes(model: int, number: int) -> Layout:
    return layout(
        type=U16, maker=Text(5), model=Text(model), terminal_id=Text(number), iccid=Raw(10), hardware=_TEXT8,
        firmware=_TEXT8, gnss=U8, network=U8,
    )  # fmt: skip


_REPLY = layout(reply_serial=U16, reply_id=U16, result=U8)
_EMPTY = Layout()
_IDS = layout(ids=Many(U32, U8))
_PARAMETERS = Many(Parameter(), U8)
_MEDIA = layout(media_id=U32, type=U8, format=U8, event=U8, channel=U8).fields
_STORED_MEDIA = layout(media_id=U32, type=U8, channel=U8, event=U8, position=_BASE_ONLY)
_CARD = (
    Field("state", U8), Field("time", _TIME), Field("result", U8, optional=True),
    Field("driver", _TEXT8, optional=True), Field("licence", Text(20), optional=True),
    Field("issuer", _TEXT8, optional=True), Field("valid_until", Raw(4), optional=True),
)  # fmt: skip
_STREAM = layout(channel=U8, start=_TIME, end=_TIME, alarm=Raw(8), media=U8, stream=U8, storage=U8, size=U32)
_KEY = layout(exponent=U32, modulus=Raw(128))
_THROUGH = layout(type=U8, data=REST)

_BOTH: dict[int, Layout] = {
    0x0001: _REPLY, 0x8001: _REPLY,
    0x0002: _EMPTY, 0x0003: _EMPTY, 0x0004: _EMPTY, 0x8104: _EMPTY, 0x8107: _EMPTY, 0x8201: _EMPTY, 0x8204: _EMPTY,
    0x8702: _EMPTY,
    0x8004: layout(time=_TIME),
    0x0005: layout(first_serial=U16, numbers=Many(U16, U16)),
    0x8100: Layout((Field("reply_serial", U16), Field("result", U8), Field("code", Text(), optional=True))),
    0x0104: layout(reply_serial=U16, parameters=_PARAMETERS), 0x8103: layout(parameters=_PARAMETERS), 0x8106: _IDS,
    0x8105: layout(command=U8, arguments=Text()),
    0x0108: layout(type=U8, result=U8),
    0x8108: layout(type=U8, maker=Text(5), version=_TEXT8, package=Counted(U32, raw=True)),
    0x0200: layout(position=_POSITION),
    0x0201: layout(reply_serial=U16, position=_POSITION),
    0x8202: layout(interval_s=U16, valid_s=U32), 0x8203: layout(alarm_serial=U16, alarm_type=U32),
    0x0301: layout(event=U8), 0x0302: layout(reply_serial=U16, answer=U8), 0x0303: layout(type=U8, subscribed=U8),
    0x8301: layout(type=U8, events=Many(layout(id=U8, text=_TEXT8), U8)),
    0x8302: layout(flag=U8, question=_TEXT8, answers=Many(layout(id=U8, text=_TEXT16))),
    0x8303: layout(type=U8, topics=Many(layout(type=U8, text=_TEXT16), U8)), 0x8304: layout(type=U8, text=_TEXT16),
    0x8400: layout(flag=U8, phone=Text(20)),
    0x8401: layout(type=U8, contacts=Many(layout(flag=U8, phone=_TEXT8, name=_TEXT8), U8)),
    0x8601: _IDS, 0x8603: _IDS, 0x8605: _IDS, 0x8607: _IDS, 0x8608: layout(type=U8, ids=Many(U32, U32)),
    0x0704: layout(total=U16, type=U8, positions=Many(CountedPosition())),
    0x0705: layout(total=U16, time=Raw(5), frames=Many(layout(id=U32, data=Raw(8)))),
    0x0800: Layout(_MEDIA), 0x0801: Layout((*_MEDIA, Field("position", _BASE_ONLY), Field("data", REST))),
    0x0802: layout(reply_serial=U16, media=Many(_STORED_MEDIA, U16)),
    0x0805: layout(reply_serial=U16, result=U8, ids=Many(U32, U16)),
    0x8800: layout(media_id=U32, numbers=Many(U16, U8)),
    0x8801: layout(
        channel=U8, command=U16, interval_s=U16, save=U8, resolution=U8, quality=U8, brightness=U8, contrast=U8,
        saturation=U8, chroma=U8,
    ),
    0x8802: layout(type=U8, channel=U8, event=U8, start=_TIME, end=_TIME),
    0x8803: layout(type=U8, channel=U8, event=U8, start=_TIME, end=_TIME, delete=U8),
    0x8804: layout(command=U8, duration_s=U16, save=U8, rate=U8), 0x8805: layout(media_id=U32, delete=U8),
    0x0900: _THROUGH, 0x8900: _THROUGH, 0x0901: layout(size=U32, data=REST), 0x0A00: _KEY, 0x8A00: _KEY,
    0x1205: layout(reply_serial=U16, files=Many(_STREAM, U32)),
}  # fmt: skip

_UNTIL_2013: dict[int, Layout] = {
    0x0100: _registration(5, 20, 7), 0x0102: layout(code=Text()), 0x0107: _attributes(20, 7),
    0x0702: Layout(_CARD), 0x8003: layout(first_serial=U16, numbers=Many(U16, U8)),
    0x8300: layout(flag=U8, text=Text()), 0x8500: layout(flag=U8),
    0x8600: _CIRCLES[0], 0x8602: _RECTANGLES[0], 0x8604: Layout(_POLYGON),
    0x8606: Layout((*_ROUTE, Field("segments", Many(Layout(_SEGMENT), U16)))),
}  # fmt: skip

_SINCE_2019: dict[int, Layout] = {
    0x0100: _registration(11, 30, 30), 0x0102: layout(code=_TEXT8, imei=Text(15), software=Text(20)),
    0x0107: _attributes(30, 30), 0x0702: Layout((*_CARD, Field("id_card", Text(20), optional=True))),
    0x8003: layout(first_serial=U16, numbers=Many(U16, U16)), 0x8300: layout(flag=U8, type=U8, text=Text()),
    0x8500: layout(control=U16, arguments=REST),
    0x8600: _CIRCLES[1], 0x8602: _RECTANGLES[1], 0x8604: Layout((*_POLYGON, _NIGHT, _NAME)),
    0x8606: Layout((*_ROUTE, Field("segments", Many(Layout((*_SEGMENT, _SEGMENT_NIGHT)), U16)), _NAME)),
}  # fmt: skip

_KINDS: dict[int, dict[int, Layout]] = {2013: _BOTH | _UNTIL_2013, 2019: _BOTH | _SINCE_2019}
KNOWN = frozenset(_KINDS[2019])


def layout_of(message_id: int, edition: int, body: bytes) -> Layout | None:
    """How to read `body`; None for messages we know only by their number."""
    if message_id == 0x0100 and edition == 2013 and len(body) < _SHORTEST_REGISTRATION_2013:
        return REGISTRATION_2011
    return _KINDS[edition].get(message_id)


def read(message_id: int, edition: int, body: bytes) -> Values:
    """The fields of a message. Bytes after the last field are kept as `rest`, unknown messages as `raw`."""
    kind = layout_of(message_id, edition, body)
    if kind is None:
        return {"raw": body.hex()}
    values, at = kind.read(body, 0)
    if kind is REGISTRATION_2011:
        values["edition"] = 2011
    if at < len(body):
        values["rest"] = body[at:].hex()
    return values


def write(message_id: int, edition: int, values: Values) -> bytes:
    """The body that `read` gives back as `values`."""
    if "raw" in values:
        return bytes.fromhex(values["raw"])
    kind = REGISTRATION_2011 if values.get("edition") == 2011 else _KINDS[edition][message_id]
    return kind.write(values) + bytes.fromhex(values.get("rest", ""))
