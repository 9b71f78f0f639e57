"""Where the layouts of booking mails lie; `poster.mjml` and `arches.mjml` stage the time."""

from pathlib import Path

FOLDER = Path(__file__).parent
HTML = "booking.mjml"
TEXT = "booking.txt"
