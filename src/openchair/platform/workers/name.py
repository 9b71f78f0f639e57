"""What this process is called among the workers: unlike any other's, also after a restart in a
container, where host and process id repeat.
"""

import os
import secrets
import socket

THIS_WORKER = f"{socket.gethostname()}:{os.getpid()}.{secrets.token_hex(2)}"


def process_id(worker: str) -> int:
    """The process id in a worker's name, on the host that stands before it."""
    return int(worker.rpartition(":")[2].partition(".")[0])
