"""Frames that terminals really sent, or that others' decoders are tested with."""

from pathlib import Path

FRAMES = [
    bytes.fromhex(line)
    for line in Path(__file__).with_name("frames.txt").read_text("ascii").splitlines()
    if not line.startswith("#")
]
LOCATION_2013 = next(wire for wire in FRAMES if wire[1:3] == b"\x02\x00")
