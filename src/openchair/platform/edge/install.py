"""Puts the edge around an app: one order for all doors. Called once, by `openchair.main`."""

from collections.abc import Sequence

from fastapi import FastAPI

from openchair.platform.edge import failures
from openchair.platform.edge.address_limits import AddressLimits
from openchair.platform.edge.body_limit import BodyLimit
from openchair.platform.edge.client_address import ClientAddress
from openchair.platform.edge.cross_origin import CrossOrigin
from openchair.platform.edge.failures import Failures
from openchair.platform.edge.head import Head
from openchair.platform.edge.request_log import RequestLog
from openchair.platform.edge.secure_headers import SecureHeaders
from openchair.platform.settings.installation import InstallationSettings
from openchair.platform.settings.limits import LimitSettings


def install(
    app: FastAPI,
    *,
    installation: InstallationSettings,
    limits: LimitSettings,
    all_origins: Sequence[str] = (),
    uncounted: Sequence[str] = (),
    files: str = "",
) -> None:
    """Wrap `app`; what is added last is the outermost layer.

    `all_origins` are the prefixes that scripts of other sites may call; `uncounted` those that
    no limit by address counts; `files` is a pattern of the paths that take files.
    """
    failures.install(app)
    app.add_middleware(
        BodyLimit,
        limit_bytes=limits.limit_body_kilobytes * 1024,
        file_bytes=limits.limit_file_kilobytes * 1024,
        files=files,
    )
    app.add_middleware(
        AddressLimits,
        reads_per_minute=limits.limit_reads_per_minute,
        writes_per_minute=limits.limit_writes_per_minute,
        uncounted=uncounted,
    )
    app.add_middleware(Failures)
    app.add_middleware(CrossOrigin, prefixes=all_origins)
    app.add_middleware(SecureHeaders)
    app.add_middleware(Head)
    app.add_middleware(ClientAddress, trusted=installation.trusted_proxies)
    app.add_middleware(RequestLog)
