"""The pages of the place, in the order in which they are tried."""

from fastapi import APIRouter

from openchair.web.console.place import closed, equipment, page

router = APIRouter()
for each in (page, closed, equipment):
    router.include_router(each.router)
