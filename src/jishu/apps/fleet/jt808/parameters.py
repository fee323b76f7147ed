"""Terminal parameters (0x8103, 0x0104): a number, its length, its value; the usual ones by name."""

from typing import Any

from .layout import U8, U32, taken, text_bytes, text_of

# Those the platform sets or shows; the rest keep their number and their bytes.
_NUMBERS = {
    0x0001: "heartbeat_s", 0x0018: "tcp_port", 0x0019: "udp_port", 0x0020: "report_strategy",
    0x0021: "report_plan", 0x0022: "report_s_signed_off", 0x0027: "report_s_asleep", 0x0028: "report_s_emergency",
    0x0029: "report_s", 0x002C: "report_m", 0x002D: "report_m_signed_off", 0x002E: "report_m_asleep",
    0x002F: "report_m_emergency", 0x0030: "corner_deg", 0x0055: "speed_limit_kmh", 0x0056: "overspeed_s",
    0x0057: "driving_s", 0x0058: "driving_day_s", 0x0059: "rest_s", 0x005A: "parking_s", 0x0080: "odometer_dkm",
}  # fmt: skip
_TEXTS = {0x0010: "apn", 0x0013: "server", 0x0017: "backup_server", 0x0083: "plate"}
NAMES = _NUMBERS | _TEXTS
_NUMBERS_BY_NAME = {name: number for number, name in NAMES.items()}


class Parameter:
    """One of them, as {"id", "name", "value"}."""

    def read(self, data: bytes, at: int) -> tuple[dict[str, Any], int]:
        number, at = U32.read(data, at)
        size, at = U8.read(data, at)
        piece = taken(data, at, size)
        value: Any = {"hex": piece.hex()}
        if number in _NUMBERS and size == 4:
            value = int.from_bytes(piece, "big")
        elif number in _TEXTS:
            value = text_of(piece)
        return {"id": f"0x{number:04X}", "name": NAMES.get(number, ""), "value": value}, at + size

    def write(self, value: dict[str, Any]) -> bytes:
        told = value["value"]
        piece = told.to_bytes(4, "big") if isinstance(told, int) else text_bytes(told)
        return U32.write(int(value["id"], 16)) + U8.write(len(piece)) + piece


def named(name: str, value: int | str) -> dict[str, Any]:
    """A parameter to send."""
    return {"id": f"0x{_NUMBERS_BY_NAME[name]:04X}", "name": name, "value": value}
