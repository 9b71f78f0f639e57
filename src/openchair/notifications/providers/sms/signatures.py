"""Whether a request is really from Twilio or Vonage. Pure; `callbacks.py` asks."""

import hashlib
import hmac
from base64 import b64encode
from collections.abc import Iterable, Mapping, Sequence
from urllib.parse import urlsplit, urlunsplit

USUAL_PORTS = {"https": 443, "http": 80}


def twilio_signed(*, url: str, form: Iterable[tuple[str, str]], signature: str, token: str) -> bool:
    """Whether `signature` (X-Twilio-Signature) fits the address as Twilio called it and the form.

    HMAC-SHA1 over the address, then name and value of each parameter in order of the names, in
    base64. Twilio writes the address with or without its port, so either is right.
    Source: Twilio, "Security", and its own libraries.
    """
    values: dict[str, set[str]] = {}
    for name, value in form:
        values.setdefault(name, set()).add(value)
    tail = "".join(name + value for name in sorted(values) for value in sorted(values[name]))
    fits = False
    for each in _spellings(url):
        digest = hmac.digest(token.encode(), (each + tail).encode(), hashlib.sha1)
        fits |= hmac.compare_digest(b64encode(digest), signature.encode("utf-8", "replace"))
    return fits


def vonage_signed(*, parameters: Mapping[str, str], secret: str, method: str) -> bool:
    """Whether the parameter `sig` fits the others.

    `&name=value` in order of the names, in whose values `&` and `=` became `_`; an HMAC of it
    with the secret as key, or for `md5hash` an MD5 of it with the secret behind.
    Source: Vonage, "Signing messages".
    """
    text = "".join(
        f"&{name}={parameters[name].replace('&', '_').replace('=', '_')}"
        for name in sorted(parameters)
        if name != "sig"
    )
    if method == "md5hash":
        wanted = hashlib.md5((text + secret).encode(), usedforsecurity=False).hexdigest()
    else:
        wanted = hmac.new(secret.encode(), text.encode(), method).hexdigest()
    given = parameters.get("sig", "").lower()
    return hmac.compare_digest(wanted.encode(), given.encode("utf-8", "replace"))


def _spellings(url: str) -> Sequence[str]:
    """The address as it is, with its port, and without."""
    parts = urlsplit(url)
    host = f"[{parts.hostname}]" if ":" in (parts.hostname or "") else parts.hostname or ""
    port = parts.port or USUAL_PORTS.get(parts.scheme, 443)
    return (
        url,
        urlunsplit(parts._replace(netloc=f"{host}:{port}")),
        urlunsplit(parts._replace(netloc=host)),
    )
