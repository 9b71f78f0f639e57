"""Whether the DNS holds the public half of our DKIM key, as a recipient would look it up.

Called by `check.py`; never by the sending of a mail.
"""

import re
from base64 import b64decode

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.serialization import load_der_public_key
from dns.asyncresolver import Resolver
from dns.resolver import NXDOMAIN, NoAnswer

from openchair.notifications.providers.email.dkim import DkimKey, rsa_key


async def is_published(
    key: DkimKey, *, timeout_seconds: float, resolver: Resolver | None = None
) -> bool:
    """Whether there is one record, and it is of this key (RFC 6376, 3.6.2.2: several are undefined
    behaviour). Raises `dns.exception.DNSException` if the DNS cannot be asked.
    """
    name = f"{key.selector}._domainkey.{key.domain}."
    try:
        answer = await (resolver or Resolver()).resolve(name, "TXT", lifetime=timeout_seconds)
    except (NXDOMAIN, NoAnswer):
        return False
    records = [b"".join(each.strings) for each in answer]
    return len(records) == 1 and proves(records[0], key=key)


def proves(record: bytes, *, key: DkimKey) -> bool:
    """Whether mails signed with `key` are believed by this record (RFC 6376, 3.6.1)."""
    pairs = (tag.partition("=") for tag in record.decode("latin-1").split(";"))
    tags = {name.strip(): _WHITE.sub("", value) for name, _, value in pairs}
    if tags.get("v", "DKIM1") != "DKIM1" or tags.get("k", "rsa") != "rsa":
        return False
    if "sha256" not in tags.get("h", "sha256").split(":"):
        return False
    if not {"*", "email"} & set(tags.get("s", "*").split(":")):
        return False
    try:
        public = load_der_public_key(b64decode(tags.get("p", "")))
    except (ValueError, UnsupportedAlgorithm):  # an empty one is a key that was withdrawn
        return False
    return public == rsa_key(key.private_key).public_key()


_WHITE = re.compile(r"\s+")
