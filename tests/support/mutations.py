"""Strategies that spoil bytes, for formats whose every value has one spelling."""

from typing import Any

from hypothesis import strategies as st


@st.composite
def mutated(draw: Any, data: bytes) -> bytes:
    """``data`` with a byte changed, added or left out, cut off, or its end repeated; never unchanged."""
    at = draw(st.integers(0, len(data) - 1))
    kind = draw(st.sampled_from(("change", "insert", "delete", "repeat", "cut")))
    match kind:
        case "change":
            other = draw(st.integers(1, 255))
            return data[:at] + bytes([data[at] ^ other]) + data[at + 1 :]
        case "insert":
            return data[:at] + bytes([draw(st.integers(0, 255))]) + data[at:] + b"\n"
        case "delete":
            return data[:at] + data[at + 1 :]
        case "repeat":
            return data[:at] + data[at:] * 2
        case _:
            return data[:at]
