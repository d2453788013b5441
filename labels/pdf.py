"""A PDF written as it grows: objects in, bytes out, only offsets kept. References are to ISO 32000-1.

Nothing here depends on time, place or number of processes: the same objects give the same bytes, and the file
identifier is the SHA-256 of what stands before it.
"""

from __future__ import annotations

import hashlib
import zlib
from array import array

HEADER = b"%PDF-1.5\n%\xc3\x9a\xc3\xb4\n"

PAGES_A_NODE = 128
"""Pages under one node of the page tree: readers find a page without loading all of them (§7.7.3.3)."""


class PdfWriter:
    """Collects the bytes of a PDF; call ``drain`` whenever there is something to send."""

    def __init__(self) -> None:
        self._pending: list[bytes] = [HEADER]
        self._position = len(HEADER)
        self._sent = 0
        self._digest = hashlib.sha256()
        self._offsets = array("Q", [0])

    def reserve(self) -> int:
        """The next object number, to be written later."""
        self._offsets.append(0)
        return len(self._offsets) - 1

    def write(self, number: int, body: bytes) -> None:
        """Write the body of a reserved object."""
        self._offsets[number] = self._position
        self._put(b"%d 0 obj\n%s\nendobj\n" % (number, body))

    def add(self, body: bytes) -> int:
        """Reserve a number and write the object at once."""
        number = self.reserve()
        self.write(number, body)
        return number

    @property
    def pending_bytes(self) -> int:
        """Bytes that ``drain`` would give."""
        return self._position - self._sent

    def drain(self) -> bytes:
        """What was written since the last call."""
        data = b"".join(self._pending)
        self._digest.update(data)
        self._pending.clear()
        self._sent = self._position
        return data

    def close(self, catalog: int, info: int) -> bytes:
        """The rest of the file: a cross-reference stream (§7.5.8), one row of type and offset an object."""
        number = self.reserve()
        self._offsets[number] = start = self._position
        rows = b"\0" * 5 + b"".join(b"\1" + offset.to_bytes(4, "big") for offset in self._offsets[1:])
        tail = self.drain()
        identifier = self._digest.hexdigest()[:32].encode()
        entries = b"/Type/XRef/Size %d/W[1 4 0]/Root %d 0 R/Info %d 0 R/ID[<%s><%s>]" % (
            len(self._offsets), catalog, info, identifier, identifier,
        )  # fmt: skip
        self.write(number, stream(entries, rows, deflate=True))
        self._put(b"startxref\n%d\n%%%%EOF\n" % start)
        return tail + self.drain()

    def _put(self, data: bytes) -> None:
        self._pending.append(data)
        self._position += len(data)


class PageTree:
    """The pages of a document in two levels; what all pages share stands once at the root (§7.7.3.4)."""

    def __init__(self, writer: PdfWriter, shared: bytes) -> None:
        """``shared`` are entries that every page inherits: MediaBox and Resources."""
        self._writer = writer
        self._shared = shared
        self.root = writer.reserve()
        self._node = 0
        self._leaves: list[int] = []
        self._nodes: list[int] = []
        self._count = 0

    def add(self, content: bytes) -> None:
        """Append a page; ``content`` is the body of its content stream object."""
        if not self._leaves:
            self._node = self._writer.reserve()
        contents = self._writer.add(content)
        page = b"<</Type/Page/Parent %d 0 R/Contents %d 0 R>>" % (self._node, contents)
        self._leaves.append(self._writer.add(page))
        if len(self._leaves) == PAGES_A_NODE:
            self._close_node()

    def close(self) -> None:
        """Write what is left of the tree."""
        if self._leaves:
            self._close_node()
        self._writer.write(self.root, self._branch(self._shared, self._nodes, self._count))

    def _close_node(self) -> None:
        parent = b"/Parent %d 0 R" % self.root
        self._writer.write(self._node, self._branch(parent, self._leaves, len(self._leaves)))
        self._nodes.append(self._node)
        self._count += len(self._leaves)
        self._leaves.clear()

    @staticmethod
    def _branch(entries: bytes, kids: list[int], count: int) -> bytes:
        references = b" ".join(b"%d 0 R" % kid for kid in kids)
        return b"<</Type/Pages%s/Kids[%s]/Count %d>>" % (entries, references, count)


def stream(entries: bytes, data: bytes, *, deflate: bool) -> bytes:
    """The body of a stream object, with its length and filter (§7.3.8)."""
    if deflate:
        data = zlib.compress(data, 6)
        entries += b"/Filter/FlateDecode"
    return b"<<%s/Length %d>>stream\n%s\nendstream" % (entries, len(data), data)


def text_string(text: str) -> bytes:
    """A text string in UTF-16 with its mark, in hexadecimal (§7.9.2.2)."""
    return b"<%s>" % (b"\xfe\xff" + text.encode("utf-16-be")).hex().encode()


def literal(data: bytes) -> bytes:
    """Bytes as they stand between the parentheses of a literal string (§7.3.4.2)."""
    for byte in (b"\\", b"(", b")"):
        data = data.replace(byte, b"\\" + byte)
    return data.replace(b"\r", b"\\r")
