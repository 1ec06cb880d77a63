#!/usr/bin/env python3
"""Makes train/ and validation/ from the Debian package dataset-fashion-mnist; needs Python's standard library alone."""
import gzip
import struct
import zlib
from pathlib import Path

SOURCE = Path("/usr/share/datasets/fashion-mnist")
TARGET = Path(__file__).parent
CLASSES = ["t-shirt", "trouser", "pullover", "dress", "coat", "sandal", "shirt", "sneaker", "bag", "ankle-boot"]
SIZE = 28


def chunk(kind, data):
    body = kind + data
    return struct.pack(">I", len(data)) + body + struct.pack(">I", zlib.crc32(body))


def png(pixels):
    """An 8-bit grey PNG; every row begins with filter type 0."""
    rows = b"".join(b"\0" + pixels[row * SIZE : (row + 1) * SIZE] for row in range(SIZE))
    header = struct.pack(">IIBBBBB", SIZE, SIZE, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows, 9)) + chunk(b"IEND", b"")


def write(split, prefix, per_class):
    """Writes the first images of each class, named by their index in the original file."""
    images = gzip.decompress((SOURCE / f"{prefix}-images-idx3-ubyte.gz").read_bytes())[16:]
    labels = gzip.decompress((SOURCE / f"{prefix}-labels-idx1-ubyte.gz").read_bytes())[8:]
    for label, name in enumerate(CLASSES):
        folder = TARGET / split / name
        folder.mkdir(parents=True, exist_ok=True)
        for index in [i for i, it in enumerate(labels) if it == label][:per_class]:
            (folder / f"{index:05}.png").write_bytes(png(images[index * SIZE**2 : (index + 1) * SIZE**2]))


write("train", "train", 40)
write("validation", "t10k", 20)
