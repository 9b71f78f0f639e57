"""Files in a folder: kept, listed, read within bounds, forgotten; and a volume that fills up."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from openchair.platform.errors import NotFound, Unavailable
from openchair.platform.probes import State
from openchair.platform.settings.base import forget
from openchair.platform.settings.files import BadSettings
from openchair.platform.settings.thresholds import ThresholdSettings
from openchair.platform.storage import probes
from openchair.platform.storage.settings import StorageSettings
from openchair.platform.storage.store import delete, get, list_keys, put


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    found = tmp_path / "files of ours"
    monkeypatch.setenv("OPENCHAIR_STORAGE_URL", found.as_uri())
    forget()
    yield found
    forget()


async def test_what_is_put_is_listed_read_and_forgotten(folder: Path) -> None:
    for key in ("pictures/a.png", "pictures/b.png", "exports/c.csv"):
        await put(key, key.encode())
    assert (folder / "pictures/a.png").read_bytes() == b"pictures/a.png"
    assert [each.key for each in sorted(await list_keys("pictures"), key=lambda one: one.key)] == [
        "pictures/a.png",
        "pictures/b.png",
    ]
    assert len(await list_keys(limit=2)) == 2
    await put("pictures/a.png", b"new")
    assert await get("pictures/a.png") == b"new"
    await delete("pictures/a.png")
    await delete("pictures/a.png")
    with pytest.raises(NotFound):
        await get("pictures/a.png")


async def test_a_file_that_is_too_large_is_not_read() -> None:
    await put("large", bytes(1001))
    with pytest.raises(ValueError, match="more than 1000"):
        await get("large", most_bytes=1000)


@pytest.mark.parametrize("key", ["../outside", "a/../../outside"])
async def test_a_key_does_not_leave_the_folder(folder: Path, key: str) -> None:
    with pytest.raises((Unavailable, ValueError)):
        await put(key, b"x")
    assert not (folder.parent / "outside").exists()


async def test_what_cannot_be_written_is_said(folder: Path) -> None:
    folder.parent.joinpath("file").write_text("no folder")
    await put("taken", b"a file where a folder is needed")
    with pytest.raises(Unavailable):
        await put("taken/below", b"x")


def test_the_probe_writes_and_leaves_nothing_behind(folder: Path) -> None:
    found = probes.look()
    assert found.state is State.HEALTHY
    assert found.details["kind"] == "folder"
    assert [each for each in folder.rglob("*") if each.is_file()] == []


def test_the_probe_says_when_nothing_can_be_written(folder: Path) -> None:
    folder.mkdir()
    (folder / "health").write_text("a file where the probe needs a folder")
    found = probes.look()
    assert found.state is State.ERROR
    assert found.details["writes"] is False
    assert str(folder) not in found.message


def test_a_full_volume_is_trouble(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(probes, "usage", lambda _: 96.0)
    assert probes.look().state is State.ERROR
    monkeypatch.setattr(probes, "usage", lambda _: 81.0)
    assert probes.look().state is State.WARNING


def test_bad_settings_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    from openchair.platform.settings.base import load  # noqa: PLC0415 -- after `forget`

    monkeypatch.setenv("OPENCHAIR_STORAGE_URL", "ftp://somewhere")
    with pytest.raises(BadSettings, match="file:// or s3://"):
        load(StorageSettings)
    monkeypatch.setenv("OPENCHAIR_STORAGE_WARNING_PERCENT", "96")
    with pytest.raises(BadSettings, match="may not be below"):
        load(ThresholdSettings)
