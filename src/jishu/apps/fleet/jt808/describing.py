"""What a message says, in words other programs and people can read: plain values for JSON."""

from typing import Any

from . import messages
from .frames import Frame
from .layout import U8, U16, U32, Kind, Raw, layout
from .positions import FIXED, FUEL, MILEAGE, SOUTH, WEST, Position

ALARMS = (
    "sos", "overspeed", "fatigue", "danger", "gnss_fault", "antenna_open", "antenna_short", "power_low", "power_lost",
    "display_fault", "tts_fault", "camera_fault", "card_reader_fault", "overspeed_warning", "fatigue_warning",
    "violation", "tyre_pressure_warning", "right_turn_blind_spot", "driving_time_day", "parking_too_long",
    "area_crossed", "route_crossed", "segment_time", "off_route", "vss_fault", "fuel_abnormal", "stolen",
    "illegal_ignition", "illegal_movement", "collision", "rollover", "illegal_door",
)  # fmt: skip
_FLAGS = {
    0: "acc", 1: "positioned", 4: "out_of_service", 5: "encrypted", 6: "forward_collision_braking",
    7: "lane_departure", 10: "fuel_cut", 11: "power_cut", 12: "doors_locked", 13: "door_front_open",
    14: "door_middle_open", 15: "door_back_open", 16: "door_driver_open", 17: "door_other_open", 18: "gps",
    19: "beidou", 20: "glonass", 21: "galileo", 22: "moving",
}  # fmt: skip
_LOADS = ("empty", "half", "reserved", "full")
_SPEEDING = layout(place=U8)
_SPEEDING_AREA = layout(place=U8, area_id=U32)
_ITEMS: dict[tuple[int, int], tuple[str, Kind]] = {
    (0x03, 2): ("recorder_speed_dkmh", U16),
    (0x04, 2): ("event_to_confirm", U16),
    (0x05, 30): ("tyre_pressure", Raw(30)),
    (0x06, 2): ("cabin_temperature", U16),
    (0x11, 1): ("overspeed", _SPEEDING),
    (0x11, 5): ("overspeed", _SPEEDING_AREA),
    (0x12, 6): ("area", layout(place=U8, area_id=U32, direction=U8)),
    (0x13, 7): ("segment_time", layout(segment_id=U32, seconds=U16, result=U8)),
    (0x14, 4): ("video_alarm", U32),
    (0x15, 4): ("video_signal_lost", U32),
    (0x16, 4): ("video_signal_covered", U32),
    (0x17, 2): ("storage_fault", U16),
    (0x18, 2): ("abnormal_driving", U16),
    (0x25, 4): ("vehicle_signals", U32),
    (0x2A, 2): ("io", U16),
    (0x2B, 4): ("analog", U32),
    (0x30, 1): ("signal_strength", U8),
    (0x31, 1): ("satellites", U8),
}


def described(frame: Frame) -> dict[str, Any]:
    """Everything in `frame`; raises `Malformed` when its body is not what its number says."""
    head: dict[str, Any] = {
        "message_id": f"0x{frame.message_id:04X}", "version": str(frame.edition), "terminal": frame.terminal,
        "serial": frame.serial,
    }  # fmt: skip
    if frame.encrypted:
        return head | {"encrypted": True, "raw": frame.body.hex()}
    values = messages.read(frame.message_id, frame.edition, frame.body)
    head["version"] = str(values.pop("edition", frame.edition))
    if isinstance(values.get("position"), Position) and frame.message_id in (0x0200, 0x0201):
        head |= position(values.pop("position"))
    return head | {name: _plain(value) for name, value in values.items()}


def position(report: Position) -> dict[str, Any]:
    moment = report.moment
    told: dict[str, Any] = {
        "time": moment.isoformat() if moment else None,
        "latitude": (-report.latitude if report.status & SOUTH else report.latitude) / 1e6,
        "longitude": (-report.longitude if report.status & WEST else report.longitude) / 1e6,
        "altitude_m": report.altitude - 0x10000 if report.altitude & 0x8000 else report.altitude,
        "speed_kmh": report.speed / 10,
        "direction_deg": report.direction,
        "alarm": [name for bit, name in enumerate(ALARMS) if report.alarm >> bit & 1],
        "status": status(report.status),
        "mileage_km": None,
        "fuel_l": None,
    }
    additional: dict[str, Any] = {}
    for key, value in report.items:
        if key == MILEAGE and len(value) == 4:
            told["mileage_km"] = int.from_bytes(value, "big") / 10
        elif key == FUEL and len(value) == 2:
            told["fuel_l"] = int.from_bytes(value, "big") / 10
        else:
            name, said = _item(key, value)
            additional[name] = said
    told["additional"] = additional
    if report.tail:
        told["truncated"] = report.tail.hex()
    return told


def status(bits: int) -> dict[str, Any]:
    told: dict[str, Any] = {name: bool(bits >> bit & 1) for bit, name in _FLAGS.items()}
    return told | {
        "positioned": bool(bits & FIXED), "south": bool(bits & SOUTH), "west": bool(bits & WEST),
        "load": _LOADS[bits >> 8 & 3],
    }  # fmt: skip


def _item(key: int, value: bytes) -> tuple[str, Any]:
    known = _ITEMS.get((key, len(value)))
    if known is None:
        return f"0x{key:02X}", value.hex()
    name, kind = known
    return name, kind.read(value, 0)[0]


def _plain(value: Any) -> Any:
    if isinstance(value, Position):
        return position(value)
    if isinstance(value, dict):
        return {name: _plain(each) for name, each in value.items()}
    return [_plain(each) for each in value] if isinstance(value, list) else value
