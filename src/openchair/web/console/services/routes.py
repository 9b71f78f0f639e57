"""All routes of the price list's pages, in the order in which they are tried."""

from fastapi import APIRouter

from openchair.web.console.services import acts, categories, edit, listing

router = APIRouter()
for page in (listing, categories, edit, acts):
    router.include_router(page.router)
