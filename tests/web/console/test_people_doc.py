from tests.web.console.people_table import DOC, parts, table


def test_the_table_of_roles_is_what_the_code_decides_by() -> None:
    _, kept, _ = parts(DOC.read_text(encoding="utf-8"))
    assert kept == table(), "write it anew: python -m tests.web.console.people_table"
