"""Files over REST."""

from batonpass.protocol.base import Wire
from batonpass.protocol.content import AttachmentContent


class AttachmentKept(Wire):
    """A file that is stored: send `content` as a message's content, or nobody reads it and it goes after an hour."""

    attachment_id: str
    sha256: str
    content: AttachmentContent


class AttachmentLink(Wire):
    """Where the file is read until `expires_at`, without a token: for a link or a picture. It is private: keep it so."""

    attachment_id: str
    name: str
    media_type: str
    size: int
    url: str
    expires_at: str
