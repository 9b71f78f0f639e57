"""Whether a mail's DKIM signature holds, step by step as RFC 6376 tells a recipient (6.1).

Used by tests only. It shares nothing with what it checks, not even the library: RSA is arithmetic
here. Proven by the signed mails that the RFCs print (test_dkim.py).
"""

import re
from base64 import b64decode
from hashlib import sha256

# The head of a SHA-256 inside an RSA signature (RFC 8017, 9.2, note 1).
DIGEST_INFO = bytes.fromhex("3031300d060960864801650304020105000420")


def holds(mail: bytes, *, record: bytes) -> bool:
    """Whether the topmost signature is true, by the key in the text `record` of the DNS."""
    fields, body = taken_apart(mail)
    at = next(i for i, field in enumerate(fields) if named(field) == b"dkim-signature")
    signature = fields.pop(at)
    tags = tags_of(signature.partition(b":")[2])
    assert tags[b"v"] == b"1"
    assert tags[b"a"] == b"rsa-sha256"
    assert {b"d", b"s", b"h", b"bh", b"b"} <= tags.keys()
    names = [name.strip().lower() for name in tags[b"h"].split(b":")]
    assert b"from" in names
    of_head, _, of_body = tags.get(b"c", b"simple/simple").partition(b"/")
    if sha256(whole(body, relaxed=of_body == b"relaxed")).digest() != b64decode(tags[b"bh"]):
        return False
    relaxed = of_head == b"relaxed"
    signed = b""
    for name in names:
        found = [i for i, field in enumerate(fields) if named(field) == name]
        if found:  # the lowest that was not taken yet; what is not there counts as nothing
            signed += one(fields.pop(found[-1]), relaxed=relaxed)
    empty = re.sub(rb"([;\s]b[ \t\r\n]*=)[^;]*", rb"\1", signature)
    if signature.endswith(b"\r\n") and not empty.endswith(b"\r\n"):
        empty += b"\r\n"
    signed += one(empty, relaxed=relaxed)[:-2]
    return is_signed_by(
        b64decode(tags_of(record)[b"p"]), b64decode(tags[b"b"]), sha256(signed).digest()
    )


def taken_apart(mail: bytes) -> tuple[list[bytes], bytes]:
    """The header fields, each with its folds and its line's end, and the body."""
    fields: list[bytes] = []
    rest = mail
    while rest and not rest.startswith(b"\r\n"):
        line, _, rest = rest.partition(b"\r\n")
        if line[:1] in {b" ", b"\t"}:
            fields[-1] += line + b"\r\n"
        else:
            fields.append(line + b"\r\n")
    return fields, rest[2:]


def named(field: bytes) -> bytes:
    return field.partition(b":")[0].strip(b" \t").lower()


def tags_of(words: bytes) -> dict[bytes, bytes]:
    """A list of tags without any white space in their values (RFC 6376, 3.2)."""
    pairs = [pair.partition(b"=") for pair in words.split(b";") if pair.strip()]
    return {name.strip(): re.sub(rb"[ \t\r\n]", b"", value) for name, _, value in pairs}


def one(field: bytes, *, relaxed: bool) -> bytes:
    """A header field as it is signed (RFC 6376, 3.4.1 and 3.4.2)."""
    if not relaxed:
        return field
    name, _, value = field.partition(b":")
    return named(name) + b":" + narrow(value.replace(b"\r\n", b"")).strip(b" ") + b"\r\n"


def whole(body: bytes, *, relaxed: bool) -> bytes:
    """The body as it is hashed (RFC 6376, 3.4.3 and 3.4.4)."""
    lines = body.split(b"\r\n")
    if relaxed:
        lines = [narrow(line).rstrip(b" ") for line in lines]
    while lines and not lines[-1]:
        lines.pop()
    hashed = b"".join(line + b"\r\n" for line in lines)
    return hashed if relaxed or hashed else b"\r\n"


def narrow(line: bytes) -> bytes:
    line = line.replace(b"\t", b" ")
    while b"  " in line:
        line = line.replace(b"  ", b" ")
    return line


def is_signed_by(public: bytes, signature: bytes, digest: bytes) -> bool:
    """RSASSA-PKCS1-v1_5 (RFC 8017, 8.2.2); `public` is a SubjectPublicKeyInfo."""
    information, _ = element(public)
    _, key = element(information)  # behind the name of the algorithm
    numbers, _ = element(element(key)[0][1:])  # behind the count of unused bits
    modulus, rest = element(numbers)
    exponent, _ = element(rest)
    size = len(modulus.lstrip(b"\0"))
    text = b"\0" + DIGEST_INFO + digest
    expected = b"\0\1" + b"\xff" * (size - 2 - len(text)) + text
    number = pow(number_of(signature), number_of(exponent), number_of(modulus))
    return len(signature) == size and number.to_bytes(size, "big") == expected


def element(der: bytes) -> tuple[bytes, bytes]:
    """What the first element holds, and what stands behind it (X.690, 8.1)."""
    length, start = der[1], 2
    if length & 0x80:
        start += length & 0x7F
        length = number_of(der[2:start])
    return der[start : start + length], der[start + length :]


def number_of(octets: bytes) -> int:
    return int.from_bytes(octets, "big")
