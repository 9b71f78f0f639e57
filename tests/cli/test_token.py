import json

from openchair.identity.tokens.verify import verify_token
from openchair.platform.clock import utc_now
from tests.cli.commands import openchair


def test_a_token_is_printed_alone_so_that_a_script_can_take_it(database_url: str) -> None:
    made = openchair("token", "create", "--role", "operator", DATABASE_URL=database_url)
    assert (made.returncode, made.stdout.count("\n")) == (0, 1)
    assert verify_token(made.stdout.strip(), now=utc_now()).role == "operator"
    as_json = openchair(
        "token", "create", "--role", "monitor", "--days", "1", "--json", DATABASE_URL=database_url
    )
    assert verify_token(json.loads(as_json.stdout)["token"], now=utc_now()).role == "monitor"


def test_a_wrong_wish_is_told_in_a_sentence(database_url: str) -> None:
    role = openchair("token", "create", "--role", "emperor", DATABASE_URL=database_url)
    assert (role.returncode, role.stdout) == (2, "")
    assert "There is no role emperor" in role.stderr
    salon = openchair(
        "token", "create", "--role", "owner", "--salon", "nobody", DATABASE_URL=database_url
    )
    assert (salon.returncode, "There is no salon" in salon.stderr) == (2, True)
    assert openchair("token", "create", DATABASE_URL=database_url).returncode == 2
