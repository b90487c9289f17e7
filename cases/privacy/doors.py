"""Doors as people say them: 501, 3-2-501, A501, 十二零一, 东户, 甲户, 5楼B, 18-1, Rm 12B.

What `dispatch/places/said` reads as a room is hidden here: building and unit are the place of the matter, the door is
who lives there. A test holds the two together. What only looks like a door stays: 1-3层, 6-8点, k歌, b超室, 户外.
"""

import re

from cases.privacy.rule import rule


def _is_room(found: str) -> bool:
    """Whether three or four digits read as floor and door, as in 501 or 1203; 200 and 050 do not."""
    digits = re.sub(r"[^0-9]", "", found.partition("-")[0].replace("两", "2"))
    return digits[0] != "0" and 1 <= int(digits[-2:]) <= 30


def _descends(found: str) -> bool:
    """Whether a pair is a door and no span: 18-1号 is a door, 6-8号 are days or houses."""
    first, _, second = found.partition("-")
    return int(first) > int(second)


# After a room nothing counts or measures; a householder (户主) is no count.
_NO_COUNT = (
    r"(?![0-9]|-[0-9]| ?(?:[元块人米平斤天个分度次年月岁位只辆箱袋瓦伏兆名件台部盏]|户(?![主内里])"
    r"|号楼|单元|公里|千|小时|多|%|[.:][0-9]))"
)
# What makes a pair of numbers a span, an hour or a count.
_NO_SPAN = (
    r"(?![0-9-]| ?(?:[层楼点号月日时周栋幢座门梯元块人米平斤天个分度次年岁位只辆名件台部盏户到至]"
    r"|单元|小时|家(?![里中])|%|[:.][0-9]))"
)
_NO_THING = r"(?![0-9a-z]| ?(?:[座栋幢层楼门梯区纸灯线高宽长深]|信号|网|基站|套餐|电压|出?口|车|停车|地库))"
_NO_HOUSE = "(?![型外口籍数])"  # 户型, 户外, 户口
# Where a sentence ends or tells what is wrong at a door, so that a number or letter alone was one.
_TOLD = "漏|渗|[没停断][水电气]|跳闸|堵|噪音|吵|业主|住户|租户|leak"
_END = r"$|[,。;!?)]|\.(?![0-9])"
_TELLS = rf"(?={_END}| ?(?:家[里中]|{_TOLD}))"
_ALONE = rf"(?={_END}| ?(?:家(?![具电长庭政属乐园])|{_TOLD})|、(?! ?[a-z] ?[座栋幢区楼]))"
_APART = "(?= (?![梯座栋幢室型区超歌号单]))"
_LETTER = r"(?:[a-z](?![a-z]))"
_DIGITS = rf"(?!12[0-9]{{3}}|9[56][0-9]{{3}}|100[0-9]{{2}})[0-9]{{5}}{_LETTER}?|[0-9]{{3,4}}{_LETTER}?"  # no 12345
_TAIL = rf"(?: ?[-~] ?(?:[0-9]{{1,4}}{_LETTER}?|{_LETTER}))?"
_ROOMS = rf"(?:{_DIGITS}){_TAIL}(?: ?[、和及] ?[0-9]{{3,4}}{_LETTER}?{_TAIL}){{0,4}}"
_MIXED = (
    rf"[a-z]{{1,2}}[0-9]{{1,5}}{_LETTER}?|[a-z]-[0-9]{{1,4}}|[0-9]{{1,2}}[a-eg-z][0-9]{{2,4}}"
    rf"|[0-9]{{1,2}}(?!f){_LETTER}"
)
_WRITTEN = rf"(?:(?:{_ROOMS}){_NO_COUNT}|(?:{_MIXED}){_NO_COUNT}{_NO_THING})"
_SHORT = r"[0-9十]{1,4}[a-z]?"
# A room as it is spoken: 五百零一, 十二零一 (the searched spelling has digits for 零 to 九).
_SPOKEN = r"(?:[0-9两]百0?[0-9]十?[0-9]?|[0-9]?十[0-9]?0[0-9])"
_TURN = "[靠最朝]?[东西南北中左右]{1,2}"
_SIDE = rf"(?:{_TURN}间? ?[边侧手首头面]?那? ?户|[甲乙丙丁] ?户){_NO_HOUSE}"
_TOWARDS = rf"(?:{_SIDE}|{_TURN} ?(?:门|手边|[边侧首手头面]))"
# Where a door may stand. Each begins with a sign and looks back from there: so the search finds it quickly.
_NO_ID = "(?<![0-9a-z])(?<![0-9a-f]{3}-)"  # 92f3277b and 4d12-3f50 are ids
_STOREY = (  # 3F, 3/F
    rf"f(?:(?<={_NO_ID}[0-9]f)(?![0-9a-f]{{6}}(?![0-9a-z]))|(?<={_NO_ID}[0-9]{{2}}f)(?![0-9a-f]{{5}}(?![0-9a-z]))"
    rf"|(?:(?<={_NO_ID}[0-9]/f)|(?<={_NO_ID}[0-9]{{2}}/f))(?![0-9a-f]{{7}}))"
)
_LEVEL = r"[楼层](?:(?<=[0-9a-z十顶底].)|(?<=[0-9a-z十顶底] .))"
_WITHIN = rf"(?:号楼|单元|[幢栋座楼层梯门]|#(?<=[0-9]#)|{_STOREY})"
_HOUSE = rf"(?:号楼|单元|[幢栋座](?<=[0-9a-z十].)|{_LEVEL}|{_STOREY})"
_INSIDE = rf"(?:单元|门(?<=[0-9十].)|{_LEVEL}|梯|{_STOREY})"
_JOINT = r"[ ,、:/的(-]{0,2}"
_LOOSE = r"[ ,、。.:/的第_(#和及-]{0,3}"
_BUILDING = r"[0-9](?<![0-9-].)[0-9]{0,2} ?(?:号楼|号|幢|栋|座|#)? ?- ?"
_CHAIN = rf"{_BUILDING}[0-9]{{1,2}} ?(?:单元)? ?- ?"
_FLOOR = r"[0-9十顶底](?<![0-9十百负b-].)(?<!地下.)[0-9十]{0,2}(?:[楼层]|[a-eg-z]层|/?f(?![a-z]))"
_ROOM_WORD = r"(?= ?号?(?:办公)?[室窒](?! ?[0-9两] ?[厅卫]))"
_SHOP_WORD = r"(?= ?号? ?(?:商铺|铺|摊位|网点))"
_NO_DAY = r"(?= ?号(?! ?(?:[0-9楼线院门街路早晚上下凌前窗梯机井停]|电[梯表])))"  # 2单元12号停水
_NO_COUNTED = r"(?= ?户(?![外口型籍数]| ?(?:居民|人|住户|家庭|业主联|[都全共上以之]|停[水电气])))"
_NUMBER = r"[0-9]{1,4}[a-z]?|[a-z]{1,2}-?[0-9]{1,4}[a-z]?|[0-9]{1,2}[a-z][0-9]{2,4}|[a-z]"

