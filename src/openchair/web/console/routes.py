"""All routes of the team's console, in the order in which they are tried."""

from fastapi import APIRouter

from openchair.web.console import (
    budget,
    day,
    dead_letters,
    log_in,
    marks,
    message_policy,
    message_samples,
    message_templates,
    messages,
    new_visit,
    nothing,
    salon,
    suppressions,
    visit,
    webhook_acts,
    webhooks,
)
from openchair.web.console.failures import install
from openchair.web.console.waitlist import routes as waitlist

__all__ = ["FILES", "install", "router"]

FILES = r"/console/[^/]+/.+/(picture|photos|import)"
"""The paths that take a picture or a file, so that their bodies may be larger than a form's."""

router = APIRouter(include_in_schema=False)
for page in (
    log_in,
    new_visit,
    marks,
    visit,
    day,
    messages,
    dead_letters,
    message_templates,
    message_samples,
    message_policy,
    budget,
    suppressions,
    webhooks,
    webhook_acts,
    salon,
    waitlist,
    nothing,
):
    router.include_router(page.router)
