"""All routes of the team's console, in the order in which they are tried."""

from fastapi import APIRouter

from openchair.web.console import (
    day,
    log_in,
    marks,
    message_policy,
    message_samples,
    message_templates,
    new_visit,
    nothing,
    visit,
)
from openchair.web.console.failures import install

__all__ = ["install", "router"]

router = APIRouter(include_in_schema=False)
for page in (
    log_in,
    new_visit,
    marks,
    visit,
    day,
    message_templates,
    message_samples,
    message_policy,
    nothing,
):
    router.include_router(page.router)
