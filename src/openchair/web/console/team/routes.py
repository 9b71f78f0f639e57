"""The pages of the team, in the order in which they are tried."""

from fastapi import APIRouter

from openchair.web.console.team import hours, member, members, time_off

router = APIRouter()
for each in (members, time_off, member, hours):
    router.include_router(each.router)
