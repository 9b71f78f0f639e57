"""Twilio's request signature: HMAC-SHA1 over the address and the sorted form, in base64.

Source: Twilio, "Security: validating requests".
"""

import hmac
from base64 import b64encode
from collections.abc import Mapping
from hashlib import sha1


def twilio_signature(*, url: str, form: Mapping[str, str], token: str) -> str:
    """What stands in `X-Twilio-Signature` for a form posted to `url` (with its query)."""
    text = url + "".join(name + form[name] for name in sorted(form))
    return b64encode(hmac.new(token.encode(), text.encode(), sha1).digest()).decode()
