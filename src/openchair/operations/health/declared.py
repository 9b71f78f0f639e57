"""The probes of all rooms. A module that declares one stands in `DECLARING`."""

from collections.abc import Mapping

from openchair.identity.sessions import probes as _logins
from openchair.notifications import probes as _post_office
from openchair.notifications.providers.email import probes as _mail_servers
from openchair.operations.metrics import probes as _traffic
from openchair.platform.machine import clock as _clock
from openchair.platform.machine import database as _database
from openchair.platform.machine import memory as _memory
from openchair.platform.probes import Probe, declared_probes
from openchair.platform.storage import probes as _storage
from openchair.platform.workers import probes as _workers
from openchair.webhooks import probes as _webhooks

DECLARING = (
    _database,
    _mail_servers,
    _post_office,
    _storage,
    _webhooks,
    _workers,
    _clock,
    _memory,
    _logins,
    _traffic,
)
"""The modules whose import declares probes."""


def all_probes() -> Mapping[str, Probe]:
    """Every declared probe by name."""
    return declared_probes
