"""The outside world and the product's SMS providers, for the suites that each of them passes."""

from tests.notifications.sms.conftest import (  # noqa: F401 -- fixtures by their names
    outside,
    providers,
    sandbox_process,
)
from tests.operations.alerts.channels.conftest import (  # noqa: F401 -- as above
    alert_sandbox,
    receivers,
)
