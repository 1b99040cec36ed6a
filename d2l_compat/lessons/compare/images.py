"""How images are compared: by what they show, not by how they are stored."""

from __future__ import annotations

import io
import re
from base64 import b64decode
from hashlib import sha256

from PIL import Image, ImageSequence

PIXELS = 2**24  # of all frames: a larger image is compared as it is stored
ID = re.compile(r"""\bid=["']([^"']+)["']""")
UNSEEN = re.compile(
    r"<metadata>.*?</metadata>|<metadata\b[^>]*/>|<!--.*?-->|<\?.*?\?>|<!DOCTYPE[^>]*>", re.DOTALL
)


def compared(mime: str, content: str) -> str:
    """Return a text that is equal for images that show the same.

    For an SVG that is its text, without comments and metadata, such as dates, and with numbered ids; for
    others the decoded pixels. An image that cannot be decoded is compared as it is stored.
    """
    return _drawing(content) if mime == "image/svg+xml" else _pixels(content)


def _drawing(svg):
    svg = " ".join(UNSEEN.sub("", svg).split())
    numbers = {name: f"id{number}" for number, name in enumerate(dict.fromkeys(ID.findall(svg)))}
    return re.sub(r"""(\bid=["']|#)([^"')\s;]+)""", lambda m: m[1] + numbers.get(m[2], m[2]), svg)


def _pixels(content):
    try:
        with Image.open(io.BytesIO(b64decode(content))) as image:
            if image.width * image.height * getattr(image, "n_frames", 1) > PIXELS:
                return content
            pixels = sha256(repr(image.size).encode())
            for frame in ImageSequence.Iterator(image):
                pixels.update(frame.convert("RGBA").tobytes())
            return pixels.hexdigest()
    except Exception:  # what Pillow raises for damaged images has no common base class
        return content
