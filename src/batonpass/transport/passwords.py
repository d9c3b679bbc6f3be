"""Passwords: argon2id, in a thread and few at a time, since each takes memory and a tenth of a second."""

import asyncio
from collections.abc import Callable
from typing import TypeVar, TypeVarTuple

from argon2 import PasswordHasher, profiles
from argon2.exceptions import InvalidHashError, VerificationError

T = TypeVar("T")
Ts = TypeVarTuple("Ts")

AT_ONCE = 2
WAITING = 50


class TooBusy(Exception):
    """Too many passwords are being looked at."""


class Passwords:
    """Hashes and verifies. `cheap` is for tests: the same, in no time."""

    def __init__(self, *, cheap: bool = False) -> None:
        self._hasher = PasswordHasher.from_parameters(profiles.CHEAPEST) if cheap else PasswordHasher()
        self._turns = asyncio.Semaphore(AT_ONCE)
        self._waiting = 0
        self._nobodys: str | None = None

    async def hash(self, password: str) -> str:
        """Return the hash to keep. Raises TooBusy."""
        return await self._run(self._hasher.hash, password)

    async def fits(self, kept: str | None, password: str) -> bool:
        """Whether a password is the one. None, for nobody's, takes as long and is never it. Raises TooBusy."""
        if self._nobodys is None:
            self._nobodys = await self._run(self._hasher.hash, "nobody has this one")
        return await self._run(self._verify, kept or self._nobodys, password) and kept is not None

    def _verify(self, kept: str, password: str) -> bool:
        try:
            return self._hasher.verify(kept, password)
        except (VerificationError, InvalidHashError):
            return False

    async def _run(self, work: Callable[[*Ts], T], *args: *Ts) -> T:
        if self._waiting >= WAITING:
            raise TooBusy
        self._waiting += 1
        try:
            async with self._turns:
                return await asyncio.to_thread(work, *args)
        finally:
            self._waiting -= 1
