"""Areas that only tell what kind of land a figure is made of: 其中农用地50亩、耕地20亩. They are never progress."""

import re

from bot.parsing.figure import Figure
from bot.parsing.state import State
from bot.parsing.tokens import Token

_TAIL = r"(?:土地)?(?:总?面积)?[约近为是计共:]{0,2} *$"
_CLASS = re.compile(
    r"(?:耕地|水田|旱地|水浇地|园地|林地|草地|未利用地|基本农田|农用地|其他土地|水域|坑塘|沟渠)" + _TAIL
)
_KIND = re.compile(r"(?:建设用地|集体土地|国有土地|集体|国有|净用地|净地|代征|农转用|农用地转用|征收|征地)" + _TAIL)
_LOOK_BACK = 14


def is_of_class(state: State, last: Figure, token: Token) -> bool:
    """Whether an area is of one class of the land counted before; 批复2宗，建设用地60亩 is the area itself."""
    said = state.text[max(0, token.start - _LOOK_BACK) : token.start]
    if "地" not in said and "田" not in said and "有" not in said and "转" not in said:
        return False
    if _CLASS.search(said) is not None:
        return True
    return (last.area_mu is not None or state.context.within is not None) and _KIND.search(said) is not None
