"""Numbers masked, and texts without those who are told of in them."""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import lru_cache

from cases.privacy.doors import DOORS, LATIN_DOORS
from cases.privacy.papers import PAPERS, is_day
from cases.privacy.rule import rule

MARK = "***"

# The spelling that is searched has one character for each that is written, so that places agree.
_ALIKE = {
    **{chr(0xFF01 + at): chr(0x21 + at) for at in range(94)},
    **dict.fromkeys("—–‐−‑―", "-"),
    **dict(zip("零〇一二三四五六七八九幺", "001234567891", strict=True)),
    **dict(zip("號樓單層棟門東邊側間戶頂兩", "号楼单层栋门东边侧间户顶两", strict=True)),
}
_COMPOUND = "欧阳|司马|上官|诸葛|东方|皇甫|尉迟|公孙|慕容|令狐|司徒|夏侯|长孙|宇文|端木|南宫|独孤|闻人|百里|呼延"
_COMPOUND_NAMES = re.compile(_COMPOUND)
# The commonest family names; left out are those that are mostly other words: 成 单 左 时 车 路 向 关 管 连 水 和 尚 门.
_SINGLE = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许韩邓冯曹彭曾肖萧田董潘袁蔡蒋余于杜叶程魏苏吕丁任卢姚沈钟姜崔谭陆"
    "范汪廖石金韦贾夏付傅方邹熊白孟秦邱侯江尹薛闫阎段雷龙黎史陶贺毛郝顾龚邵万覃武钱戴严莫孔汤常温康施牛樊葛邢安齐易乔伍庞"
    "颜倪庄聂章鲁岳翟殷詹申耿焦柳甘祝包宁符舒阮纪梅童凌毕季裴霍涂苗曲盛俞翁骆柯尤兰屈饶瞿虞裘郁"
    "張劉陳楊黃趙吳孫馬羅鄭謝許韓鄧馮蕭蔣餘葉蘇呂盧鍾鐘譚陸賈鄒閻龍賀顧龔萬錢嚴湯溫齊喬龐顏莊聶魯寧紀畢韋駱蘭"
)
# Words that begin, and words that end, as a family name does, and name nobody.
_BEGINNINGS = (
    "高[中新层空速龄校个校管级血考]|江[苏西南北边]|安[徽保全置装排监静心防]|常[住年来客常见规务德州熟]|方[便案面向]|万[科达一分般家]|"
    "金[山地融额都辉科]|余[姚杭下]|宁[波夏愿可]|温[州馨泉度]|武[汉警装进术]|白[领天色云衣]|黄[山色衣浦河金土牌]|龙[华湖岗]|"
    "施[工行]|包[工括含裹]|任[课何务职由]|钟[点头]|程[序度]|马[上路甲桶]|曾[经在向打多去找与和对被就于因是有给跟询投反联]|"
    "于[0-9今昨前上去本当此是]|周[0-9日末围边]|严[重格禁厉]|凌晨|季[度节]|申[请诉报]|符合|祝[愿您你福贺大]|毕[业竟]|许[多久可诺]|"
    "谢[谢了]|陆[续家]|何[时处必况种]|胡[乱同]|段[时]|石[头家材]|田[地径]|林[业木地]|牛[奶肉]|熊[猫孩]|钱[财款]|齐[全心]|章[程]|"
    "易[燃爆]|康[复养]|康[乐]|夏[天季]|秦[皇]|雷[电雨]|付[了钱款费出]|童[装年]|罗湖|盛[世]|兰[州]|梅[溪雨]|纪[委检律念]|苗[圃木]|尤[其为]|"
    "屈[辱]|柳[州]|莫名|龙[头]|叶[子]|史[上]|毛[坯病]|顾[客问虑]|常[委]|高[铁]|江[湾]|甘[肃心]|吴[江]|苏[州北]|徐[州汇]|杨[浦]|"
    "郑[州]|唐[山]|孙[女子]|贺[卡]|舒[服适]|焦[急虑]|曲[折]|安[居亭]|石[化]|金[桥]|康[桥]|莫非|付清"
)
_ENDINGS = (
    "师傅|師傅|保安|公安|治安|主任|责任|信任|担任|面包|承包|外包|打包|照顾|谢谢|感谢|多谢|致谢|也许|允许|不许|或许|准许|关于|由于|对于|至于|"
    "属于|位于|等于|鉴于|基于|处于|在于|少于|最高|提高|很高|太高|身高|升高|过高|更高|对方|地方|警方|校方|双方|官方|我方|甲方|乙方|"
    "如何|任何|为何|分钟|少钱|给钱|块钱|价钱|付钱|收钱|花钱|要钱|退钱|的钱|交钱|没钱|经常|非常|正常|平常|日常|通常|异常|照常|健康|"
    "历史|工程|课程|流程|过程|全程|教程|违章|规范|模范|师范|防范|设施|实施|措施|容易|不易|庆祝|整齐|村庄|现金|基金|资金|租金|上周|"
    "下周|本周|每周|这周|祝贺|其余|多余|业余|明白|空白|大陆|园丁|支付|应付|交付|垫付|拖付|森林|园林|儿童|毕业|曾经|祖孙|子孙|"
    "四季|年纪|世纪|违纪|经纪|军龙|水龙|阶段|地段|路段|手段|时段|中段|房东|台江|长江|浦江"
)
_ID_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_ID_CHECKS = "10X98765432"


