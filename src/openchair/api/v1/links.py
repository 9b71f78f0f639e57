"""Addresses within this API that answers name."""

PREFIX = "/api/v1"


def booking_path(token: str) -> str:
    """The booking in this API."""
    return f"{PREFIX}/bookings/{token}"
