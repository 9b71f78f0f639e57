"""All routes of the operations console, in the order in which they are tried."""

from fastapi import APIRouter

from openchair.web.ops import (
    look,
    nothing,
    now,
    owner,
    second_factor,
    way_in,
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
    nothing,
):
    router.include_router(page.router)