def mask_number(number: str) -> str:
    """A telephone number of which only both ends are left: 138****0001. What is no number is all hidden."""
    body = number.removeprefix("+86")
    plus, digits = ("+", body[1:]) if body.startswith("+") else ("", body)
    if re.fullmatch(r"[0-9*]{5,}", digits) is None:
        return "****"
    head, tail = (3, 4) if len(digits) >= 10 else (1, 2)
    return f"{plus}{digits[:head]}{'*' * (len(digits) - head - tail)}{digits[-tail:]}"


def mask_name(name: str) -> str:
    """A name of which only the family name (of a Latin one the first letter) is left: 王**."""
    bare = name.strip()
    if not bare:
        return ""
    return f"{bare[: 2 if _COMPOUND_NAMES.match(bare) else 1]}**"


def redact(text: str) -> str:
    """The text with *** for telephone numbers, identity and bank cards, mail and chat addresses, names and doors.

    Buildings and units stay: they are the place of the matter. Digits may be of full width, spoken
    (一三八…) or grouped. Never raises; redacting twice changes nothing more.
    """
    before = None
    while before != text:  # what is hidden can bare a neighbour
        before, text = text, _hide(text, _spans(_searched(text)))
    return text


Span = tuple[int, int]


def _searched(text: str) -> str:
    return "".join(map(_alike, text))


@lru_cache(maxsize=8192)
def _alike(char: str) -> str:
    if char in _ALIKE:
        return _ALIKE[char]
    digit = unicodedata.decimal(char, None)
    if digit is not None:
        return str(digit)
    return " " if char.isspace() or unicodedata.category(char) == "Cf" else char


def _hide(text: str, spans: Iterable[Span]) -> str:
    kept: list[str] = []
    end = 0
    for start, stop in sorted(spans):
        if start > end or not kept:
            kept += [text[end:start], MARK]
        end = max(end, stop)
    return "".join([*kept, text[end:]])


def _spans(searched: str) -> Iterator[Span]:
    for pattern, holds in (*_RULES, *_LATIN_RULES) if _LATIN.search(searched) else _RULES:
        for found in pattern.finditer(searched):
            if holds(found["hide"]):
                yield found.span("hide")


def _digits(found: str) -> str:
    return re.sub(r"[ -]", "", found).upper()


def _is_identity(found: str) -> bool:
    """Whether 18 (or the old 15) places are an identity number: by its checksum or its birthday."""
    places = _digits(found)
    if len(places) == 15:
        return is_day(f"19{places[6:12]}")
    total = sum(weight * int(place) for weight, place in zip(_ID_WEIGHTS, places, strict=False))
    return places[17] == _ID_CHECKS[total % 11] or is_day(places[6:14])


def _is_card(found: str) -> bool:
    """Whether the digits carry the check digit of a bank card."""
    places = [int(place) for place in reversed(_digits(found))]
    return sum(places[::2]) % 10 == -sum(sum(divmod(2 * place, 10)) for place in places[1::2]) % 10


