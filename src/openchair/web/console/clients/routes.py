"""All routes about clients and the forms they are asked for, in their order."""

from fastapi import APIRouter

from openchair.web.console.clients import acts, edit, form_pages, listing, photos, profile

router = APIRouter(include_in_schema=False)
for page in (listing, edit, profile, acts, photos, form_pages):
    router.include_router(page.router)
