"""How much one terminal, one stranger and all together may ask of the gateway."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

from jishu.runtime.problem import Problem


class BadNumber(Problem):
    """环境变量 {name} 应为 {least} 到 {most} 的整数，现在是「{value}」。"""


@dataclass(frozen=True, kw_only=True)
class Limits:
    """`JISHU_GATEWAY_…` in the environment; seconds unless said otherwise."""

    port: int = 6808
    bind: str = "127.0.0.1"
    connections: int = 20_000
    rate: int = 50
    """Frames a second of one terminal over a longer time; faster ones are read more slowly."""
    burst: int = 500
    sign_in_within: int = 30
    frame_within: int = 30
    """From the first byte of a frame to its last."""
    silent_for: int = 900
    metrics_port: int = 0
    """Where Prometheus asks, on this machine only; 0: nowhere."""

    @classmethod
    def read(cls, values: Mapping[str, str] = os.environ) -> Self:
        return cls(
            port=_number(values, "PORT", 6808, 1, 65535),
            bind=values.get("JISHU_GATEWAY_BIND") or "127.0.0.1",
            connections=_number(values, "CONNECTIONS", 20_000, 1, 200_000),
            rate=_number(values, "RATE", 50, 1, 100_000),
            burst=_number(values, "BURST", 500, 1, 100_000),
            silent_for=_number(values, "SILENT", 900, 30, 86_400),
            metrics_port=_number(values, "METRICS_PORT", 0, 0, 65535),
        )


def _number(values: Mapping[str, str], word: str, default: int, least: int, most: int) -> int:
    name = f"JISHU_GATEWAY_{word}"
    text = values.get(name) or str(default)
    if not (text.isascii() and text.isdigit() and len(text) <= 9 and least <= int(text) <= most):
        raise BadNumber(name=name, least=least, most=most, value=text)
    return int(text)
