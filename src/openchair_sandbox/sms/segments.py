"""How many segments a text takes (GSM 03.38 / 03.40). Pure; counted as both providers count."""

BASIC = (
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
EXTENSION = "^{}\\[~]|€\f"  # an escape and a character each
ONE_GSM, EACH_GSM = 160, 153
ONE_UCS2, EACH_UCS2 = 70, 67


def segments_of(text: str) -> int:
    """At least one. Characters outside the GSM alphabet make every one of them wider."""
    if all(character in BASIC or character in EXTENSION for character in text):
        size = sum(2 if character in EXTENSION else 1 for character in text)
        return 1 if size <= ONE_GSM else -(-size // EACH_GSM)
    size = len(text.encode("utf-16-be")) // 2
    return 1 if size <= ONE_UCS2 else -(-size // EACH_UCS2)
