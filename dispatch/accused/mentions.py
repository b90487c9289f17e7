"""Who is spoken of in a text: people by name, by sound, by surname and title, by what they do; units; outsiders."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import IntEnum

from dispatch.accused.index import HEADS, Index, index_of
from dispatch.accused.speech import HINT, OUTSIDER
from dispatch.district.model import District, Role, UnitKind, Worker
from dispatch.places.model import Place
from dispatch.reading.script import stands_alone
from dispatch.reading.sound import sounds_of


class How(IntEnum):
    """How surely somebody of the office is meant."""

    OUTSIDE = 0  # somebody else: what is told of them is no complaint
    LOOSE = 1  # a surname as friends use it
    OFFICE = 2  # you, the office as a whole
    UNIT = 3
    ROLE = 4  # our grid worker
    PERSON = 5  # a name, or a surname with an office's title


@dataclass(frozen=True, slots=True)
class Agent:
    """Somebody who is said to act; `codes` are theirs, none where it cannot be told which one it is."""

    start: int
    end: int
    how: How
    codes: tuple[str, ...] = ()


_STRONG = r"主任|书记|网格员|网格长|楼长|楼院长|楼组长|专干|社工|联络员|干部|主席|委员"
_WEAK = r"师傅|同志|科长|所长|站长|队长|姐|哥|阿姨|叔叔?|婶|大姐|大妈|大爷|大叔|先生|女士|小姐|工作人员|某某?"
_TITLED = re.compile(rf"(?P<name>[\u4e00-\u9fff])(?:副|大)?(?P<title>{_STRONG}|{_WEAK})(?!医师|医生|家)")
_SURNAMED = re.compile(
    r"姓(?P<name>[\u4e00-\u9fff])(?:的|个)?(?:那个|这个)?(?P<title>网格员|主任|书记|工作人员|女的|男的|干部|楼长)?"
    r"|网格员(?:小|老|姓)?(?P<after>[\u4e00-\u9fff])(?=[^\u4e00-\u9fff]|那|这|他|她|就|说|来|从"
    r"|态|天|总|老|每|收|不|把)"
)
_FAMILIAR = re.compile(
    r"(?<!大)(?<!最)[小老阿](?P<name>[\u4e00-\u9fff])(?!区|孩|朋|事|人|时|学|板|师|公|婆|百|年|太|头|妈|爸|乡|家)"
)
_ENGLISH = re.compile(
    r"\b(?:director|secretary|head|mr\.?|mrs\.?|ms\.?|miss|officer)\s+(?P<name>[a-z]+)\b|\b(?P<name2>[a-z]+)\s+(?:shifu"
    r"|zhuren)\b"
)
# A sign that is no surname stands for none by its sound: "complain of a grid worker" names nobody.
_SURNAMES = frozenset(
    "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜戚谢邹喻柏水窦章云苏潘葛奚范彭郎鲁韦昌马苗凤方俞任袁柳"
    "史唐费廉岑薛雷贺倪汤滕殷罗毕郝邬安常乐于时傅皮卞齐康伍余元卜顾孟平黄和穆萧尹姚邵湛汪祁毛禹狄米贝明臧计伏成戴谈宋茅庞熊"
    "纪舒屈项祝董梁杜阮蓝闵席季麻强贾路娄危江童颜郭梅盛林刁钟徐邱骆高夏蔡田樊胡凌霍虞万支柯管卢莫经房裘缪干解应宗丁宣邓"
    "郁单杭洪包诸左石崔吉龚程邢裴陆荣翁荀羊惠甄曲封芮储靳段富巫乌焦巴弓牧山谷车侯全班仰秋仲伊宫宁仇栾暴甘厉戎祖武符刘景詹"
    "束龙叶幸司黎薄印宿白怀蒲从鄂索咸籍赖卓蔺屠蒙池乔阴胥能苍双闻莘党翟谭贡劳姬申扶堵冉宰郦雍桑桂牛寿通边扈燕冀尚农温别庄晏"
    "柴瞿阎充慕连茹习宦艾鱼容向古易慎戈廖庾终暨居衡步都耿满弘匡国文寇广禄东欧沃利蔚越夔隆师巩聂晁勾敖融冷辛阚那简饶空曾沙游"
    "肖付闫代涂佘涛邸苟岳帅佟"
)
_GRID = re.compile(
    r"网格(?:员|长|管理员|(?=就是|都|从来|根本|天天|整天|也就是|的人))"
    r"|格格员|跑网格的|管(?:我们|俺们|咱们|这)?(?:片|格)的|\b(?:the |our |my )?grid (?:worker"
    r"|man|woman|officer)s?\b"
)
_COURT = re.compile(
    r"楼(?:院)?长|楼组长|单元长|楼院(?:的)?(?:人|干部|工作人员|负责人)|(?:楼院?|院子?)里?(?:的|头)?管事儿?的"
    r"|(?:南|北|东|西|中)院(?:的)?管事儿?的"
)
_HEAD = re.compile(
    r"(?:居委会?|社区|居民委员会|村委会?|我们(?:这|那)?(?:个|片)?|咱们)的?(?:那个|这个|一个)?(?:主任"
    r"|书记|负责人|领导|一把手|头头)"
)
_LEADER = re.compile(
    r"(?:街道|街道办|办事处|你们)的?(?:那个)?(?:主任|书记|领导|一把手|负责人|头头)|\b(?:office"
    r"|sub-district) (?:director|leader|head)\b"
)
_DUTY = re.compile(r"(?:值(?:夜)?|坐)班(?:的|员|人员|那|室的人|干部)")
_NOT_AS_PLACE = (
    r"(?!门口|门前|旁|对面|楼下|楼上|楼里|院子|附近|隔壁|后面|前面|边上|背后|东边|西边|南边|北边"
    r"|活动|食堂|广场|公园|小区|医院|卫生|图书|大门|那条路|那边的?(?:路|灯)|路"
    r"|选举|换届|下面|服务大厅的?(?:灯|门|空调))"
)
_COMMITTEE = re.compile(
    rf"居民?委(?:员会|会)?(?!会|员会|主任|书记){_NOT_AS_PLACE}|村委会?{_NOT_AS_PLACE}"
    r"|社区(?:居委会?)?(?=的?(?:人|干部|工作人员|那帮|那些|这帮|那个|就|都|也|不|从来?|一|态度"
    r"|推|收|拿|骗|领导|办事|服务站|书记|主任))"
    r"|\b(?:residents'?|neighbou?rhood) committee\b|\bthe committee\b"
)
# Who is no actor for himself is one beside somebody who is complained of: "the worker came not and 社区 knows it".
_BESIDE = re.compile(
    rf"(?:居民?委|村委|社区)(?:会|里|上)?(?![会员里上]){_NOT_AS_PLACE}(?!医|诊|养老|工厂|群|邻|居民|内|环境|网)"
    r"|\b(?:the )?(?:committee|community office)\b"
)
_OFFICE = re.compile(
    rf"街道办事处{_NOT_AS_PLACE}|街道办{_NOT_AS_PLACE}|办事处{_NOT_AS_PLACE}"
    r"|街道(?=的?(?:人|干部|工作人员|那帮|那些|这帮|那个|领导|窗口|办事|政府|态度|推|踢|收|不作为"
    r"|就会|就知道|骗|都不管|也不管|上的人))"
    r"|(?<![了杀给请谢和])你们(?:街道|这里|这儿|那里|那儿|热线|单位|政府|这(?:些|帮|个)(?:人|当官的"
    r"|干部|工作人员)?|那(?:些|帮|个)(?:人|窗口)?|当官的|工作人员"
    r"|的人|办事)?(?!管管|来|能不能|能|可以|帮|快|派|看|评|说说|有没有|合计|晓得|知道|收勿收|给(?:我|管|解决|处理|看))"
    r"|(?:这个?|这破|什么(?:破)?)(?:热线|电话热线)(?=(?:就?是|真是|纯粹是?|简直是?)?(?:个|一个)?(?:摆设|骗人|糊弄"
    r"|忽悠|敷衍|应付|没用|白打))"
    r"|\byou people\b|\byour (?:office|staff|people|hotline)\b|\bthe sub-?district office\b"
)


def agents(text: str, district: District, place: Place | None) -> list[Agent]:
    """Everybody who acts in a plain text, in order; where two overlap the surer one stands."""
    index = index_of(district)
    people = list(_names(text, index))
    here = _Here(text, district, place, index)
    found = [*people, *here.units(), *_titled(text, index, here, people), *here.roles()]
    if any(each.how is not How.OUTSIDE for each in found):
        found += (Agent(*match.span(), How.OUTSIDE) for match in OUTSIDER.finditer(text))
    return _apart(found)


def _apart(found: Sequence[Agent]) -> list[Agent]:
    kept: list[Agent] = []
    taken: set[int] = set()
    for each in sorted(found, key=lambda each: (-each.how, each.start - each.end)):
        if taken.isdisjoint(range(each.start, each.end)):
            kept.append(each)
            taken.update(range(each.start, each.end))
    return sorted(kept, key=lambda each: each.start)


def _names(text: str, index: Index) -> Iterator[Agent]:
    taken: set[int] = set()
    for i, start, end in index.names.find_matches_as_indexes(text, overlapping=True):
        if stands_alone(text, start, end) and not _is_outside(text, start):
            taken.update(range(start, end))
            yield Agent(start, end, How.PERSON, index.named[i])
    heard = text.translate(index.signs)
    for i, start, end in index.ways.find_matches_as_indexes(heard, overlapping=True):
        if taken.isdisjoint(range(start, end)):
            codes = tuple(code for name, code in index.heard[i] if _is_heard(text, start, end, name))
            if codes:
                yield Agent(start, end, How.PERSON, codes)


def _is_heard(text: str, start: int, end: int, name: str) -> bool:
    """A name of three is known by one sign of its own; one of two needs its surname and somebody of the office."""
    same = [said == meant for said, meant in zip(text[start:end], name, strict=False)]
    if len(name) > 2:
        return any(same) or HINT.search(text[max(0, start - 8) : end + 8]) is not None
    return same[0] and re.search(_STRONG, text[max(0, start - 4) : end + 4]) is not None


def _titled(text: str, index: Index, here: "_Here", people: Sequence[Agent]) -> Iterator[Agent]:
    """Surnames with a title, and as friends say them."""
    inside = {at for each in people for at in range(each.start, each.end)}
    for match in (*_TITLED.finditer(text), *_SURNAMED.finditer(text)):
        groups = match.groupdict()
        group = "name" if groups.get("name") else "after"
        at, title = match.start(group), groups.get("title") or ("网格员" if group == "after" else "")
        strong = re.fullmatch(_STRONG, title) is not None or text.startswith("姓", match.start())
        found = _of_surname(text[at], title, index, by_sound=strong)
        if found and at not in inside:
            how = How.PERSON if strong and not _is_outside(text, match.start()) else How.LOOSE
            yield Agent(match.start(), match.end(), how, here.narrowed(_fit(found, title)))
    for match in _FAMILIAR.finditer(text):
        found = index.surnames.get(match["name"], ())
        if found and match.start("name") not in inside and not _is_outside(text, match.start()):
            yield Agent(match.start(), match.end(), How.LOOSE, here.narrowed(found))
    for match in _ENGLISH.finditer(text):
        found = index.english.get(match["name"] or match["name2"], ())
        if found and match.start() not in inside:
            title = "主任" if match[0].startswith(("director", "secretary", "head")) else ""
            yield Agent(*match.span(), How.PERSON if title else How.LOOSE, here.narrowed(_fit(found, title)))


def _of_surname(char: str, title: str, index: Index, *, by_sound: bool) -> tuple[Worker, ...]:
    if char in index.surnames:
        return index.surnames[char]
    if not by_sound or not title or char not in _SURNAMES:
        return ()
    return index.surname_sounds.get(sounds_of(char)[0], ())


def _fit(found: Sequence[Worker], title: str) -> Sequence[Worker]:
    """Those whom a title fits; where it fits nobody of the name, all of the name."""
    roles = {"主任": HEADS, "书记": HEADS, "网格员": _OF_GRID, "网格长": _OF_GRID, "楼长": _OF_GRID}.get(title)
    fit = [worker for worker in found if roles and worker.role in roles]
    return fit or found


def _is_outside(text: str, start: int) -> bool:
    before = list(OUTSIDER.finditer(text, max(0, start - 6), start))
    return bool(before) and start - before[-1].end() <= 2


_OF_GRID = (Role.GRID_WORKER, Role.COURTYARD_MEMBER)


class _Here:
    """Where a text is, so far as it says and its place is known: which of several is meant."""

    def __init__(self, text: str, district: District, place: Place | None, index: Index) -> None:
        self._text, self._district, self._place = text, district, place or Place()
        hits = index.units.find_matches_as_indexes(text, overlapping=True)
        self._said = [(start, end, index.of_unit[i]) for i, start, end in hits if stands_alone(text, start, end)]
        said = dict.fromkeys(code for _, _, code in sorted(self._said, key=lambda one: one[0] - one[1]))
        places = (self._place.courtyard, self._place.committee)
        known = (district.unit(code) for code in (*said, *places))
        lower = [unit.code for unit in known if unit is not None and unit.kind is not UnitKind.OFFICE]
        self._order = tuple(dict.fromkeys(sorted(lower, key=lambda code: self._depth(code), reverse=True)))

    def _depth(self, code: str) -> int:
        unit = self._district.unit(code)
        return len(unit.path) if unit else 0

    def _inside(self, worker: Worker, code: str) -> bool:
        unit = self._district.unit(worker.unit)
        return unit is not None and code in unit.path

    def narrowed(self, found: Sequence[Worker]) -> tuple[str, ...]:
        """Of those who fit, those of the nearest unit that has any; all who fit where none does."""
        for code in self._order:
            near = [worker.code for worker in found if self._inside(worker, code)]
            if near:
                return tuple(near)
        return tuple(worker.code for worker in found)

    @property
    def _committee(self) -> str | None:
        said = (self._district.committee_of(code) for code in self._order)
        return next((code for code in said if code), None) or self._place.committee

    def units(self) -> Iterator[Agent]:
        """Units by their name, or as the one that the place has."""
        text, office = self._text, self._district.units[0].code
        for start, end, code in self._said:
            unit = self._district.unit(code)
            kind = unit.kind if unit else UnitKind.COURTYARD
            as_place = re.match(_NOT_AS_PLACE, text[end : end + 8]) is None
            if kind is UnitKind.COURTYARD or as_place or text[end : end + 2] in ("主任", "书记"):
                continue
            yield Agent(start, end, How.UNIT if kind is UnitKind.COMMITTEE else How.OFFICE, (code,))
        committee = self._committee
        for match in _COMMITTEE.finditer(text):
            yield Agent(*match.span(), How.UNIT, (committee,) if committee else ())
        for match in _OFFICE.finditer(text):
            yield Agent(*match.span(), How.OFFICE, (office,))

    def roles(self) -> Iterator[Agent]:
        """People by what they do."""
        for match in _GRID.finditer(self._text):
            yield Agent(*match.span(), How.ROLE, self.of_grid())
        for match in _COURT.finditer(self._text):
            yield Agent(*match.span(), How.ROLE, self.of_grid())
        office = self._district.units[0].code
        for match in _HEAD.finditer(self._text):
            yield Agent(*match.span(), How.ROLE, self._one(self._committee, HEADS))
        for match in _LEADER.finditer(self._text):
            yield Agent(*match.span(), How.ROLE, self._one(office, HEADS))
        for match in _DUTY.finditer(self._text):
            yield Agent(*match.span(), How.ROLE, self._one(self._committee, (Role.DUTY,)))

    def _one(self, code: str | None, roles: Sequence[Role]) -> tuple[str, ...]:
        """The one of a unit with such a role; where there are several, the unit."""
        fit = [worker.code for worker in self._district.workers_of(code or "") if worker.role in roles]
        return (fit[0],) if len(fit) == 1 else (code,) if code else ()

    def of_grid(self) -> tuple[str, ...]:
        """The grid worker of the place; of a place that is not known so well all of its courtyard or committee."""
        grid = self._district.grid(self._place.grid)
        if grid is not None and grid.worker:
            return (grid.worker,)
        fit = [worker for worker in self._district.workers if worker.role in _OF_GRID]
        return self.narrowed(fit) if self._order else ()

    def committee(self) -> tuple[str, ...]:
        """The committee of the place, where it is known."""
        return (self._committee,) if self._committee else ()


def committees_beside(text: str) -> Iterator[Agent]:
    """A committee, wherever it is spoken of as somebody who acts: whose it is the text's place and people tell."""
    for match in _BESIDE.finditer(text):
        yield Agent(*match.span(), How.UNIT)


def implied(text: str, district: District, place: Place | None) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Of the place: its committee, and its grid worker."""
    here = _Here(text, district, place, index_of(district))
    return here.committee(), here.of_grid()
