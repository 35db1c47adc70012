"""A file that a messenger keeps for us, brought in: bounded, by one request."""

from collections.abc import Mapping

import aiohttp

from bot.messengers.base import WORKBOOK_BYTES, FileLostError


async def download(
    session: aiohttp.ClientSession, url: str, *, headers: Mapping[str, str] | None = None, timeout_s: float
) -> bytes:
    """Return what stands at an address; raise FileLostError, which never tells the address: it may be a key."""
    timeout = aiohttp.ClientTimeout(total=timeout_s)
    try:
        async with session.get(url, headers=headers, timeout=timeout, max_redirects=3) as response:
            status, data = response.status, await _bounded(response)
    except (aiohttp.ClientError, TimeoutError, OSError, ValueError) as fault:
        kind = type(fault).__name__
    else:
        if status == 200 and data is not None:
            return data
        kind = f"HTTP {status}" if status != 200 else "too large"
    # Raised out here, so that no traceback carries an address.
    raise FileLostError(kind)


async def _bounded(response: aiohttp.ClientResponse) -> bytes | None:
    """Read a body; None when it is larger than a workbook may be, sealed or not."""
    read = bytearray()
    async for chunk in response.content.iter_any():
        read += chunk
        if len(read) > WORKBOOK_BYTES + 64:
            return None
    return bytes(read)
