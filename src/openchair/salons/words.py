"""Texts that a salon wrote in several languages, and how one of them is chosen."""

from collections.abc import Mapping


def pick(words: Mapping[str, str], language: str, fallback: str) -> str:
    """The text in `language`, else in `fallback`, else in any language it has, else empty."""
    return words.get(language) or words.get(fallback) or next(iter(words.values()), "")
