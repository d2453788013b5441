"""Software tokens (SoftHSM) in a folder of their own, for tests of keys that live in hardware."""

import atexit
import importlib.util
import os
import shutil
import subprocess
import tempfile
import uuid
from functools import cache
from pathlib import Path

import pytest

from signing.hsm import TokenPlace

MODULES = (
    "/usr/lib/softhsm/libsofthsm2.so",
    "/usr/lib/x86_64-linux-gnu/softhsm/libsofthsm2.so",
    "/usr/lib64/pkcs11/libsofthsm2.so",
    "/usr/local/lib/softhsm/libsofthsm2.so",
)
PIN = "739152"
TOKENS = ("sogoc-1", "sogoc-2")


def new_place(folder: Path, token: str = TOKENS[0]) -> TokenPlace:
    """Room for new keys in a token; skips the test where SoftHSM or its Python package is missing."""
    module = next((path for path in MODULES if Path(path).exists()), None)
    if module is None or shutil.which("softhsm2-util") is None:
        pytest.skip("SoftHSM is not installed (package softhsm2)")
    if importlib.util.find_spec("pkcs11") is None:
        pytest.skip("python-pkcs11 is not installed (extra hsm)")
    _make_tokens()
    pin_file = folder / "pin"
    pin_file.write_text(f"{PIN}\n")
    pin_file.chmod(0o600)
    return TokenPlace(Path(module), token, f"log-{uuid.uuid4().hex[:12]}", pin_file)


@cache
def _make_tokens() -> None:
    """All tokens of this process, before it loads the module: SoftHSM looks for tokens only once."""
    folder = Path(tempfile.mkdtemp(prefix="sogoc-tokens-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    (folder / "tokens").mkdir()
    configuration = folder / "softhsm2.conf"
    configuration.write_text(
        f"directories.tokendir = {folder / 'tokens'}\nobjectstore.backend = file\nlog.level = ERROR\n"
    )
    os.environ["SOFTHSM2_CONF"] = str(configuration)
    for label in TOKENS:
        command = ["softhsm2-util", "--init-token", "--free", "--label", label, "--so-pin", "0000"]
        subprocess.run([*command, "--pin", PIN], check=True, capture_output=True)
