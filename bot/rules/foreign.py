"""What a round-up says of units that its sender does not write: nobody is asked, an admin claims or drops it."""

from bot.rules.doubts import Choice, Doubt, DoubtCode, Sense
from bot.rules.wording import questions
from bot.rules.wording.phrases import item_text
from config.campaign import Campaign
from storage.records import Progress


def foreign(item: Progress, campaign: Campaign) -> Doubt:
    """Return the doubt that an admin decides: take the figure as it was said, or drop it."""
    labels = (questions.TAKE, questions.DROP)
    opening = questions.said_by_another(item.region, item_text(item, campaign, day=item.date))
    choices = (
        Choice(number=1, label=labels[0], sense=Sense.AS_SAID, records=(item,), is_yes=True),
        Choice(number=2, label=labels[1], sense=Sense.DROP, is_no=True),
    )
    return Doubt(code=DoubtCode.FOREIGN, held=item, question=questions.question(opening, labels), choices=choices)
