"""Writes `plan.jsonl`: what every client does, for the judge (`batonpass.demo.judge.plan` reads it)."""

import json
from pathlib import Path
from typing import Any, TextIO

from batonpass.demo.tap import now


class PlanLog:
    """An open plan. Every line carries the tap's clock."""

    def __init__(self, path: Path) -> None:
        self._file: TextIO = path.open("w", encoding="utf-8")

    def write(self, what: str, **fields: Any) -> None:
        """Write one line."""
        self._file.write(
            json.dumps({"what": what, "t": round(now(), 3), **fields}, ensure_ascii=False) + "\n"
        )

    def client(
        self, name: str, role: str, token: str, public_name: str = "", capacity: int | None = None
    ) -> None:
        """A client takes part."""
        self.write(
            "client", client=name, role=role, tokens=[token], name=public_name or name, capacity=capacity
        )

    def send(
        self,
        client: str,
        conversation: str,
        text: str,
        *,
        client_id: str | None = None,
        turn: int | None = None,
        purpose: str = "turn",
    ) -> None:
        """A client is about to say something."""
        self.write(
            "send",
            client=client,
            conversation=conversation,
            client_id=client_id,
            text=text,
            turn=turn,
            purpose=purpose,
        )

    def close(self) -> None:
        self._file.close()
