"""A link as long as is wanted: what goes through it arrives so many milliseconds later, each way, and nothing is lost.

Run it: python tests/benchmarks/far_link.py HOST PORT MILLISECONDS; it prints the port on which it listens.
"""

from __future__ import annotations

import asyncio
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager


async def carry(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, seconds: float) -> None:
    """One direction; the end of it arrives as late as all else."""
    loop = asyncio.get_running_loop()
    while data := await reader.read(1 << 18):
        loop.call_later(seconds, writer.write, data)
    loop.call_later(seconds, writer.close)


async def serve(host: str, port: int, seconds: float) -> None:
    """Take connections for ever."""

    async def taken(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        far_reader, far_writer = await asyncio.open_connection(host, port)
        await asyncio.gather(carry(reader, far_writer, seconds), carry(far_reader, writer, seconds), return_exceptions=True)

    server = await asyncio.start_server(taken, "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


@contextmanager
def far(host: str, port: int, milliseconds: float) -> Iterator[int]:
    """A link in a process of its own; gives the port on this machine that leads to the server."""
    words = [sys.executable, __file__, host, str(port), str(milliseconds)]
    with subprocess.Popen(words, stdout=subprocess.PIPE, text=True) as child:
        try:
            assert child.stdout is not None
            yield int(child.stdout.readline())
        finally:
            child.kill()


if __name__ == "__main__":
    asyncio.run(serve(sys.argv[1], int(sys.argv[2]), float(sys.argv[3]) / 1000))
