"""The campaign file: the attachment's figures as they were ordered, and faults named by file, line and key."""

import csv
from decimal import Decimal
from pathlib import Path

import pytest

from bot.checking import differences, unknown_years
from config.campaign import DEFAULT_CAMPAIGN, Campaign, CampaignError, load

SHARED = Path(__file__).parents[3] / "shared"


def spoiled(tmp_path: Path, old: str, new: str) -> Path:
    """Return a copy of the default campaign with its first `old` made `new`."""
    text = DEFAULT_CAMPAIGN.read_text(encoding="utf-8")
    assert old in text
    (tmp_path / "hubei-regions.csv").write_bytes((DEFAULT_CAMPAIGN.parent / "hubei-regions.csv").read_bytes())
    path = tmp_path / "campaign.toml"
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    return path


def line_of(text: str) -> int:
    return DEFAULT_CAMPAIGN.read_text(encoding="utf-8").splitlines().index(text) + 1


def test_the_units_are_the_seventeen_of_the_attachment_in_its_order(campaign: Campaign) -> None:
    assert len(campaign.units) == 17
    assert campaign.regions[0] == "武汉市"
    assert campaign.regions[-1] == "神农架林区"
    assert campaign.unit("恩施州").division == "执法监督处"
    assert campaign.region_of_division("执法监督处") == "恩施州"
    assert campaign.target("恩施州", "batch").area_mu == Decimal(7100)
    assert campaign.days == 61


@pytest.mark.skipif(not SHARED.exists(), reason="the order's own table is not here")
def test_every_target_is_the_one_that_was_ordered(campaign: Campaign) -> None:
    with (SHARED / "domain" / "targets.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    for row in rows[:-1]:
        batch, key = (campaign.target(row["region"], track) for track in ("batch", "key_project"))
        assert (batch.count, batch.area_wanmu) == (int(row["task_count"]), Decimal(row["task_area_wanmu"]))
        assert (key.count, key.area_wanmu) == (int(row["key_count"]), Decimal(row["key_area_wanmu"]))


def test_roles_are_asked_for_and_not_literal_keys(campaign: Campaign) -> None:
    assert campaign.counting_stage.name == "批复"
    assert campaign.next_best_stage is not None
    assert campaign.next_best_stage.name == "上报"
    assert campaign.default_track.name == "批次用地"


def test_the_declared_totals_differ_from_the_rows_and_the_check_says_so(campaign: Campaign) -> None:
    said = "\n".join(differences(campaign))
    assert "13.15万亩，各单位之和13.13万亩" in said
    assert "17.32万亩，各单位之和17.30万亩" in said


def test_a_year_without_a_known_calendar_is_said(campaign: Campaign) -> None:
    assert unknown_years(campaign) == []
    later = campaign.model_copy(
        update={"start": campaign.start.replace(year=2031), "end": campaign.end.replace(year=2031)}
    )
    assert "2031年" in unknown_years(later)[0]


@pytest.mark.parametrize(
    ("old", "new", "at", "fault"),
    [
        (
            "count = 72,",
            "count = -72,",
            "targets.batch = { count = 72, area_wanmu = 0.70 }",
            "units.0.targets.batch.count",
        ),
        ('division = "办公室"', 'division = "某处"', 'division = "办公室"', "units.0.division: 某处 is none of"),
        ('key = "supplied"', 'key = "approved"', "", "stages: approved stands twice"),
        ('role = "counting"\n', "", "", "exactly one stage has role"),
        ("direction = ", "dirction = ", 'direction = "higher"', "dirction: Extra inputs"),
        ("end = 2023-12-31", "end = 2022-12-31", "end = 2023-12-31", "end: lies before start"),
    ],
)
def test_a_fault_names_file_line_and_key(tmp_path: Path, old: str, new: str, at: str, fault: str) -> None:
    path = spoiled(tmp_path, old, new)

    with pytest.raises(CampaignError) as caught:
        load(path)

    assert fault in str(caught.value)
    assert str(path) in str(caught.value)
    if at:
        assert f"{path}:{line_of(at)}:" in str(caught.value)


def test_a_missing_file_and_broken_toml_are_told_plainly(tmp_path: Path) -> None:
    with pytest.raises(CampaignError, match="no-such"):
        load(tmp_path / "no-such.toml")
    (tmp_path / "broken.toml").write_text("key = \n", encoding="utf-8")
    with pytest.raises(CampaignError, match=r"broken\.toml"):
        load(tmp_path / "broken.toml")
