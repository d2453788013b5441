"""Where the server listens."""

import socket

import pytest

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
