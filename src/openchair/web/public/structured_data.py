"""The salon for search engines, as schema.org describes one (JSON-LD 1.1). Pure."""

from typing import Any

import orjson
from babel.numbers import get_currency_precision
from markupsafe import Markup

from openchair.booking.catalogue.queries import Catalogue, Service
from openchair.web.public.site import Site

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
OFFERS_SHOWN = 60


def describe_salon(*, site: Site, catalogue: Catalogue) -> Markup:
    """A LocalBusiness with address, hours and offers, safe inside a script element."""
    salon, place = site.salon, site.salon.location
    home = site.origin + site.url()
    described = {
        "@context": "https://schema.org",
        "@type": site.brand.business_type,
        "@id": f"{site.origin}/{salon.slug}",
        "name": salon.name,
        "description": site.say(salon.about),
        "slogan": site.say(salon.tagline),
        "url": home,
        "image": f"{site.origin}/{salon.slug}/icon-512.png",
        "telephone": salon.phone,
        "email": salon.email,
        "currenciesAccepted": salon.currency,
        "address": {
            "@type": "PostalAddress",
            "streetAddress": place.street,
            "postalCode": place.postal_code,
            "addressLocality": place.city,
            "addressCountry": place.country,
        },
        "geo": {
            "@type": "GeoCoordinates",
            "latitude": place.latitude,
            "longitude": place.longitude,
        },
        "hasMap": site.map_url,
        "openingHoursSpecification": [
            {
                "@type": "OpeningHoursSpecification",
                "dayOfWeek": f"https://schema.org/{WEEKDAYS[each.weekday]}",
                "opens": _clock(each.opens_minute),
                "closes": _clock(each.closes_minute),
            }
            for each in place.opening_hours
        ],
        "potentialAction": {
            "@type": "ReserveAction",
            "target": site.origin + site.url("/book"),
            "name": site.words.text("Book"),
        },
        "makesOffer": [
            _offer(site=site, service=each) for each in catalogue.services[:OFFERS_SHOWN]
        ],
    }
    text = orjson.dumps(described).decode()
    for mark in "<>&":
        text = text.replace(mark, f"\\u{ord(mark):04x}")
    return Markup(text)  # noqa: S704  no mark is left that could end the element


def _offer(*, site: Site, service: Service) -> dict[str, Any]:
    digits = get_currency_precision(site.salon.currency)
    return {
        "@type": "Offer",
        "price": f"{service.price_from_minor / 10**digits:.{digits}f}",
        "priceCurrency": site.salon.currency,
        "url": site.origin + site.url("/book", service=str(service.id)),
        "itemOffered": {
            "@type": "Service",
            "name": site.say(service.name),
            "description": site.say(service.description),
        },
    }


def _clock(minute: int) -> str:
    return f"{minute % 1440 // 60:02d}:{minute % 60:02d}"
