"""Which database a command works on: the external one of the settings, or the embedded one."""

from collections.abc import Iterator
from contextlib import contextmanager

from openchair.platform.db.embedded import CannotStart, Cluster
from openchair.platform.errors import Unavailable
from openchair.platform.settings.base import load
from openchair.platform.settings.installation import InstallationSettings


def embedded_cluster() -> Cluster:
    """The embedded PostgreSQL in the data folder."""
    return Cluster(data=load(InstallationSettings).database_folder)


@contextmanager
def database_url() -> Iterator[str]:
    """The URL while a command needs it. The embedded server is started if it does not run, and
    stopped again if nobody else uses it. Raises `Unavailable`.
    """
    if url := load(InstallationSettings).database_url:
        yield url
        return
    try:
        with embedded_cluster().running() as url:
            yield url
    except CannotStart as error:
        raise Unavailable(str(error)) from error
