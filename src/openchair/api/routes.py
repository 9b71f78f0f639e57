"""Everything beneath `/api`, put together. `main` includes `router` and calls `install`."""

from fastapi import APIRouter, FastAPI

from openchair.api import health, metrics, ready, reference, vitals
from openchair.api.admin import alerts, dead_letters, security
from openchair.api.openapi import document
from openchair.api.problems import problem_answer
from openchair.api.v1 import availability, bookings, holds, manage, salons
from openchair.api.v1.links import PREFIX
from openchair.api.webhooks import inbox, retry
from openchair.platform.edge.failures import answer_failures

ALL_ORIGINS = (f"{PREFIX}/", "/api/openapi.json", "/api/health")
UNCOUNTED = (*health.PATHS, *ready.PATHS, vitals.PATH, *inbox.PATHS)

router = APIRouter()
for part in (salons, availability, holds, bookings, manage):
    router.include_router(part.router, prefix=PREFIX)
router.include_router(health.router)
router.include_router(ready.router)
router.include_router(metrics.router)
router.include_router(vitals.router)
router.include_router(retry.router)
router.include_router(dead_letters.router)
router.include_router(security.router)
router.include_router(alerts.router)
router.include_router(reference.router)


def install(app: FastAPI) -> None:
    """Answer failures beneath `/api` as problems; give the health check its limit and the
    documentation its document.
    """
    for prefix in ("/api", "/.netlify"):
        answer_failures(app, prefix=prefix, answer=problem_answer)
    health.install(app)
    ready.install(app)
    vitals.install(app)
    app.add_middleware(inbox.WebhookDoors)
    app.state.api_document = document(router.routes)
