"""Sends a contact's code by mail or SMS, at once and directly. Called by doors after the
transaction of `verify.make_codes`; writes nothing.
"""

from openchair.notifications.direct.mail import send_mail
from openchair.notifications.direct.sent import Sent
from openchair.notifications.direct.sms import send_sms
from openchair.notifications.direct.system import system_name
from openchair.operations.oncall.verify import Code


async def send_code(code: Code) -> Sent:
    """The code to its address. Raises `Temporary` or `Permanent`."""
    if code.kind == "phone":
        return await send_sms(recipient=code.address, text=_sms(code))
    return await send_mail(
        recipient=code.address, subject=f"Your code for {system_name()}", text=_mail(code)
    )


def _sms(code: Code) -> str:
    """Within one SMS of the GSM alphabet, whatever the contact is called."""
    return f"{code.code} is your code for {system_name()[:60]}. Valid for 30 minutes."


def _mail(code: Code) -> str:
    return f"""{code.code} is your code.

{system_name()} has this address as {code.role}'s: {code.name}.
When something breaks, alerts may come here. To confirm that it is yours, give the
code to whoever asked you, or run:

openchair contacts verify "{code.name}" --code {code.code}

It is valid for 30 minutes. If you know nothing of this, do nothing: nothing more
will come.
"""
