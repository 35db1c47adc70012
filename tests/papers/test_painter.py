import asyncio
import multiprocessing
import os
import signal
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.papers.picture import Painter, PictureError, draw
from tests.papers.samples import calm_day, sixty_units, trend


@pytest.fixture
async def painter() -> AsyncIterator[Painter]:
    painter = Painter()
    yield painter
    await painter.close()


def kill_the_worker() -> None:
    for process in multiprocessing.active_children():
        assert process.pid is not None
        os.kill(process.pid, signal.SIGKILL)


async def test_the_worker_draws_what_would_be_drawn_here(painter: Painter) -> None:
    assert await painter.render(trend()) == draw(trend())


async def test_the_event_loop_goes_on_while_a_picture_is_drawn(painter: Painter) -> None:
    await painter.render(trend())
    drawing = asyncio.ensure_future(painter.render(sixty_units()))
    turns = 0

    while not drawing.done():
        await asyncio.sleep(0.005)
        turns += 1

    assert (await drawing).startswith(b"\x89PNG")
    assert turns > 10


async def test_a_killed_worker_is_started_again(painter: Painter) -> None:
    await painter.render(trend())

    kill_the_worker()

    assert (await painter.render(trend())).startswith(b"\x89PNG")


async def test_a_worker_killed_at_its_work_is_started_again(painter: Painter) -> None:
    await painter.render(trend())
    drawing = asyncio.ensure_future(painter.render(sixty_units()))
    await asyncio.sleep(0)

    kill_the_worker()

    assert (await drawing).startswith(b"\x89PNG")


async def test_several_pictures_asked_for_at_once_are_drawn_one_after_another(painter: Painter) -> None:
    first, second, third = await asyncio.gather(*(painter.render(view) for view in (trend(), calm_day(), trend())))

    assert first == third != second


async def test_an_unusable_font_is_said_plainly(tmp_path: Path) -> None:
    font = tmp_path / "simsun.ttf"
    font.write_bytes(b"no font")
    painter = Painter(font_file=font)

    with pytest.raises(PictureError, match=r"simsun\.ttf: not a TrueType or OpenType font"):
        await painter.render(trend())

    await painter.close()


async def test_an_idle_worker_is_let_go_and_comes_back() -> None:
    painter = Painter(idle_s=0)
    await painter.render(trend())

    for process in multiprocessing.active_children():
        await asyncio.to_thread(process.join)

    assert (await painter.render(trend())).startswith(b"\x89PNG")
    await painter.close()
    assert not multiprocessing.active_children()
