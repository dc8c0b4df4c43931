"""Which hosts the vendor has at which locations."""

from __future__ import annotations

from fakestt.editions.hosts import LOCATIONS, VENDOR_PLACES, no_such_host


def test_each_location_is_there_and_no_other_is_at_hosts_of_today() -> None:
    for place in VENDOR_PLACES:
        of_today = "*" in place.host and place.host.endswith(".cloud.ibm.com")
        for location in LOCATIONS:
            assert no_such_host(place.host.replace("*", location)) is None
        assert (no_such_host(place.host.replace("*", "nowhere")) is not None) is of_today
    assert no_such_host("api.nowhere.assistant.watson.cloud.ibm.com") is None
