"""The clients of the demo salons: invented names, addresses that belong to nobody.

Domains are those kept for examples (RFC 2606), phone numbers those that the Bundesnetzagentur
keeps for films. Pure; called by `load.py`.
"""

import unicodedata
from random import Random

from openchair.booking.appointments.request import CustomerDetails

_DOMAINS = ("example.com", "example.org", "example.net", "post.example", "mail.example")
_FIRST = {
    "de": (
        "Anna Beat Carla Daniel Eliane Fabio Gabriela Hannes Ines Jonas Karin Lukas Manuela Nico "
        "Olivia Pascal Regula Simon Tanja Urs Vera Werner Yvonne Zeno Andrea Corinne Dario Selina "
        "Reto Nadja Silvan Miriam Ladina Gian Rahel Moritz"
    ),
    "en": "Alice Ben Charlotte Dylan Emily Finn Grace Henry Isla Jack Katie Liam Maya Oliver Ruby",
    "pl": (
        "Agnieszka Bartosz Celina Dorota Edyta Filip Grażyna Iga Jakub Kinga Lidia Magda Natalia "
        "Oliwia Patrycja Renata Sylwia Tomasz Urszula Wiktoria Żaneta Alicja Beata Joanna Karolina "
        "Łucja Martyna Paulina Weronika Julia"
    ),
    "uk": (
        "Alina Bohdan Viktoriia Halyna Dmytro Yevheniia Zlata Iryna Kateryna Liudmyla Marharyta "
        "Nadiia Olena Polina Roman Solomiia Tetiana Ulyana Yuliia Yaryna"
    ),
}
_LAST = {
    "de": (
        "Ackermann Baumann Caduff Dörig Eggenberger Fässler Graf Hollenstein Inauen Jäger Kuster "
        "Looser Manser Neff Oberholzer Rechsteiner Signer Thoma Wettstein Zellweger Bischof Gmür "
        "Ammann Breitenmoser Hugentobler"
    ),
    "en": "Ashworth Bell Carter Doyle Ellis Fletcher Grant Hughes Irwin Marsh Nolan Porter",
    "pl": (
        "Adamczyk Bielecka Czajka Dudek Filipek Gajda Jabłońska Kalinowska Lis Mazur Nowicka "
        "Olszewska Pawlak Rutkowska Sikora Tomczak Urban Walczak Zając Kozłowska"
    ),
    "uk": (
        "Bondarenko Vasylenko Hrytsenko Danylko Zinchenko Koval Lytvyn Moroz Nazarenko Pavlenko "
        "Rudenko Savchuk Tkachenko Yurchenko Kovalenko"
    ),
}
_MIX = {
    "schnittwerk": ("de", "de", "de", "de", "de", "de", "en", "pl", "uk"),
    "mariia-hub": ("pl", "pl", "pl", "pl", "pl", "uk", "uk", "en", "de"),
}


def clients(*, slug: str, count: int) -> list[CustomerDetails]:
    """The salon's regulars, always the same ones, each with an address of their own."""
    chance = Random(f"clients of {slug}")  # noqa: S311 -- invented people, not secrets
    found: dict[str, CustomerDetails] = {}
    while len(found) < count:
        language = chance.choice(_MIX[slug])
        first = chance.choice(_FIRST[language].split())
        last = chance.choice(_LAST[language].split())
        local = f"{_ascii(first)}.{_ascii(last)}"
        phone = f"+49 171 39200{chance.randrange(100):02}" if language == "de" else None
        found.setdefault(
            local,
            CustomerDetails(
                name=f"{first} {last}",
                email=f"{local}@{chance.choice(_DOMAINS)}",
                phone=phone if chance.random() < 0.5 else None,
                language=language,
            ),
        )
    return list(found.values())


def _ascii(name: str) -> str:
    plain = unicodedata.normalize("NFKD", name.replace("ł", "l").replace("Ł", "L"))
    return plain.encode("ascii", "ignore").decode().lower()
