"""A streamed PDF to a file, all of it or none of it."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterable
from pathlib import Path


def save_pdf(chunks: Iterable[bytes], path: Path) -> int:
    """Write the chunks under a temporary name beside ``path``, then rename; the file's length in bytes.

    When ``chunks`` raises or the process is killed, nothing stands under ``path`` that was not there before.
    """
    descriptor, name = tempfile.mkstemp(prefix=f".{path.name}.", suffix=".part", dir=path.parent)
    part = Path(name)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.writelines(chunks)
            file.flush()
            os.fsync(file.fileno())
            length = file.tell()
        part.replace(path)
    except BaseException:
        part.unlink(missing_ok=True)
        raise
    return length
