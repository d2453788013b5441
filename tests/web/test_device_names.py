import pytest

from web.device_names import UNKNOWN, device_name


@pytest.mark.parametrize(
    ("agent", "name"),
    [
        (
            "Mozilla/5.0 (Linux; Android 10; K) Chrome/130.0 Mobile Safari/537.36",
            "Chrome, điện thoại Android",
        ),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0) Version/18.0 Mobile Safari/604.1", "Safari, iPhone"),
        ("Mozilla/5.0 (Windows NT 10.0) Chrome/130.0 Safari/537.36 Edg/130.0", "Edge, máy tính Windows"),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Firefox/140.0", "Firefox, máy tính Linux"),
        (
            "Mozilla/5.0 (Linux; Android 14) SamsungBrowser/27.0 Chrome/125.0",
            "Samsung Internet, điện thoại Android",
        ),
        ("curl/8", UNKNOWN),
        ("", UNKNOWN),
        (" " * 600 + "Firefox", UNKNOWN),
    ],
)
def test_a_device_is_named_coarsely(agent, name):
    assert device_name(agent) == name
    assert len(name) <= 40
