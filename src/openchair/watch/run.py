"""The watcher process: looks at everything every few seconds, tells who has to know, follows up
incidents and writes the status page. `openchair up` starts it (`python -m openchair.watch`).

It needs neither web nor worker nor database to go on; `rounds.py` is what one round does.
"""

import asyncio
import signal
from contextlib import AsyncExitStack
from time import monotonic

from openchair.operations.health.declared import all_probes
from openchair.operations.health.prober import Prober
from openchair.operations.health.relief import relieving
from openchair.operations.metrics.observe import observed
from openchair.operations.status_page.probes import WEBSITE
from openchair.operations.status_page.settings import StatusPageSettings
from openchair.platform.db.engine import Database
from openchair.platform.logging.setup import logger
from openchair.platform.outbound.clients import close_clients
from openchair.platform.settings.base import load
from openchair.platform.settings.installation import InstallationSettings
from openchair.watch.rounds import Rounds
from openchair.watch.status_server import serve_status_page

POOL = 4
LAST_SECONDS = 15

log = logger(__name__)


async def run_watch(url: str) -> None:
    """Watch until SIGTERM or SIGINT. What is being told then is told to its end."""
    installation = load(InstallationSettings)
    stop = asyncio.Event()
    for each in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(each, stop.set)
    installation.watch_folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    page = load(StatusPageSettings).folder(installation.home)
    page.mkdir(mode=0o755, parents=True, exist_ok=True)
    database = Database(url, pool_size=POOL, application_name="openchair watch")
    async with AsyncExitStack() as ending:
        ending.push_async_callback(database.close)
        ending.push_async_callback(close_clients)
        await ending.enter_async_context(
            observed(database, process="watch", home=installation.home)
        )
        prober = Prober(
            database=database, watching=True, probes={**all_probes(), WEBSITE.name: WEBSITE}
        )
        prober.tell(relieving(prober.kept))
        prober.start()
        ending.push_async_callback(prober.stop)
        rounds = Rounds(database=database, prober=prober, folder=installation.watch_folder)
        ending.push_async_callback(rounds.end)
        serving = asyncio.create_task(
            serve_status_page(
                folder=page,
                host=installation.host,
                port=installation.status_page_port,
                stop=stop,
            )
        )
        log.info("watcher begins", every=installation.watch_seconds)
        await _go_round(rounds, every=installation.watch_seconds, stop=stop)
        await asyncio.wait({serving}, timeout=LAST_SECONDS)
    log.info("watcher ends")


async def _go_round(rounds: Rounds, *, every: float, stop: asyncio.Event) -> None:
    """A round every so many seconds; one that takes longer is followed by the next at once."""
    while not stop.is_set():
        began = monotonic()
        await rounds.go(every=every)
        rest = every - (monotonic() - began)
        try:
            await asyncio.wait_for(stop.wait(), max(rest, 0.05))
        except TimeoutError:
            continue
