"""What is unsure is asked, not guessed: with choices, of the person who said it, one question at a time."""

from storage import ledger, questions
from tests.office import Office


async def test_a_second_figure_of_the_day_is_asked_about_and_the_first_counts_meanwhile(office: Office) -> None:
    await office.dialog("""
    恩施：今日批复2宗100亩
    督办：已登记｜恩施州 11月15日 #A1
        批复＋2宗、＋100亩…
    恩施：今日批复3宗
    督办：恩施州今日已登记批复2宗，本条为3宗：回1 另有3宗（共5宗），回2 全天共3宗。答复前按2宗计，已算报送。
    恩施：1
    督办：已登记｜恩施州 11月15日 #A2
        批复＋3宗
        累计批复5/120宗…
    """)


async def test_the_whole_day_replaces_what_was_said_before(office: Office) -> None:
    await office.dialog("""
    恩施：今日批复2宗100亩
    督办：…
    恩施：今日批复3宗150亩
    督办：恩施州今日已登记批复2宗…：回1 …，回2 …
    恩施：全天合计
    督办：已登记｜恩施州 11月15日 #A2…累计批复3/120宗、0.01…
    """)


async def test_another_person_cannot_answer_and_a_new_report_in_between_is_handled(office: Office) -> None:
    await office.says("恩施", "今日批复2宗100亩", chat="headquarters")
    await office.says("恩施", "今日批复3宗", chat="headquarters")

    assert await office.says("武汉", "1", chat="headquarters") == []
    assert "上报＋1宗" in (await office.says("恩施", "今日上报1宗", chat="headquarters"))[0]
    assert "批复＋3宗" in (await office.says("恩施", "1", chat="headquarters"))[0]


async def test_an_unanswered_question_goes_to_the_admins_when_the_day_ends(office: Office) -> None:
    await office.says("恩施", "今日批复2宗100亩")
    await office.says("恩施", "今日批复3宗")

    await office.until("11-16 00:01")

    async with office.database.transaction(reading=True) as tx:
        left = await questions.unclaimed(tx, office.campaign.key)
        stands = await ledger.standings(tx, office.campaign.key, as_of=office.clock.now().date(), stages=["approved"])
    assert [q.region for q in left] == ["恩施州"]
    assert stands["恩施州", "batch", "approved"][1].count == 2


async def test_a_round_up_of_others_is_left_to_the_admins_unless_it_says_what_is_held(office: Office) -> None:
    await office.says("黄石", "今日批复2宗60亩")

    answers = await office.says("武汉", "黄石今日批复2宗60亩，咸宁今日批复1宗20亩，武汉今日批复4宗90亩")

    assert "批复＋4宗" in answers[0]
    assert "黄石市的数据与台账一致，未重复登记" in answers[0]
    assert "咸宁市的数据已转管理员核对，暂未登记" in answers[0]


async def test_taking_a_report_back_takes_its_question_back(office: Office) -> None:
    await office.says("恩施", "今日批复2宗100亩")
    await office.says("恩施", "今日批复3宗")

    await office.says("恩施", "撤回 A2")

    assert await office.says("恩施", "1") != []
    async with office.database.transaction(reading=True) as tx:
        stands = await ledger.standings(tx, office.campaign.key, as_of=office.clock.now().date(), stages=["approved"])
    assert stands["恩施州", "batch", "approved"][1].count == 2


async def test_an_admin_takes_or_leaves_out_what_nobody_answered(office: Office) -> None:
    await office.says("恩施", "今日批复2宗100亩")
    await office.says("恩施", "今日批复3宗")
    await office.says("武汉", "咸宁今日批复1宗20亩")
    await office.until("11-16 09:00")

    await office.dialog("""
    武汉：待认领
    督办：您没有这项权限…
    管理员：待认领
    督办：待认领2条…
    管理员：认领 2
    督办：#2 咸宁市的数据已登记。
    管理员：认领 1
    督办：请写明选项…
    管理员：认领 1 2
    督办：#1 恩施州的数据已登记。
    管理员：认领 1
    督办：没有待认领的#1…
    """)

    async with office.database.transaction(reading=True) as tx:
        stands = await ledger.standings(tx, office.campaign.key, as_of=office.clock.now().date(), stages=["approved"])
    assert stands["咸宁市", "batch", "approved"][1].count == 1
    assert stands["恩施州", "batch", "approved"][1].count == 3


async def test_a_report_behind_an_open_question_is_answered_with_that_question(office: Office) -> None:
    await office.dialog("""
    恩施：今日批复2宗100亩
    督办：…
    恩施：今日批复2宗100亩
    督办：恩施州今日已登记批复2宗，本条为2宗：回1 另有2宗（共4宗），回2 全天共2宗。答复前按2宗计，已算报送。
    恩施：今日批复3宗，上报1宗
    督办：已登记｜恩施州 11月15日 #A3
        上报＋1宗…
        本条有1处待核，请先答复：恩施州今日已登记批复2宗，本条为2宗：回1 …
    恩施：今日批复4宗
    督办：本条有1处待核，请先答复：恩施州今日已登记批复2宗，本条为2宗：回1 …
    """)


async def test_a_question_that_waited_is_put_with_what_the_ledger_holds_by_then(office: Office) -> None:
    for said in ("今日批复2宗100亩", "今日批复2宗100亩", "今日批复3宗150亩"):
        await office.says("恩施", said)

    await office.dialog("""
    恩施：1
    督办：…累计批复4/120宗…
        恩施州今日已登记批复4宗，本条为3宗：回1 另有3宗（共7宗），回2 全天共3宗。答复前按4宗计，已算报送。
    恩施：2
    督办：…累计批复3/120宗、0.015/0.71万亩…
    """)


async def test_the_whole_day_replaces_also_what_was_corrected_while_the_question_was_open(office: Office) -> None:
    await office.says("恩施", "今日批复2宗100亩")
    await office.says("恩施", "今日批复3宗150亩")
    await office.says("恩施", "更正 今日批复5宗250亩")

    assert "累计批复3/120宗" in (await office.says("恩施", "2"))[0]


async def test_a_held_figure_that_nothing_speaks_against_any_more_is_asked_for_alone(office: Office) -> None:
    for said in ("今日批复2宗100亩", "今日上报9宗", "今日上报2宗", "今日批复3宗150亩", "撤回 A1"):
        await office.says("恩施", said)

    await office.dialog("""
    恩施：1
    督办：…上报＋2宗…
        恩施州今日批复3宗待确认：回1 3宗、150亩无误，回2 不登记。答复前暂不计入。
    恩施：1
    督办：…累计批复3/120宗…
    """)


async def test_an_admin_takes_the_whole_day_in_place_of_what_was_corrected_since(office: Office) -> None:
    await office.says("恩施", "今日批复2宗100亩")
    await office.says("恩施", "今日批复3宗150亩")
    await office.says("恩施", "更正 今日批复5宗250亩")
    await office.until("11-16 09:00")

    await office.says("管理员", "认领 1 2")

    async with office.database.transaction(reading=True) as tx:
        stands = await ledger.standings(tx, office.campaign.key, as_of=office.clock.now().date(), stages=["approved"])
    assert stands["恩施州", "batch", "approved"][1].count == 3
