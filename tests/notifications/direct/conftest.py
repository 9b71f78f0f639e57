"""The sandbox with mail and SMS pointed at it."""

from tests.operations.alerts.channels.conftest import (  # noqa: F401 -- fixtures by their names
    alert_sandbox,
    receivers,
)
