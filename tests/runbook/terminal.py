"""The runbooks' own scripts, run by bash as they stand: only the host is changed.

Their `npm run a:b`, `netlify` and `vercel` are small programs here that translate by the contract's
rule into `openchair a b` and write down how each ended; `date` stands still, as a runbook asks for
"the same second" in two places.
"""

import os
import shlex
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

CALLS = Path(__file__).parent / "calls"
HOSTS = (
    "https://your-site.netlify.app",
    "https://app.netlify.app",
    "https://mariaborysevych.com",
)
SECONDS = 600
RECORDED = """
case "$*" in {asked}) set -- "$@" --yes;; esac
out=$(mktemp); {python} -m openchair "$@" >"$out" 2>&1 </dev/null; code=$?
cat "$out"; printf '%s\\t%s\\n' "$code" "$*" >> {record}; rm -f "$out"; exit $code
"""
TRANSLATED = {
    "npm": 'shift; name=$(echo "$1" | tr : " "); shift; set -- $name "$@"',
    "netlify": 'shift; set -- logs "$@"',
    "vercel": 'shift; set -- logs "$@"',
}
NOW = "1764331200"
CURL_FORMAT = "total: %{time_total}s\\n"


@dataclass(frozen=True, kw_only=True)
class Ran:
    """What a script printed, how it ended, and how each of our commands in it did."""

    code: int
    output: str
    commands: tuple[tuple[int, str], ...]


def run_calls(
    name: str, *, url: str, folder: Path, settings: Mapping[str, str], yes: Sequence[str] = ()
) -> Ran:
    """Run `calls/NAME.sh` against `url`; the commands that begin as `yes` says would ask a person,
    and get the answer.
    """
    tools, record = folder / "bin", folder / "record"
    record.unlink(missing_ok=True)
    _make_tools(tools, record=record, yes=yes)
    (folder / "curl-format.txt").write_text(CURL_FORMAT)
    script = script_of(name)
    for host in HOSTS:
        script = script.replace(host, url)
    done = subprocess.run(
        ["/bin/bash", "-c", script],
        check=False,
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
        cwd=folder,
        timeout=SECONDS,
        env={
            **os.environ,
            **settings,
            "PATH": f"{tools}{os.pathsep}{os.environ['PATH']}",
        },
    )
    lines = record.read_text().splitlines() if record.exists() else []
    ended = [line.split("\t", 1) for line in lines]
    return Ran(
        code=done.returncode,
        output=done.stdout + done.stderr,
        commands=tuple((int(code), words) for code, words in ended),
    )


def script_of(name: str) -> str:
    """The excerpt, without the one line that is ours."""
    return (CALLS / f"{name}.sh").read_text(encoding="utf-8").split("\n", 1)[1]


def _make_tools(tools: Path, *, record: Path, yes: Sequence[str]) -> None:
    tools.mkdir(exist_ok=True)
    python = shlex.quote(sys.executable)
    asked = "|".join(f"{shlex.quote(each)}*" for each in yes or ("nothing",))
    ran = RECORDED.format(python=python, record=shlex.quote(str(record)), asked=asked)
    for name, translation in TRANSLATED.items():
        _program(tools / name, f"{translation}\n{ran}")
    _program(tools / "date", f'[ "$1" = +%s ] && exec echo {NOW}; exec {shutil.which("date")} "$@"')
    if shutil.which("jq") is None:
        own = shlex.quote(str(Path(__file__).with_name("jq.py")))
        _program(tools / "jq", f'exec {python} {own} "$@"')


def _program(path: Path, lines: str) -> None:
    path.write_text(f"#!/bin/bash\n{lines}\n")
    path.chmod(0o755)
