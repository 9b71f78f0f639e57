"""`make bench`: every number against its reference in the same run. Name some to run only those:
`make bench ARGS="booking memory"`."""

import sys

from rich.console import Console

from benchmarks import (
    availability,
    booking,
    calendar,
    client_search,
    delivery,
    memory,
    observing,
    webhook_ingest,
)
from benchmarks.house import cluster
from benchmarks.result import Result, keep, show

NAMES = (
    "booking",
    "availability",
    "growth",
    "calendar",
    "client_search",
    "delivery",
    "claim_growth",
    "delivery_memory",
    "webhook_ingest",
    "observing",
    "memory",
)


def main(wanted: list[str]) -> int:
    """Measure, print, keep. 0 when every bound holds, 1 when one does not, 2 for a wrong name."""
    console = Console(stderr=True)
    if unknown := set(wanted) - set(NAMES):
        console.print(f"There is no benchmark called {', '.join(unknown)}: {', '.join(NAMES)}.")
        return 2
    chosen = wanted or list(NAMES)
    results: list[Result] = []
    with console.status("starting PostgreSQL") as status, cluster() as found:
        if "booking" in chosen:
            status.update("booking: rounds of the web and of pgbench, turn about")
            results.append(booking.measure(found))
        if {"availability", "growth"} & set(chosen):
            status.update("availability and growth: writing a million bookings takes a while")
            results.extend(availability.measure(found))
        if "calendar" in chosen:
            status.update("calendar: writing a hundred thousand clients and a week")
            results.append(calendar.measure(found))
        if "client_search" in chosen:
            status.update("client_search: writing a hundred thousand clients")
            results.append(client_search.measure(found))
        if "delivery" in chosen:
            status.update("delivery: one worker, bare aiosmtplib, empty jobs")
            results.append(delivery.measure_delivery(found))
        if "claim_growth" in chosen:
            status.update("claim_growth: writing a million messages")
            results.append(delivery.measure_claims(found))
        if "delivery_memory" in chosen:
            status.update("delivery_memory: a hundred thousand mails take about ten minutes")
            results.append(delivery.measure_memory(found))
        if "webhook_ingest" in chosen:
            status.update("webhook_ingest: rounds of the web and of pgbench, turn about")
            results.append(webhook_ingest.measure(found))
        if "observing" in chosen:
            status.update("observing: rounds of the web with and without, turn about")
            results.append(observing.measure(found))
        if "memory" in chosen:
            status.update("memory: the whole house")
            results.append(memory.measure())
    keep(results)
    show(results)
    return 0 if all(result.holds for result in results) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