_LOCAL = r"[2-9][0-9]{2,3}[ -]?[0-9]{4}(?![0-9-])"
_HAN = "0-9\u3400-\u9fff"
_ONE = rf"[{_SINGLE}](?<!{_ENDINGS})(?<![0-9十百千]万)"
_FAMILY = rf"(?:{_COMPOUND}|(?!{_BEGINNINGS}){_ONE})"
_NO_NAME = r"的了是在不没有这那就也都要把被吗呢吧啊么们很叫姓"
_GIVEN = rf"(?:(?![{_NO_NAME}])[{_HAN}])"
# What no given name ends in: 施工队, 林业局, 江苏人.
_NO_GIVEN = "(?<![局厂校院店部处所站社司队区村镇县市省路街栋幢号室户层人员工主者客商])(?<!姓名|名字)"
_END = rf"(?=[^a-z{_HAN}]|$)"
_GOES_ON = (
    r"(?=[住想是在]|家[住里在]|电话|手机|身份证|微信|反映|投诉|要求|报修|举报|现住|今年|来自|也|向|我|因|[你您]好|联系|"
    r"[0-9]{3}|[0-9]+(?:号楼|幢|栋|单元)|(?<![城园桥苑湾庭府里边山州])的)"
)
_NAME = rf"(?P<hide>{_FAMILY}{_GIVEN}{{1,2}}{_NO_GIVEN}{_END}|{_FAMILY}{_GIVEN}{{1,2}}?{_NO_GIVEN}{_GOES_ON})"
_WHOLE_NAME = rf"(?P<hide>{_FAMILY}{_GIVEN}{{1,2}}{_NO_GIVEN}){_END}"
_TITLE = (
    r"阿姨|大[爷妈哥姐叔婶伯娘爺媽嫂]|奶奶|爷爷|爺爺|叔叔|伯伯|老伯|先生|女士|小姐|太太|[师師]傅|老[师師]|老[太爷]|同志|"
    r"婆婆|老汉|阿婆"
)
# What stands before a whole name, seen from behind its first character.
_BEFORE_NAME = (
    rf"(?:(?<=[^a-z{_HAN}].)|(?<=^.)|(?<=[找和跟是叫的有户室给请住].)|"
    r"(?<=楼[上下].)|(?<=(?:隔壁|邻居|业主|居民|对门).))"
)
_ROLE = "(?:举报人|投诉人|报修人|反映人|申请人|当事人|来电人|报警人|求助人|业主名)"
# Family names that are mostly other words: only behind a word for a name, and not where the other word stands.
_RARE = (
    "(?!单[位元]|左[右边]|时[候间常]|车[主位子]|路[人边上过]|向[来导]|连[夜忙续]|水[电管工]|尚[未且]|成[都年])"
    "[成单左时车路向连水尚]"
)
_DOTTED = "[\u3400-\u9fff]{2,6}·[\u3400-\u9fff]{2,4}"
_OF_HOME = r"家(?:的|里(?!弄)|漏|装修|养|吵)"
_NO_ENGLISH = (
    r"(?!(?i:and|from|i|in|at|on|the|not|living|live|please|of|calling|my|we|our|there|an?|is|was|here|so|very|"
    r"chinese|british|american|french|german|japanese|korean|indian|russian|australian|canadian)\b)"
)
_RULES = (
    # telephone: mobile, with area code, abroad, after a word for it
    rule(r"(?<![0-9])(?P<hide>(?:(?:\+|00)?86[ -]{0,2})?1[ .-]?[3-9](?:[ .-]{0,2}[0-9]){9})(?![0-9])"),
    rule(rf"(?<![0-9-])(?P<hide>\(?(?:0|(?:\+|00)86[ -]?0?)[1-9][0-9]{{1,2}}\)?[ -]?{_LOCAL})"),
    rule(r"(?P<hide>(?:\+|(?<![0-9])00)[1-9](?:[ .-]?[0-9]){6,14})(?![0-9])"),
    rule(rf"(?:电话|座机|手机|联系方式|打给|tel|phone|mobile)[^0-9]{{0,4}}(?P<hide>{_LOCAL})"),
    # cards: identity (new, old), bank (in one, in fours)
    rule(r"(?<![0-9])(?P<hide>[1-9](?:[ -]?[0-9]){16}[ -]?[0-9x])(?![0-9])", _is_identity),
    rule(r"(?<![0-9])(?P<hide>[1-9][0-9]{14})(?![0-9])", _is_identity),
    rule(r"(?<![0-9])(?P<hide>[1-9][0-9]{14,18})(?![0-9])", _is_card),
    rule(r"(?<![0-9])(?P<hide>[1-9][0-9]{3}(?:[ -][0-9]{4}){3}(?:[ -][0-9]{1,3})?)(?![0-9])", _is_card),
    # chat
    rule(r"(?:微信号?|qq号?|wechat|weixin)(?: ?(?:id|是|为|:)){0,2} ?(?P<hide>[a-z0-9_-]{5,20})"),
    *PAPERS,
    *DOORS,
    # names: after a word for them, after the home, by the title
    rule(
        r"(?:我是|我叫|本人(?:是|叫|名叫)?|姓名|名字|联系人|户主|(?<![区路司店村校市园街楼场])叫)"
        rf"[ :是为叫]{{0,3}}{_NAME}"
    ),
    rule(
        rf"我是[^,.;!?。\n]{{0,20}}?(?:的|室|户|单元|楼|\*|业主|居民|租客)(?:业主|居民|住户|租[客户])? ?{_WHOLE_NAME}"
    ),
    rule(rf"{_ROLE}[ :是为叫]{{0,3}}{_NAME}"),
    rule(rf"(?:业主|住户|租户|租客|居民)[ :]?{_WHOLE_NAME}"),
    rule(rf"(?:我叫|姓名|联系人|{_ROLE})[ :是为]{{0,3}}(?P<hide>{_RARE}{_GIVEN}{{1,2}}{_NO_GIVEN}){_END}"),
    rule(rf"(?:我叫|姓名|联系人|业主|{_ROLE})[ :是为]{{0,3}}(?P<hide>{_DOTTED})"),
    rule(rf"姓(?P<hide>{_FAMILY}|{_RARE}){_END}"),
    rule(
        rf"(?P<hide>[{_SINGLE}](?=..?家(?:的|里(?!弄)|漏))(?!{_TITLE}){_BEFORE_NAME}(?<=(?!{_BEGINNINGS}).)"
        rf"{_GIVEN}{{1,2}}?{_NO_GIVEN})(?=家(?:的|里(?!弄)|漏))"
    ),
    rule(rf"(?P<hide>[{_SINGLE}](?=(?:{_TITLE})|{_OF_HOME})(?<!{_ENDINGS})(?<![0-9十百千]万))"),
    rule(rf"(?P<hide>(?:{_COMPOUND}){_GIVEN}{{0,2}}?)(?=(?:{_TITLE})|{_OF_HOME})"),
    rule(
        rf"(?P<hide>[{_SINGLE}](?=..?(?:{_TITLE})){_BEFORE_NAME}(?<=(?!{_BEGINNINGS}).)"
        rf"{_GIVEN}{{1,2}}?{_NO_GIVEN})(?=(?:{_TITLE}))"
    ),
    rule(rf"(?:隔壁|楼[上下]|对[门面]|邻居|[老小])(?P<hide>{_FAMILY})(?=家(?!具|电|长|庭|政|属|乐|园|[村庄桥港湾]))"),
)
_LATIN_RULES = (  # mail, doors, names
    rule(r"(?<![a-z0-9._%+-])(?P<hide>[a-z0-9._%+-]{1,64}@[a-z0-9.-]{1,190}\.[a-z]{2,24})"),
    *LATIN_DOORS,
    rule(
        r"(?<![a-z])(?:my name is|my name's|name:) ?"
        rf"(?P<hide>{_NO_ENGLISH}[a-z][a-z'-]{{0,30}}(?: {_NO_ENGLISH}[a-z][a-z'-]{{0,30}})?)"
    ),
    rule(
        r"(?<![a-z])(?:i am|i'm|i’m|this is) "
        rf"(?P<hide>(?-i:(?:{_NO_ENGLISH}[A-Z][a-z'-]{{1,30}}(?: [A-Z][a-z'-]{{1,30}}){{1,2}}"
        rf"|{_NO_ENGLISH}[A-Z][a-z'-]{{1,30}}(?=,| from| living| here))))"
    ),
    rule(r"(?<![a-z])(?:mr|mrs|ms|miss|dr|auntie|uncle)\.? (?P<hide>(?-i:[A-Z][a-z'-]{1,30}(?: [A-Z][a-z'-]{1,30})?))"),
)
_LATIN = re.compile("[A-Za-z]")
