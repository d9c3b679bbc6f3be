"""Files in a chat: what a file is by its first bytes, how it may be called, and the operator's limits."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

MAX_BYTES = 5_000_000
CONVERSATION_BYTES = 50_000_000
LINK_MS = 300_000
ORPHAN_MS = 3_600_000
MAX_NAME = 80
HEAD = 4_096
"""So many first bytes say what a file is."""

_UNSAFE = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\u200e\u200f/\\:*?\"<>|]+")

KNOWN: Mapping[str, str] = {
    "image/png": "png",
    "image/jpeg": "jpg",
    "image/gif": "gif",
    "image/webp": "webp",
    "application/pdf": "pdf",
    "text/plain": "txt",
    "application/zip": "zip",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": "docx",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": "xlsx",
    "audio/mpeg": "mp3",
    "audio/ogg": "ogg",
    "video/mp4": "mp4",
}
"""Types that can be told by their content, and the ending a name of theirs has."""

USUAL = ("image/png", "image/jpeg", "image/gif", "image/webp", "application/pdf", "text/plain")


@dataclass(frozen=True, slots=True)
class AttachmentRules:
    """The operator's limits: bytes of one file and of all files of a conversation; which types; how long a link
    opens."""

    max_bytes: int = MAX_BYTES
    conversation_bytes: int = CONVERSATION_BYTES
    types: frozenset[str] = frozenset(USUAL)
    link_ms: int = LINK_MS
    orphan_ms: int = ORPHAN_MS


ATTACHMENTS = AttachmentRules()
"""The usual ones."""


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file. `seq` is the message that has it; without one nobody reads it, and it goes after a while."""

    id: str
    conversation_id: str
    owner: str
    name: str
    media_type: str
    size: int
    sha256: str
    created_at: int
    seq: int | None = None

    def content(self) -> dict[str, object]:
        """As it stands in a message."""
        return {
            "type": "attachment",
            "attachment_id": self.id,
            "name": self.name,
            "media_type": self.media_type,
            "size": self.size,
        }


def type_of(head: bytes, whole: int) -> str | None:
    """What a file of `whole` bytes that begins so is; None for what cannot be told, pages and drawings with scripts
    among them."""
    for start, found in _STARTS:
        if head.startswith(start):
            return found
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "image/webp"
    if head[4:8] == b"ftyp":
        return "video/mp4"
    if head.startswith(b"PK\x03\x04"):
        return _packed(head)
    if len(head) > 1 and head[0] == 0xFF and head[1] & 0xE6 == 0xE2:
        return "audio/mpeg"
    return "text/plain" if _is_text(head, cut=whole > len(head)) else None


_STARTS = (
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"%PDF-", "application/pdf"),
    (b"OggS", "audio/ogg"),
    (b"ID3", "audio/mpeg"),
)
_OFFICE = "application/vnd.openxmlformats-officedocument."


def _packed(head: bytes) -> str:
    if b"word/" in head:
        return _OFFICE + "wordprocessingml.document"
    return _OFFICE + "spreadsheetml.sheet" if b"xl/" in head else "application/zip"


def _is_text(head: bytes, *, cut: bool) -> bool:
    """UTF-8 without control characters, and nothing that a browser could take for a page."""
    try:
        text = head.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        # The last character may be cut in two.
        if not cut or error.end < len(head) or error.start < len(head) - 3:
            return False
        text = head[: error.start].decode("utf-8-sig")
    if not text.strip() or re.search(r"[\x00-\x08\x0e-\x1f\x7f]", text):
        return False
    return not text.lstrip().startswith(("<", "%!"))


_OTHER_ENDINGS = {"image/jpeg": ("jpeg",), "text/plain": ("csv", "log", "md")}


def safe_name(name: str, media_type: str) -> str:
    """The name without what a file system or a reader could take for something else, with the type's ending."""
    ending = KNOWN[media_type]
    others = _OTHER_ENDINGS.get(media_type, ())
    base = _UNSAFE.sub("_", name).strip(" ._") or "file"
    stem, _, last = base.rpartition(".")
    if stem and last.lower() in (ending, *others):
        base, ending = stem.strip(" ._") or "file", last.lower()
    return f"{base[: MAX_NAME - len(ending) - 1]}.{ending}"
