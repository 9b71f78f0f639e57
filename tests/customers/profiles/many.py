"""A hundred thousand clients of four countries, written by a few statements."""

from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

FIRST = (
    "Anna", "Bärbel", "Céline", "Dominik", "Élodie", "Fabian", "Grażyna", "Hans-Peter", "Iryna",
    "Jörg", "Katarzyna", "Łukasz", "Małgorzata", "Noémie", "Oksana", "Paweł", "Regula", "Stanisław",
    "Тетяна", "Urs", "Volodymyr", "Wolfgang", "Олександр", "Zofia", "Świętosława",
)  # fmt: skip
LAST = (
    "Müller", "Meier", "Schmid", "Keller", "Weber", "Kowalski", "Kowalczyk", "Wiśniewska",
    "Wójcik", "Шевченко", "Бондаренко", "Kovalenko", "Tkatschuk", "Großmann", "Schäfer", "Jäger",
    "Zimmermann", "Brunner", "Baumgartner", "Zürcher", "Lewandowska", "Szymańska", "Мельник",
    "Hürlimann", "Żółtowska", "von Känel", "Rossi", "Bernasconi", "Favre", "Rochat",
)  # fmt: skip
ENDINGS = ("", "er", "ska", "-Frei", "mann", "ová", "enko", "li", "ić", "ner", "kova", "hofer")
AT_ONCE = 10_000
WRITE = text("""
    INSERT INTO customers (salon_id, id, name, email, phone, language, merged_into, erased_at)
    SELECT :salon_id, gen_random_uuid(),
        first || ' ' || last || ending,
        CASE WHEN n % 5 > 0 THEN 'client' || n || '@example.' || (ARRAY['ch','pl','de','ua'])[n % 4 + 1] END,
        CASE WHEN n % 7 > 0 THEN (ARRAY['+4179','+4850','+49151','+38067'])[n % 4 + 1]
            || lpad((n * 7919 % 10000000)::text, 7, '0') END,
        'en', NULL, CASE WHEN n % 1000 = 999 THEN now() END
    FROM (
        SELECT n, (CAST(:first AS text[]))[n % :firsts + 1] AS first,
            (CAST(:last AS text[]))[n / :firsts % :lasts + 1] AS last,
            (CAST(:endings AS text[]))[n / :firsts / :lasts % :number + 1] AS ending
        FROM generate_series(CAST(:begin AS integer), CAST(:end AS integer)) AS n
    ) AS made
""")  # noqa: E501


async def write_clients(session: AsyncSession, *, salon_id: UUID, count: int = 100_000) -> None:
    """Write them and let the planner know; one in a thousand was erased."""
    values = {
        "salon_id": salon_id,
        "first": list(FIRST),
        "firsts": len(FIRST),
        "last": list(LAST),
        "lasts": len(LAST),
        "endings": list(ENDINGS),
        "number": len(ENDINGS),
    }
    await session.execute(text("SET LOCAL statement_timeout = 0"))
    for begin in range(1, count + 1, AT_ONCE):
        end = min(begin + AT_ONCE - 1, count)
        await session.execute(WRITE, {**values, "begin": begin, "end": end})
    await session.execute(text("ANALYZE customers"))
