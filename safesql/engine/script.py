"""Where a script's text comes from; all of it can be read twice, so that it is judged before it runs."""

from __future__ import annotations

import codecs
import hashlib
import io
import os
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from safesql.errors import UsageError
from safesql.slotted import dataclass, replace

CHUNK = 1 << 20            # characters handed to the splitter at once
GZIP_MAGIC = b"\x1f\x8b"
WIDE = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE, codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)


@dataclass(frozen=True, slots=True)
class Source:
    """One file, or a text that was given on the command line; ``size`` in bytes, 0 where unknown."""

    name: str
    path: Path | None = None
    text: str = ""
    size: int = 0
    descriptor: int | None = None          # of a temporary copy that has no name any more; it is what is read

    def chunks(self) -> Iterator[str]:
        """The text in pieces; raises UsageError when it is not UTF-8 or cannot be read."""
        if self.path is None and self.descriptor is None:
            yield self.text
            return
        try:
            with _opened(self) as stream:
                yield from _decoded(stream, self.name)
        except (OSError, EOFError, zlib.error) as error:
            raise UsageError(f"{self.name} cannot be read: {_why(error)}") from error


def file_source(path: str) -> Source:
    """A script by path; ``-`` is standard input, kept in a private temporary file so that it can be read twice."""
    if path == "-":
        return standard_input()
    file = Path(path)
    if file.is_dir():
        raise UsageError(f"{path} is a folder; give a file of SQL statements")
    try:
        size = file.stat().st_size
        file.open("rb").close()
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {_why(error)}") from error
    if not file.is_file():
        return _spooled(file.open("rb"), path)
    return Source(path, file, size=size)


def kept_source(path: Path, name: str) -> Source:
    """A file of which a private copy is read from now on, whatever becomes of it; ``name`` is what it is called."""
    found = file_source(str(path))
    if found.path is None:
        return found
    return replace(_spooled(found.path.open("rb"), name), path=found.path)


def digest_of(source: Source) -> str:
    """The SHA-256 of its bytes as they are, packed or not, in hexadecimal; raises UsageError."""
    try:
        if source.descriptor is None:
            return hashlib.sha256((source.path or Path()).read_bytes()).hexdigest()
        with os.fdopen(os.dup(source.descriptor), "rb") as stream:
            stream.seek(0)
            return hashlib.file_digest(stream, "sha256").hexdigest()
    except OSError as error:
        raise UsageError(f"{source.name} cannot be read: {_why(error)}") from error


def standard_input() -> Source:
    """What is piped in, as a script."""
    with io.FileIO(0, closefd=False) as raw:
        return _spooled(io.BufferedReader(raw), "standard input")


def text_source(text: str, number: int) -> Source:
    """The statements of one ``-c``; a missing last terminator is understood."""
    return Source(f"-c {number}" if number > 1 else "-c", text=text, size=len(text))


def _spooled(stream: BinaryIO | io.BufferedReader, name: str) -> Source:
    """A copy of a stream, 0600, whose name is gone as soon as it is open."""
    import shutil
    import tempfile

    copy, path = tempfile.mkstemp(prefix="safesql-")
    Path(path).unlink()
    with os.fdopen(copy, "wb", closefd=False) as out:
        shutil.copyfileobj(stream, out)
        size = out.tell()
    return Source(name, size=size, descriptor=copy)


def _opened(source: Source) -> BinaryIO:
    """The bytes from their beginning, unpacked when they are gzip, whatever the file is called."""
    import gzip

    stream: BinaryIO
    if source.descriptor is not None:
        stream = os.fdopen(os.dup(source.descriptor), "rb")
        stream.seek(0)
    else:
        stream = (source.path or Path()).open("rb")
    magic = stream.read(4)
    stream.seek(0)
    if magic.startswith(GZIP_MAGIC):
        return gzip.GzipFile(fileobj=stream)  # type: ignore[return-value]
    return stream


def _decoded(stream: BinaryIO, name: str) -> Iterator[str]:
    """UTF-8, strictly; wide encodings are named rather than guessed."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    done = 0
    while True:
        block = stream.read(CHUNK)
        if done == 0 and block.startswith(WIDE):
            raise UsageError(f"{name} is UTF-16 or UTF-32; convert it to UTF-8 first (iconv -t UTF-8)")
        try:
            text = decoder.decode(block, final=not block)
        except UnicodeDecodeError as error:
            wrong = f"byte {done + error.start} is 0x{error.object[error.start]:02x}"
            raise UsageError(f"{name} is not UTF-8 ({wrong}); convert it first (iconv -t UTF-8)") from error
        done += len(block)
        if text:
            yield text
        if not block:
            return


def _why(error: Exception) -> str:
    """The system's reason without its number."""
    return (getattr(error, "strerror", None) or str(error)).lower()
