"""nginx as `deploy/nginx.conf` sets it up, before a running server, on a free port, in a folder of its own.

Where the machine has no nginx, Debian's package is fetched and unpacked into that folder, which takes no
rights and installs nothing.
"""

from __future__ import annotations

import re
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from getpass import getuser
from pathlib import Path

from benchmarks._server import Server

CONFIG = Path(__file__).parent.parent / "deploy" / "nginx.conf"
START_S, FETCH_S = 10, 60
KEPT = "proxy_cache_valid     200 1s;"
MAIN = """daemon off;
user {user};
worker_processes 2;
pid {folder}/nginx.pid;
error_log {folder}/error.log warn;
events {{ worker_connections 2048; }}
http {{
    access_log off;
    default_type application/octet-stream;
    {temporary}
    include {folder}/sogoc.conf;
}}
"""
TEMPORARY = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")


def installed_nginx() -> Path | None:
    """The machine's own program; services lie where not everybody looks."""
    found = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin:/usr/local/sbin")
    return None if found is None else Path(found)


def find_nginx(folder: Path) -> Path | None:
    """The machine's own program, else Debian's, unpacked below ``folder``; ``None`` without both."""
    installed = installed_nginx()
    if installed is not None:
        return installed
    if not shutil.which("apt-get") or not shutil.which("dpkg-deb"):
        return None
    commands = (["apt-get", "download", "-qq", "nginx"], ["sh", "-c", "dpkg-deb -x nginx_*.deb ."])
    try:
        for command in commands:
            subprocess.run(command, cwd=folder, check=True, capture_output=True, timeout=FETCH_S)
    except (OSError, subprocess.SubprocessError):
        return None
    program = folder / "usr" / "sbin" / "nginx"
    return program if program.exists() else None


@contextmanager
def nginx_before(program: Path, folder: Path, origin_port: int, kept: str = KEPT) -> Iterator[Server]:
    """A front of the server at ``origin_port`` until the block ends; it keeps passports for so long."""
    port = _free_port()
    (folder / "sogoc.conf").write_text(
        local_config(folder, origin_port, port).replace(KEPT, kept), encoding="utf-8"
    )
    temporary = "\n    ".join(f"{name}_temp_path {folder}/{name};" for name in TEMPORARY)
    (folder / "nginx.conf").write_text(
        MAIN.format(folder=folder, temporary=temporary, user=getuser()), encoding="utf-8"
    )
    command = [
        str(program),
        "-p",
        str(folder),
        "-c",
        str(folder / "nginx.conf"),
        "-e",
        str(folder / "error.log"),
    ]
    process = subprocess.Popen(command)
    try:
        _wait_for(port, process, folder)
        yield Server(port, folder, process)
    finally:
        process.terminate()
        process.wait(timeout=START_S)


def local_config(folder: Path, origin_port: int, port: int) -> str:
    """The file that is shipped, without TLS and with these ports; nothing else in it is touched."""
    text = CONFIG.read_text(encoding="utf-8")
    text = re.sub(r"^ *(listen \[::\].*|ssl_certificate.*)\n", "", text, flags=re.MULTILINE)
    text = text.replace("listen 443 ssl http2;", f"listen 127.0.0.1:{port};")
    text = text.replace("listen 80;", f"listen unix:{folder}/plain.sock;")
    text = text.replace("127.0.0.1:8000", f"127.0.0.1:{origin_port}")
    return text.replace("/var/cache/nginx/sogoc", str(folder / "cache"))


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
    return port


def _wait_for(port: int, process: subprocess.Popen[bytes], folder: Path) -> None:
    until = time.monotonic() + START_S
    while time.monotonic() < until and process.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    log = folder / "error.log"
    raise TimeoutError(log.read_text(encoding="utf-8") if log.exists() else "nginx did not start")
