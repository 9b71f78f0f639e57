"""All routes that take clients in, hand them out, make one of two or erase them. They stand before
those of `clients/`, whose addresses they share.
"""

from fastapi import APIRouter

from openchair.web.console.client_data import erase, hand_out, import_steps, imports, merge

router = APIRouter(include_in_schema=False)
for page in (imports, import_steps, hand_out, merge, erase):
    router.include_router(page.router)
