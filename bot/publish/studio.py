"""The studio: makes the papers that a message promises, just before it is sent and outside every transaction."""

import asyncio
import hashlib
from dataclasses import replace

import structlog

from bot.document import Document, File
from bot.papers import recipe
from bot.papers.memo import MemoError, WeeklyMemo, write_memo
from bot.papers.picture import Painter, PictureError
from bot.papers.recipe import Paper, RecipeError
from bot.papers.sheet import Book, SheetError, write_book
from storage import snapshots
from storage.database import Database

log = structlog.get_logger(__name__)

PNG = "image/png"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
LONGEST_MAKING_S = 25.0
"""Well within the time for which a message is claimed: what takes longer is left out."""


def order(name: str, paper: Paper) -> File:
    """Promise a paper: a file that has only its recipe yet."""
    text = recipe.write(paper)
    media_type = XLSX if isinstance(paper, Book) else DOCX if isinstance(paper, WeeklyMemo) else PNG
    return File(name=name, media_type=media_type, sha256=recipe.key(text), recipe=text)


class Studio:
    """Whoever makes papers; each recipe is made once, and what was made is kept for ever.

    A message is owed together with its recipes, so the transaction that decides it draws nothing, two strikers owe it
    once, and a process that dies while drawing loses nothing. A paper that cannot be made is left out: the words go.
    """

    def __init__(self, database: Database, painter: Painter | None) -> None:
        self._database = database
        self._painter = painter
        self._making: dict[str, asyncio.Future[File | None]] = {}

    async def finish(self, document: Document) -> Document:
        """Return a document with its papers made."""
        if all(file.recipe is None for file in document.attachments):
            return document
        made = await asyncio.gather(*(self._made(file) for file in document.attachments))
        picture, files = (made[0], made[1:]) if document.picture else (None, made)
        return replace(document, picture=picture, files=tuple(f for f in files if f is not None))

    async def bytes_of(self, file: File) -> bytes | None:
        """Return a paper's bytes without keeping them: for whoever only looks."""
        return None if file.recipe is None else await self._draw(recipe.read(file.recipe))

    async def _made(self, file: File) -> File | None:
        """Return a file made, by whoever asked for it first."""
        if file.recipe is None:
            return file
        making = self._making.get(file.sha256)
        if making is None:
            making = self._making[file.sha256] = asyncio.ensure_future(self._make(file, file.recipe))
            making.add_done_callback(lambda _: self._making.pop(file.sha256, None))
        made = await asyncio.shield(making)
        return None if made is None else replace(made, name=file.name)

    async def _make(self, file: File, text: str) -> File | None:
        async with self._database.transaction(reading=True) as tx:
            found = await snapshots.made_from(tx, file.sha256)
        if found is None:
            try:
                async with asyncio.timeout(LONGEST_MAKING_S):
                    data = await self._draw(recipe.read(text))
            except (RecipeError, PictureError, SheetError, MemoError, TimeoutError) as fault:
                log.exception("paper not made", file=file.name, fault=str(fault))
                return None
            if data is None:
                return None
            found = hashlib.sha256(data).hexdigest()
            async with self._database.transaction() as tx:
                await snapshots.keep_made(tx, recipe=file.sha256, sha256=found, media_type=file.media_type, data=data)
        return File(name=file.name, media_type=file.media_type, sha256=found)

    async def _draw(self, paper: Paper) -> bytes | None:
        if isinstance(paper, Book):
            return await asyncio.to_thread(write_book, paper)
        if isinstance(paper, WeeklyMemo):
            return await asyncio.to_thread(write_memo, paper)
        return None if self._painter is None else await self._painter.render(paper)
