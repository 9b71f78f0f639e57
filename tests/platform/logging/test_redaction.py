import pytest

from openchair.platform.logging.redaction import HIDDEN, redact


@pytest.mark.parametrize(
    "name",
    ["password", "smtp_password", "secret_key", "manage_token", "Authorization", "set_cookie",
     "email", "customer_name", "phone", "note", "recipient"],
)  # fmt: skip
def test_secrets_and_clients_are_hidden_by_name(name: str) -> None:
    assert redact(None, "info", {name: "somebody"}) == {name: HIDDEN}


@pytest.mark.parametrize("name", ["event", "path", "status", "salon_id", "correlation_id", "job"])
def test_what_an_operator_needs_stays(name: str) -> None:
    assert redact(None, "info", {name: "x"}) == {name: "x"}


@pytest.mark.parametrize("number", ["+41791234567", "079 123 45 67", "4111111111111111", 791234567])
def test_nothing_is_guessed_from_how_a_number_looks(number: object) -> None:
    line = {"order_number": number, "event": f"order {number} is paid", "path": f"/orders/{number}"}
    assert redact(None, "info", dict(line)) == line
    assert redact(None, "info", {"phone": number if isinstance(number, str) else str(number)}) == {
        "phone": HIDDEN
    }


def test_it_looks_inside_and_into_addresses() -> None:
    line = redact(
        None,
        "info",
        {
            "data": {"customer": {"email": "a@b.ch"}, "list": [{"token": "t"}]},
            "event": "cannot reach postgresql://me:hunter2@host/db",
            "path": "/schnittwerk/de/booking/abcdefghijklmnopqrstuvwxyz",
        },
    )
    assert line == {
        "data": {"customer": {"email": HIDDEN}, "list": [{"token": HIDDEN}]},
        "event": f"cannot reach postgresql://me:{HIDDEN}@host/db",
        "path": f"/schnittwerk/de/booking/{HIDDEN}",
    }


@pytest.mark.parametrize(
    ("path", "shown"),
    [
        ("/schnittwerk/de/waitlist/TOKEN", "/schnittwerk/de/waitlist/"),
        ("/feeds/TOKEN.ics", "/feeds/"),
        ("/console/invitation/TOKEN", "/console/invitation/"),
        ("/status/confirm/TOKEN", "/status/confirm/"),
    ],
)
def test_a_path_shows_nobodys_key(path: str, shown: str) -> None:
    token = "Zk3_" + "a1B2c3D4" * 5
    line = redact(None, "info", {"path": path.replace("TOKEN", token)})
    assert line == {"path": f"{shown}{HIDDEN}"}


def test_what_is_found_by_its_id_can_be_found() -> None:
    path = "/console/schnittwerk/waitlist/0191d0a4-5f0e-7cc3-98c4-dc0c0c07398f"
    assert redact(None, "info", {"path": path}) == {"path": path}
