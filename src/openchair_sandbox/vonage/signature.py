"""Vonage's signatures over parameters, for delivery receipts (and for requests that are signed).

Source: Vonage, "Signing messages": sorted `&name=value`, in which `&` and `=` of values became
`_`; by default an MD5 hash with the secret at the end, or an HMAC with the secret as its key.
"""

import hashlib
import hmac
from collections.abc import Mapping

METHODS = ("md5hash", "md5", "sha1", "sha256", "sha512")


def vonage_signature(*, parameters: Mapping[str, str], secret: str, method: str) -> str:
    """What stands in `sig`, in capital hexadecimal digits; `sig` itself is left out."""
    text = "".join(
        f"&{name}={parameters[name].replace('&', '_').replace('=', '_')}"
        for name in sorted(parameters)
        if name != "sig"
    )
    if method == "md5hash":
        return hashlib.md5((text + secret).encode(), usedforsecurity=False).hexdigest().upper()
    return hmac.new(secret.encode(), text.encode(), method).hexdigest().upper()
