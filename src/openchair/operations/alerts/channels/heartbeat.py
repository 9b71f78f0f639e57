"""Our sign of life for a dead man's switch elsewhere (`ALERT_HEARTBEAT_URL`). Called by the watcher
at every tick: when it stops, whoever listens there tells the people that nobody here can tell.
"""

from openchair.notifications.errors import Permanent, Temporary
from openchair.operations.alerts.channels.settings import ChannelSettings
from openchair.operations.alerts.channels.targets import sandbox_url
from openchair.platform.outbound.direct import call_directly
from openchair.platform.outbound.errors import OutboundFailed
from openchair.platform.settings.base import load

NAME = "openchair"
TIMEOUT_SECONDS = 5.0


async def send_heartbeat(*, timeout_seconds: float = TIMEOUT_SECONDS) -> bool:
    """One GET. False when nobody is to be told; True when somebody heard it.

    Raises `Permanent` for an answer that is no 2xx, `Temporary` when there was none.
    """
    url = load(ChannelSettings).alert_heartbeat_url.get_secret_value()
    url = url or sandbox_url(f"/heartbeat/{NAME}") or ""
    if not url:
        return False
    try:
        answer = await call_directly(method="GET", url=url, timeout_seconds=timeout_seconds)
    except OutboundFailed as lost:
        words = f"the heartbeat was not heard: {lost.reason}: {lost.words}"
        raise Temporary(words, failure_type="provider_error", provider_down=True) from lost
    if not answer.is_success:
        raise Permanent(
            f"the heartbeat was answered {answer.status_code}",
            failure_type="provider_error",
            status_code=answer.status_code,
        )
    return True
