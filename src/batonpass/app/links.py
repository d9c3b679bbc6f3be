"""Signed links: whoever has one reads one file until it expires. The key is made once, and kept in the store."""

import base64
import hashlib
import hmac
import secrets

from batonpass.app.ports import Tx
from batonpass.domain.attachments import Attachment
from batonpass.domain.errors import StoreUnavailable

KEY = "files_key"
MAX_SIGNATURE = 100


def make_key(tx: Tx) -> None:
    """Make the key of all links, unless there is one."""
    if tx.get_meta(KEY) is None:
        tx.set_meta(KEY, secrets.token_hex(32))


def sign(tx: Tx, attachment_id: str, expires: int) -> str:
    """The signature of a link to this file until `expires`, in ms."""
    key = tx.get_meta(KEY)
    if key is None:
        raise StoreUnavailable("no server has made the key of links yet")
    made = hmac.new(bytes.fromhex(key), f"{attachment_id}.{expires}".encode(), hashlib.sha256)
    return base64.urlsafe_b64encode(made.digest()).decode().rstrip("=")


def opened(tx: Tx, attachment_id: str, expires: str, signature: str) -> Attachment | None:
    """The file, if the link is ours and has not expired."""
    if not (expires.isascii() and expires.isdigit() and len(expires) < 16) or len(signature) > MAX_SIGNATURE:
        return None
    mine = sign(tx, attachment_id, int(expires)).encode()
    if not hmac.compare_digest(mine, signature.encode("utf-8", "replace")) or tx.now >= int(expires):
        return None
    return tx.attachment(attachment_id)
