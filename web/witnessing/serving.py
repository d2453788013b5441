"""The witness's server: granian with one worker; threads take turns at the register anyway."""

import os
from collections.abc import Sequence
from pathlib import Path

from granian import Granian
from granian.constants import Interfaces
from granian.http import HTTP1Settings

from signing.keys import VerifierKey
from web.serving import SLOW_HEADERS_MS, check_port_free
from web.witnessing.app import FOLDER_VARIABLE, LOGS_VARIABLE

THREADS = 8
"""Slow senders hold a thread each while their bodies come in; the work itself takes milliseconds."""


def serve_witness(folder: Path, log_keys: Sequence[VerifierKey], host: str, port: int) -> None:
    """Serve in the foreground until SIGINT or SIGTERM. Raises ``PortTakenError``."""
    check_port_free(host, port)
    os.environ[FOLDER_VARIABLE] = str(folder)
    os.environ[LOGS_VARIABLE] = " ".join(key.format() for key in log_keys)
    Granian(
        "web.witnessing.app:create_app",
        factory=True,
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=1,
        blocking_threads=THREADS,
        websockets=False,
        log_access=False,
        respawn_failed_workers=True,
        http1_settings=HTTP1Settings(header_read_timeout=SLOW_HEADERS_MS),
    ).serve()
