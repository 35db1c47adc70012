"""What is remembered of messages under way, and what is forgotten."""

from bot.messengers.dingtalk.progress import Progress


def test_a_step_is_done_until_its_post_is_finished() -> None:
    progress = Progress()
    progress.add("k", "1")

    assert progress.has("k", "1")
    assert not progress.has("k", "2")
    progress.finish("k")
    assert not progress.has("k", "1")


def test_the_oldest_posts_are_forgotten_first() -> None:
    progress = Progress()
    for number in range(2_001):
        progress.add(f"k{number}", "1")

    assert not progress.has("k0", "1")
    assert progress.has("k1", "1")
