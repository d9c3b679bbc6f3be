"""Files of chats by signed links: who has the link reads the file, until it expires. Never shown as a page."""

from urllib.parse import quote

from aiohttp import web

from batonpass.app.links import opened
from batonpass.app.ports import Tx
from batonpass.app.switchboard import Switchboard
from batonpass.domain.attachments import Attachment
from batonpass.domain.errors import BatonpassError

PATH = "/files/{attachment_id}"
_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "Cache-Control": "private, no-store",
    "Referrer-Policy": "no-referrer",
    # The widget stands on pages of other sites, and shows pictures there: by a link, or drawn from what it reads. Who has
    # the link may read the file anyway, and no cookie comes with it.
    "Access-Control-Allow-Origin": "*",
    "Cross-Origin-Resource-Policy": "cross-origin",
}


class Files:
    """Serves files, a piece at a time."""

    def __init__(self, board: Switchboard) -> None:
        self._board = board

    def routes(self) -> list[web.RouteDef]:
        return [web.get(PATH, self.file)]

    async def file(self, request: web.Request) -> web.StreamResponse:
        """The file of a link; 404 for every link that does not open one, whatever the reason."""
        query = request.query
        name = request.match_info["attachment_id"][:64]
        try:
            found = await self._board.read(opened, name, query.get("expires", ""), query.get("signature", ""))
        except BatonpassError:
            return web.Response(status=503, headers=_HEADERS)
        if found is None:
            return web.Response(status=404, text="This link is over, or was none.", headers=_HEADERS)
        return await self._send(request, found)

    async def _send(self, request: web.Request, found: Attachment) -> web.StreamResponse:
        response = web.StreamResponse(headers=_HEADERS | {"Content-Disposition": _disposition(found.name)})
        response.content_type = found.media_type
        if found.media_type == "text/plain":
            response.charset = "utf-8"
        response.content_length = found.size
        await response.prepare(request)
        number = 0
        while request.method != "HEAD" and (piece := await self._board.read(_piece, found.id, number)):
            await response.write(piece)
            number += 1
        return response


def _piece(tx: Tx, attachment_id: str, number: int) -> bytes | None:
    return tx.attachment_piece(attachment_id, number)


def _disposition(name: str) -> str:
    plain = "".join(c if c.isascii() and c not in '"\\' else "_" for c in name)
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"
