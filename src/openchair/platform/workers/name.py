"""What this process is called among the workers: unlike any other's, also after a restart in a
container, where host and process id repeat.
"""

import os
import secrets
import socket

THIS_WORKER = f"{socket.gethostname()}:{os.getpid()}.{secrets.token_hex(2)}"
