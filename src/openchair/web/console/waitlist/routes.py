"""The waitlist's pages, in the order in which they are tried."""

from fastapi import APIRouter

from openchair.web.console.waitlist import acts, add, drawer, entry, listing

router = APIRouter()
for page in (listing, add, drawer, entry, acts):
    router.include_router(page.router)
