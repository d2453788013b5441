"""What is read from a request about who makes it, and what is not believed."""

import pytest

from web.visitors import (
    DEVICES_BEHIND_AN_ADDRESS,
    client_address,
    device_of,
    is_counted,
    is_near,
    province_of,
)

FAR, NEAR = "113.160.0.1", "10.0.0.2"
HEADER = "HTTP_X_PROVINCE"


def asker(address=FAR, agent="Phone", **more):
    return {"REQUEST_METHOD": "GET", "REMOTE_ADDR": address, "HTTP_USER_AGENT": agent, **more}


@pytest.mark.parametrize("address", ["127.0.0.1", "::1", NEAR, "192.168.1.9", "fd00::1", "", "unix:"])
def test_a_peer_on_this_machine_or_network_is_near(address):
    assert is_near(address)


def test_a_peer_elsewhere_is_not_near():
    assert not is_near(FAR)
    assert not is_near("2405:4800::1")


def test_a_proxy_nearby_is_believed_about_the_last_address_only():
    forwarded = {"HTTP_X_FORWARDED_FOR": "198.51.100.1, 113.160.0.9 "}
    assert client_address(asker(NEAR, **forwarded)) == "113.160.0.9"
    assert client_address(asker(FAR, **forwarded)) == FAR
    assert client_address({}) == ""


def test_an_address_and_a_class_of_browser_are_a_device():
    assert device_of(asker()) == device_of(asker())
    assert device_of(asker()) != device_of(asker("113.160.0.2"))
    named = {device_of(asker(agent=f"Phone {number}")) for number in range(100)}
    assert len(named) == DEVICES_BEHIND_AN_ADDRESS


def test_of_an_ipv6_address_the_network_counts():
    one, other = asker("2405:4800:1:2::1"), asker("2405:4800:1:2:ffff::9")
    assert device_of(one) == device_of(other)
    assert device_of(one) != device_of(asker("2405:4800:1:3::1"))
    assert device_of(asker(f"::ffff:{FAR}")) == device_of(asker(FAR))


def test_a_device_without_address_or_name_is_one_too():
    assert device_of({"REQUEST_METHOD": "GET"}) == device_of(asker("", ""))


def test_the_province_is_what_a_proxy_nearby_says():
    assert province_of(asker(NEAR, HTTP_X_PROVINCE="79"), HEADER) == "79"
    assert province_of(asker(FAR, HTTP_X_PROVINCE="79"), HEADER) == ""
    assert province_of(asker(NEAR, HTTP_X_PROVINCE="78"), HEADER) == ""
    assert province_of(asker(NEAR), HEADER) == ""
    assert province_of(asker(NEAR, HTTP_X_PROVINCE="79"), "") == ""


def test_only_a_look_is_counted():
    assert is_counted(asker())
    assert not is_counted(asker(HTTP_SEC_PURPOSE="prefetch"))
    assert not is_counted(asker() | {"REQUEST_METHOD": "HEAD"})
