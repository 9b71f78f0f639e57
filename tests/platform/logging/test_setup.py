import json
import subprocess
import sys

SCRIPT = """
import logging
from openchair.platform import correlation
from openchair.platform.logging.setup import configure_logging, logger

configure_logging(process="web")
correlation.adopt("abcdefgh-1234")
logger("booking").info("confirmed", salon="schnittwerk", email="a@b.ch")
logging.getLogger("library").warning("%s is slow", "it")
logger("booking").debug("not wanted")
try:
    raise ValueError("boom")
except ValueError:
    logger("booking").exception("failed")
"""


def test_every_line_is_json_with_its_correlation_id() -> None:
    """In a process of its own, because the logging of this one is pytest's."""
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT], check=True, capture_output=True, text=True
    )
    ours, theirs, failed = (json.loads(line) for line in done.stdout.splitlines())
    assert {line["correlation_id"] for line in (ours, theirs, failed)} == {"abcdefgh-1234"}
    assert (ours["event"], ours["level"], ours["process"]) == ("confirmed", "info", "web")
    assert ours["email"] == "[hidden]"
    assert (theirs["event"], theirs["logger"]) == ("it is slow", "library")
    assert "ValueError: boom" in failed["exception"]
