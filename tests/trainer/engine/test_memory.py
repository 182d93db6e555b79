"""How much memory is free, with made-up control groups in the place of a container's."""

from pathlib import Path
from typing import Any

import pytest

from trainer.engine.memory import CAP, SettingError, available


def group(folder: Path, **files: object) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        (folder / name.replace("__", ".")).write_text(f"{content}\n", "utf-8")


def free(folder: Path, membership: str, **environ: str) -> int:
    (folder / "membership").write_text(membership, "utf-8")
    return available(environ, folder / "groups", folder / "membership")


def test_free_without_limits(tmp_path: Path) -> None:
    assert available({}, tmp_path, tmp_path / "not there") > 10**6
    group(tmp_path / "groups", memory__max="max", memory__current=5)
    assert free(tmp_path, "0::/\n") > 10**6


def test_free_in_a_container(tmp_path: Path) -> None:
    """Pages of files that fill what is left are given back at need, so they do not count as taken."""
    group(
        tmp_path / "groups", memory__max=900_000, memory__current=500_000, memory__stat="anon 9\ninactive_file 200000"
    )
    assert free(tmp_path, "0::/\n") == 600_000
    assert free(tmp_path, "0::/docker/of/the/host\n") == 600_000
    group(tmp_path / "groups" / "a" / "b", memory__max=50_000, memory__current=20_000, memory__stat="inactive_file 0")
    assert free(tmp_path, "0::/a/b\n") == 30_000
    group(tmp_path / "groups" / "a" / "b", memory__current=60_000)
    assert free(tmp_path, "0::/a/b\n") == 0


def test_free_in_an_older_container(tmp_path: Path) -> None:
    stat = "inactive_file 7\ntotal_inactive_file 1000"
    files: dict[str, Any] = {"memory__limit_in_bytes": 10_000, "memory__usage_in_bytes": 4000, "memory__stat": stat}
    group(tmp_path / "groups" / "memory" / "job", **files)
    assert free(tmp_path, "9:name=systemd:/\n4:cpu,memory:/job\n0::/\n") == 7000
    assert free(tmp_path, "4:cpu:/job\n") > 10**6


def test_cap(tmp_path: Path) -> None:
    assert free(tmp_path, "", **{CAP: " 3 "}) == 3_000_000
    assert free(tmp_path, "", **{CAP: ""}) == pytest.approx(free(tmp_path, ""), rel=0.5)
    group(tmp_path / "groups", memory__max=900, memory__current=0, memory__stat="inactive_file 0")
    assert free(tmp_path, "0::/\n", **{CAP: "4000"}) == 900


@pytest.mark.parametrize("text", ["0", "-5", "4 GB", "1e3", "4.5", "٤", "lots", "9" * 5000])
def test_wrong_cap(tmp_path: Path, text: str) -> None:
    with pytest.raises(SettingError, match=r"^FITBOARD_MEMORY_MB must be a whole number of megabytes, .* remove it\.$"):
        available({CAP: text}, tmp_path, tmp_path / "not there")
