import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from openchair.platform.settings.base import forget, load
from openchair.platform.settings.files import BadSettings, read_env_file, read_secrets
from openchair.platform.settings.installation import InstallationSettings
from openchair.platform.settings.registry import all_settings, refuse_unknown_names


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.setenv("OPENCHAIR_HOME", str(tmp_path))
    yield tmp_path
    forget()


def read() -> InstallationSettings:
    """Anew, since each test sets its own environment."""
    forget()
    return load(InstallationSettings)


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("OPENCHAIR_PORT", "abc", "OPENCHAIR_PORT is 'abc'"),
        ("OPENCHAIR_HOST", "", "OPENCHAIR_HOST is ''"),
        ("OPENCHAIR_PORT", "70000", "less than or equal to 65531"),
        ("OPENCHAIR_TRUSTED_PROXIES", "1.2.3.400", "OPENCHAIR_TRUSTED_PROXIES is '1.2.3.400'"),
        ("OPENCHAIR_LOG_LEVEL", "loud", "'debug', 'info', 'warning' or 'error'"),
        ("OPENCHAIR_PUBLIC_URL", "salon.example", "begin with https://"),
    ],
)
def test_a_wrong_value_is_told_in_a_sentence(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, sentence: str
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(BadSettings, match=sentence):
        read()


def test_neither_a_password_nor_a_secret_is_repeated(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "mysql://me:hunter2@host/db")
    monkeypatch.setenv("OPENCHAIR_SECRET_KEY", "hunter2")
    with pytest.raises(BadSettings) as told:
        read()
    assert "DATABASE_URL is not right" in str(told.value)
    assert "OPENCHAIR_SECRET_KEY is not right" in str(told.value)
    assert "hunter2" not in str(told.value)


def test_a_mistyped_name_is_caught_with_its_neighbour(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENCHAIR_PROT", "9000")
    with pytest.raises(BadSettings, match="Did you mean OPENCHAIR_PORT"):
        refuse_unknown_names()


def test_the_environment_wins_over_the_operators_file(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (home / "settings.env").write_text("# ours\nOPENCHAIR_PORT = 9100\nOPENCHAIR_HOST='0.0.0.0'\n")
    monkeypatch.setenv("OPENCHAIR_PORT", "9200")
    found = read()
    assert (found.port, found.host) == (9200, "0.0.0.0")  # noqa: S104 -- what the file says


def test_the_secret_is_made_once_and_is_the_owners_alone(home: Path) -> None:
    first = read().secret_key.get_secret_value()
    assert len(first) >= 32
    assert read().secret_key.get_secret_value() == first
    assert stat.S_IMODE((home / "secrets.env").stat().st_mode) == 0o600
    assert read_secrets(home) == read_env_file(home / "secrets.env")


def test_a_secret_from_the_environment_makes_no_file(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENCHAIR_SECRET_KEY", "x" * 40)
    assert read().secret_key.get_secret_value() == "x" * 40
    assert not (home / "secrets.env").exists()


def test_trusted_proxies_are_networks_and_nobody_by_default(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert read().trusted_proxies == ()
    monkeypatch.setenv("OPENCHAIR_TRUSTED_PROXIES", "10.0.0.1, 2001:db8::/32")
    assert [str(each) for each in read().trusted_proxies] == ["10.0.0.1/32", "2001:db8::/32"]


def test_every_setting_says_what_it_means() -> None:
    silent = [
        f"{room.__name__}.{name}"
        for room in all_settings()
        for name, field in room.model_fields.items()
        if not field.description
    ]
    assert silent == []


def test_a_mistyped_name_in_the_operators_file_is_caught(home: Path) -> None:
    (home / "settings.env").write_text("SMTP_HOTS=mail.example\n")
    with pytest.raises(BadSettings, match=r"SMTP_HOTS is not a setting\. Did you mean SMTP_HOST"):
        refuse_unknown_names()


def test_the_data_folder_is_not_named_inside_itself(home: Path) -> None:
    (home / "settings.env").write_text("OPENCHAIR_HOME=/elsewhere\n")
    with pytest.raises(BadSettings, match="belongs into the environment"):
        refuse_unknown_names()
    assert read().home == home


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"\nSMTP_PASSWORD hunter2\n", "line 2 is not NAME=value"),
        (b"\xff\xfe", "is not UTF-8 text"),
    ],
)
def test_a_line_that_is_no_setting_is_told_but_not_repeated(
    home: Path, content: bytes, sentence: str
) -> None:
    (home / "settings.env").write_bytes(content)
    with pytest.raises(BadSettings, match=sentence) as told:
        read()
    assert "hunter2" not in str(told.value)


def test_an_emptied_file_of_secrets_is_told(home: Path) -> None:
    (home / "secrets.env").touch()
    with pytest.raises(BadSettings, match="OPENCHAIR_SECRET_KEY"):
        read()


def test_the_data_folder_is_absolute(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """PostgreSQL's programs run from another folder than the operator."""
    monkeypatch.chdir(home)
    monkeypatch.setenv("OPENCHAIR_HOME", "data")
    assert read().home == home / "data"
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("OPENCHAIR_HOME", "~/data")
    assert read().home == home / "data"
