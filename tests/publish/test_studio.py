"""Papers are made once, kept as they were, and left out when they cannot be made."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from bot.document import Document, File
from bot.papers import recipe
from bot.papers.picture import Painter, PictureError
from bot.papers.recipe import RecipeError
from bot.papers.sheet import Book, Column, Sheet
from bot.papers.views import View
from bot.publish.studio import Studio, order
from storage import outbox
from storage.database import Database
from tests.papers import samples

BOOK = Book(title="周报", sheets=(Sheet(name="进展", columns=(Column(header="市州"),), rows=(("恩施州",),)),))


class Broken(Painter):
    """A painter who never gets anything done."""

    async def render(self, view: View) -> bytes:
        raise PictureError(f"no paint for {type(view).__name__}")


@pytest.fixture
async def painter() -> AsyncIterator[Painter]:
    painter = Painter()
    yield painter
    await painter.close()


async def kept(database: Database, file: File) -> bytes:
    async with database.transaction(reading=True) as tx:
        found = await outbox.attachment(tx, file.sha256)
    assert found is not None
    return found[1]


@pytest.mark.parametrize("name", sorted(samples.ALL))
def test_what_is_written_as_a_recipe_is_read_again(name: str) -> None:
    view = samples.ALL[name]()

    assert recipe.read(recipe.write(view)) == view


@pytest.mark.parametrize("text", ["", "{}", "[]", '{"!":"Painter"}', '{"!":"Sheet","name":"x"}', '"x"'])
def test_nothing_but_a_paper_is_read(text: str) -> None:
    with pytest.raises(RecipeError):
        recipe.read(text)


async def test_a_paper_is_made_once_and_comes_again_as_it_was(sqlite: Database, painter: Painter) -> None:
    document = Document(lines=("日报",), picture=order("日报.png", samples.trend()), files=(order("周报.xlsx", BOOK),))

    first, again = await asyncio.gather(*(Studio(sqlite, painter).finish(document) for _ in range(2)))
    later = await Studio(sqlite, None).finish(document)

    assert first == again == later
    assert first.picture is not None
    assert [f.recipe for f in first.attachments] == [None, None]
    assert (await kept(sqlite, first.picture)).startswith(b"\x89PNG")
    assert (await kept(sqlite, first.files[0])).startswith(b"PK")


async def test_the_words_go_out_when_the_picture_cannot_be_made(sqlite: Database) -> None:
    document = Document(lines=("日报",), picture=order("日报.png", samples.trend()), files=(order("周报.xlsx", BOOK),))

    finished = await Studio(sqlite, Broken()).finish(document)

    assert finished.lines == ("日报",)
    assert finished.picture is None
    assert [f.name for f in finished.files] == ["周报.xlsx"]


async def test_what_cannot_be_read_is_left_out(sqlite: Database) -> None:
    broken = File(name="周报.xlsx", media_type="", sha256="0" * 64, recipe="{}")

    assert (await Studio(sqlite, None).finish(Document(lines=("周报",), files=(broken,)))).files == ()
