"""Files over the long connection: init, chunks, finish. https://developer.work.weixin.qq.com/document/path/101463"""

import base64
import hashlib

from bot.messengers.base import SendError
from bot.messengers.wecom.client import file_name
from bot.messengers.wecom.link import Link

CHUNK = 512 * 1024
"""Bytes before base64; at most 100 of them."""
FIRST_CHUNK = 0
"""The vendor's SDK counts from 0, although the page's sample shows a 1."""


async def upload(link: Link, *, kind: str, name: str, data: bytes) -> str:
    """Upload a picture or file and return its media_id."""
    total = -(-len(data) // CHUNK)
    opening = {
        "type": kind,
        "filename": file_name(name),
        "total_size": len(data),
        "total_chunks": total,
        "md5": hashlib.md5(data).hexdigest(),  # noqa: S324 the platform's own checksum
    }
    upload_id = (await link.call("aibot_upload_media_init", opening, harmless=True)).get("upload_id")
    for number in range(total):
        piece = data[number * CHUNK : (number + 1) * CHUNK]
        body = {
            "upload_id": upload_id,
            "chunk_index": FIRST_CHUNK + number,
            "base64_data": base64.b64encode(piece).decode(),
        }
        await link.call("aibot_upload_media_chunk", body, harmless=True)
    done = await link.call("aibot_upload_media_finish", {"upload_id": upload_id}, harmless=True)
    media_id = done.get("media_id")
    if not isinstance(media_id, str) or not media_id:
        raise SendError("no media_id in the answer")
    return media_id
