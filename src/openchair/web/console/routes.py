"""All routes of the team's console, in the order in which they are tried."""

from fastapi import APIRouter

from openchair.web.console import (
    account,
    account_passkeys,
    account_second_factor,
    app,
    budget,
    day,
    dead_letters,
    feeds,
    invitation,
    log_in,
    marks,
    message_policy,
    message_samples,
    message_templates,
    messages,
    new_visit,
    nothing,
    passkeys,
    people,
    people_invite,
    policies,
    salon,
    second_factor,
    suppressions,
    visit,
    visit_change,
    webhook_acts,
    webhooks,
    website,
)
from openchair.web.console.calendar import routes as calendar
from openchair.web.console.client_data import routes as client_data
from openchair.web.console.clients import routes as clients
from openchair.web.console.failures import install
from openchair.web.console.place import routes as place
from openchair.web.console.reports import page as reports
from openchair.web.console.services import routes as services
from openchair.web.console.team import routes as team
from openchair.web.console.waitlist import routes as waitlist

__all__ = ["FILES", "install", "router"]

FILES = r"/console/[^/]+/.+/(picture|photos|import)"
"""The paths that take a picture or a file, so that their bodies may be larger than a form's."""

router = APIRouter(include_in_schema=False)
for page in (
    app,
    log_in,
    second_factor,
    passkeys,
    invitation,
    account,
    account_second_factor,
    account_passkeys,
    calendar,
    client_data,
    clients,
    new_visit,
    marks,
    visit,
    visit_change,
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
    people,
    people_invite,
    policies,
    feeds,
    website,
    reports,
    place,
    services,
    team,
    waitlist,
    nothing,
):
    router.include_router(page.router)
