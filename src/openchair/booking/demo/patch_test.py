"""The demo's one form: a patch test before brows are tinted. Forms are no part of a salon's file.

Called by the load; a second call changes nothing.
"""

from dataclasses import replace

from sqlalchemy.ext.asyncio import AsyncSession

from openchair.booking.catalogue.queries import Catalogue
from openchair.booking.clients.required_forms import require_form
from openchair.customers.forms.define import Definition, define_form
from openchair.customers.forms.queries import list_forms
from openchair.identity.audit.record import SYSTEM
from openchair.salons.queries import Salon

TEST, TINT = "patch-test", "brow-tint"
FORM = Definition(
    name={
        "de": "Verträglichkeitstest",
        "en": "Patch test",
        "pl": "Próba uczuleniowa",
        "uk": "Тест на алергію",
    },
    statement={
        "de": "Ein Tupfer hinter dem Ohr; nach zwei Tagen darf nichts jucken oder gerötet sein.",
        "en": "A dab of colour behind the ear; after two days nothing may itch or be red.",
        "pl": "Odrobina za uchem; po dwóch dniach nic nie może swędzieć ani się czerwienić.",
        "uk": "Крапля фарби за вухом; за два дні ніщо не має свербіти чи почервоніти.",
    },
    lead_hours=48,
    valid_days=180,
)


async def ask_for_test(session: AsyncSession, *, salon: Salon, catalogue: Catalogue) -> None:
    """Make the form and have the tint ask for it, where the salon has that service and no form."""
    tints = [each.id for each in catalogue.services if each.slug == TINT]
    if not tints or await list_forms(session, salon_id=salon.id, also_retired=True):
        return
    form_id = await define_form(session, salon=salon, wanted=FORM, by=SYSTEM)
    await require_form(session, salon_id=salon.id, form_id=form_id, service_ids=tints, by=SYSTEM)


def without_tests(catalogue: Catalogue) -> Catalogue:
    """What the diary is invented from: nobody invented has passed a test, or needs one."""
    services = tuple(each for each in catalogue.services if each.slug not in {TEST, TINT})
    return replace(catalogue, services=services)