DOORS = (
    # before their word, after it
    rule(
        r"(?<![0-9a-z])(?!(?<=[0-9]/)f)"
        rf"(?P<hide>(?:[0-9]{{3,4}}[a-z]? ?[-~、和及] ?){{0,4}}(?:{_NUMBER})){_ROOM_WORD}"
    ),
    rule(rf"{_STOREY}(?P<hide>{_NUMBER}){_ROOM_WORD}"),
    rule(r"(?P<hide>[0-9]{3,4}[a-z]?)(?= ?号?房(?![租东价型屋]))"),
    rule(rf"{_WITHIN}{_JOINT}(?P<hide>[0-9十]{{1,3}}[a-z]?)(?= ?号?房(?![租东价型屋子产]| ?[0-9两] ?[厅卫]))"),
    rule(rf"{_WITHIN}{_JOINT}(?P<hide>{_SHORT}){_SHOP_WORD}"),
    rule(r"(?:房间号?|房号|室号|门牌号?|房门号)[ :是为]{0,3}(?P<hide>[0-9]{1,4}[a-z]?)(?![0-9])"),
    rule(r"(?P<hide>[0-9两十百千]{2,6})(?= ?(?:室(?! ?[0-9两] ?[厅卫])|号房|房间|百?房号))"),
    # behind the building, the unit, the floor
    rule(rf"{_WITHIN}{_JOINT}(?P<hide>{_WRITTEN}|{_SPOKEN}(?![十百]){_NO_COUNT})"),
    rule(rf"{_WITHIN}{_JOINT}(?P<hide>[0-9]{{3,5}}|{_SPOKEN}){_NO_COUNTED}", _is_room),
    rule(rf"{_HOUSE}{_JOINT}(?P<hide>[0-9十]{{2,3}}(?:{_TELLS}|(?=的))|[0-9](?={_END}| ?家[里中]| leak))"),
    rule(rf"{_INSIDE}{_JOINT}(?P<hide>{_SHORT}{_NO_DAY}|[0-9]{{1,2}}-[0-9]{{1,3}}{_NO_SPAN})"),
    rule(rf"{_WITHIN}{_JOINT}(?P<hide>[0-9]{{1,2}}-[0-9]{{1,3}})(?= ?号(?![楼线院门]))", _descends),
    rule(rf"{_CHAIN}(?P<hide>[0-9]{{1,2}}-[0-9]{{1,2}})(?= ?号(?![楼线院门]))", _descends),
    rule(rf"# ?(?P<hide>[0-9]{{3,4}}{_LETTER}?){_NO_COUNT}"),
    # a room alone, by whose it is: 我住402, 楼上1303漏水
    rule(
        rf"(?:我住|我家|家住|住在|租住|(?<![号座])楼[上下]|隔壁|对门|邻居)(?:在|是)? ?(?P<hide>[0-9]{{3,4}}{_LETTER}?)"
        rf"{_NO_COUNT}(?![0-9a-z]| ?[弄路号街巷])",
        _is_room,
    ),
    rule(r"(?<![0-9a-z-])(?P<hide>[0-9]{3,4})(?=业主)", _is_room),
    # by dashes
    rule(
        rf"{_CHAIN}(?P<hide>(?:{_ROOMS}|{_MIXED})(?![0-9]|-[0-9])|(?:[0-9]{{1,2}}(?:-[0-9]{{1,2}})?|{_SPOKEN}){_NO_SPAN})"
    ),
    rule(rf"{_CHAIN}(?P<hide>{_SHORT}(?:{_NO_DAY}|{_SHOP_WORD}))"),
    rule(
        rf"{_BUILDING}(?<![0-9a-f]{{4}}-)(?P<hide>[0-9]{{3,4}}[a-z]?(?:-[0-9](?![0-9a-z]))?){_NO_COUNT}(?!-)", _is_room
    ),
    rule(rf"(?:号楼|[幢栋座#]){_JOINT}[0-9]{{1,2}}-(?P<hide>[0-9]{{1,2}}){_NO_SPAN}"),
    # by floor and side, by a letter
    rule(rf"(?P<hide>{_FLOOR} ?的?(?:{_TOWARDS}|[0-9]{{1,2}} ?号(?![0-9楼线院门])))"),
    rule(rf"(?:{_WITHIN}|-(?<=[0-9].)){_LOOSE}(?P<hide>{_SIDE})"),
    rule(rf"(?P<hide>{_FLOOR}(?: ?的?[a-z](?: ?户{_NO_HOUSE}|(?! ?户){_ALONE})|[a-z](?! ?户){_APART}))"),
    rule(rf"(?:号楼|{_LEVEL})(?P<hide>[a-z])(?:(?={_END})|{_APART})"),
    rule(rf"(?<![0-9a-z])(?P<hide>[a-z] ?户){_NO_HOUSE}"),
    rule(rf"{_STOREY}(?P<hide>[a-z] ?户{_NO_HOUSE}|[a-z](?! ?户)(?:{_ALONE}|(?=的)))"),
)
_WORDS = "one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve"
_NTH = (
    r"(?:[0-9]{1,2}(?:st|nd|rd|th)|first|second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth|eleventh|twelfth)"
)
_PLACE = "building|bldg|block|tower|entrance|unit|floor"
_ENGLISH = (
    rf"(?<![a-z])(?:(?:{_PLACE})\.? ?(?:(?:no\.?|number|#) ?)?(?:[0-9]{{1,3}}[a-z]?|[a-z]|{_WORDS})"
    rf"|no\.? ?[0-9]{{1,4}} building|{_NTH} (?:{_PLACE}))[ ,-]{{1,2}}"
)
_NO_ENGLISH = (
    r"(?! ?(?:min|hour|day|week|month|year|time|people|person|resident|house|famil|home|yuan|rmb|met|kg|sq|degree|volt"
    r"|(?:m|am|pm)(?![a-z])|%))"
)
LATIN_DOORS = (
    rule(
        r"(?<![a-z])(?:room|rm|flat|apt|apartment|suite)\.? ?(?:(?:no\.?|number|#) ?)?"
        rf"(?P<hide>[0-9]{{1,4}}[a-z]?|[a-z]-?[0-9]{{1,4}}[a-z]?)(?![0-9a-z]){_NO_ENGLISH}"
    ),
    rule(r"(?<![a-z])unit (?:no\.? ?)?(?P<hide>[0-9]{3,4}[a-z]?)(?![0-9a-z])"),
    rule(
        rf"{_ENGLISH}(?P<hide>(?:{_WRITTEN}|{_SPOKEN}|[0-9]{{1,2}}-[0-9]{{1,2}}(?![0-9-])){_NO_ENGLISH}|{_SIDE}"
        rf"|{_SHORT}(?:{_NO_DAY}|{_SHOP_WORD})|[0-9]{{3,5}}{_NO_COUNTED}|[0-9]{{1,2}}{_TELLS})"
    ),
)
