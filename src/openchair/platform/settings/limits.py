"""How much one address may ask for. The doors read it and call `platform.rate_limits`."""

from pydantic import Field

from openchair.platform.settings.base import RoomSettings


class LimitSettings(RoomSettings):
    """Limits by client address; each is the number of requests in the time its name says."""

    limit_reads_per_minute: int = Field(
        default=1200, ge=1, description="API reads from one address in a minute"
    )
    limit_writes_per_minute: int = Field(
        default=120, ge=1, description="holds, bookings and changes from one address in a minute"
    )
    limit_holds_per_ten_minutes: int = Field(
        default=100,
        ge=1,
        description="times one address may hold in ten minutes, so that nobody holds a whole salon",
    )
    limit_waitlist_per_hour: int = Field(
        default=10,
        ge=1,
        description="people that one address may put down on the waitlist in an hour",
    )
    limit_logins_per_quarter: int = Field(
        default=20, ge=1, description="log-ins tried from one address in 15 minutes"
    )
    limit_subscriptions_per_hour: int = Field(
        default=10,
        ge=1,
        description="addresses that one address may put down for news of the status page in an"
        " hour",
    )
    limit_health_per_minute: int = Field(
        default=60, ge=1, description="calls of /api/health from one address in a minute"
    )
    limit_ready_per_minute: int = Field(
        default=30, ge=1, description="calls of /api/ready from one address in a minute"
    )
    limit_test_alerts_per_minute: int = Field(
        default=10,
        ge=1,
        description="test alerts by POST /api/test-alert in a minute, of all callers",
    )
    limit_vitals_per_minute: int = Field(
        default=30, ge=1, description="reports of how a page felt from one address in a minute"
    )
    limit_body_kilobytes: int = Field(
        default=64, ge=1, description="largest body of a request, in kB; a larger one gets 413"
    )
    limit_file_kilobytes: int = Field(
        default=20_992,
        ge=1,
        description="largest body of a form that sends a picture or a file, in kB",
    )
