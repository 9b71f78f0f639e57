"""`python -m benchmarks.otlp_receiver FD`: takes traces in as a collector would, and says how many
bytes came. On a socket that was inherited; it decodes nothing, which a collector does elsewhere.
"""

import asyncio
import socket
import sys


class Sink(asyncio.Protocol):
    """One connection: every request is answered as soon as it is whole."""

    total = 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """A process begins to send."""
        assert isinstance(transport, asyncio.WriteTransport)
        self.transport, self.left, self.head = transport, 0, b""

    def data_received(self, data: bytes) -> None:
        """Count; answer at the end of a body. `GET` asks for the sum so far."""
        if self.left == 0:
            self.head += data
            head, found, data = self.head.partition(b"\r\n\r\n")
            if not found:
                return None
            self.head = b""
            if head.startswith(b"GET"):
                return self._answer(str(Sink.total).encode())
            declared = head.lower().partition(b"content-length:")[2].partition(b"\r\n")[0]
            self.left = int(declared or b"0")
        self.left -= len(data)
        Sink.total += len(data)
        if self.left <= 0:
            self.left = 0
            self._answer(b"")
        return None

    def _answer(self, body: bytes) -> None:
        head = f"HTTP/1.1 200 OK\r\nContent-Length: {len(body)}\r\n\r\n"
        self.transport.write(head.encode() + body)


async def main(descriptor: int) -> None:
    """Serve until ended."""
    listening = socket.socket(fileno=descriptor)
    server = await asyncio.get_running_loop().create_server(Sink, sock=listening)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1])))
