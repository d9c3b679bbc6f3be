"""One process at a time on one SQLite file.

SQLite lets several processes write in turn, but the group commit, the clock and the pushes of this process
assume that nobody else does. The kernel drops the lock with the process, however that ended.
"""

import fcntl
import os
from pathlib import Path

from batonpass.store.engine import StoreOpenError


class LockFile:
    """An exclusive advisory lock on `<database>.lock`, which also holds the owner's process id."""

    def __init__(self, database: Path) -> None:
        self.database = database
        self._path = database.with_name(database.name + ".lock")
        self._fd: int | None = None

    @classmethod
    def of(cls, database: str | Path) -> "LockFile":
        """Return the lock of the file behind `database`: two paths to one file meet at one lock.

        Raises StoreOpenError for a file with a second name. The lock, and SQLite's own log of what is not in the
        file yet, go by the name: two that came by different ones would not know of each other.
        """
        path = Path(database).resolve()
        if path.is_file() and path.stat().st_nlink > 1:
            raise StoreOpenError(f"{path} has another name too (a hard link): remove one, or copy the file")
        return cls(path)

    def take(self) -> None:
        """Take the lock. Raises StoreOpenError at once when another process, or this one, holds it."""
        try:
            fd = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError as error:
            raise StoreOpenError(f"cannot create {self._path}: {error.strerror}") from error
        try:
            fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            owner = os.read(fd, 20).decode("ascii", "replace").strip()
            os.close(fd)
            raise StoreOpenError(f"{self._taken(owner)}; one database serves one process") from error
        os.ftruncate(fd, 0)
        os.write(fd, f"{os.getpid()}\n".encode())
        self._fd = fd

    def _taken(self, owner: str) -> str:
        return f"the database {self.database.name} is in use" + (f" by process {owner}" if owner else "")

    def release(self) -> None:
        """Give the lock back. The file stays: removing it would race with the next owner."""
        if self._fd is not None:
            os.close(self._fd)
            self._fd = None
