"""All routes of the operations console, in the order in which they are tried."""

from fastapi import APIRouter

from openchair.web.ops import (
    alerts,
    budgets,
    contacts,
    dead_letters,
    incident_acts,
    incidents,
    logs,
    look,
    nothing,
    now,
    owner,
    plots,
    queues,
    second_factor,
    silences,
    way_in,
    webhooks,
)
from openchair.web.ops.failures import install

__all__ = ["install", "router"]

router = APIRouter(include_in_schema=False)
for page in (
    way_in,
    second_factor,
    look,
    now,
    owner,
    alerts,
    silences,
    incidents,
    incident_acts,
    plots,
    queues,
    dead_letters,
    webhooks,
    budgets,
    logs,
    contacts,
    nothing,
):
    router.include_router(page.router)
