"""Where the server listens."""

import socket

import pytest
from click.testing import CliRunner

from web.cli import main
from web.serving import PortTakenError, check_port_free


def test_a_port_that_is_taken_is_refused_even_when_its_holder_would_share_it():
    with socket.socket() as other:
        other.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(PortTakenError, match=str(port)) as caught:
            check_port_free("127.0.0.1", port)
    assert f"Cổng {port}" in caught.value.sentence


def test_a_free_port_is_accepted():
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        port = other.getsockname()[1]
    check_port_free("127.0.0.1", port)


def test_the_demo_says_that_its_port_is_taken_before_it_builds_anything(tmp_path):
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        environ = {"SOGOC_DATA": str(tmp_path / "demo"), "SOGOC_PORT": str(other.getsockname()[1])}
        result = CliRunner().invoke(main, ["demo"], env=environ)
    assert (result.exit_code, "đang có chương trình khác dùng" in result.output) == (1, True)
    assert not (tmp_path / "demo").exists()
