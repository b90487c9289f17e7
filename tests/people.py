"""The people of the tests: one the case belongs to, some who act on it, one who must see nothing.

Workers are those of the sample district (app/sample/district.json); logins are made by the tests that need
them.
"""

from dataclasses import dataclass

from cases.phrases import EN, ZH, Name


@dataclass(frozen=True, slots=True)
class Resident:
    """Somebody who calls or texts. `home` is what they answer when asked where."""

    name: Name
    number: str
    lang: str
    home: str


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody of the office. `worker` is the code in the district, `unit` what they stand in or may see."""

    name: Name
    number: str
    worker: str
    unit: str
    role: str


@dataclass(frozen=True, slots=True)
class SignedIn:
    """An account. `unit` and all below it is what it may see; `office` the office it belongs to."""

    name: Name
    login: str
    password: str
    role: str
    unit: str
    office: str


WANG_XIUYING = Resident(Name("王秀英", "Wang Xiuying"), "+8613800000001", ZH, "幸福里小区3号楼2单元501室")
LI_JIANGUO = Resident(Name("李建国", "Li Jianguo"), "+8613800000002", ZH, "幸福里小区7号楼1单元302室")
ANNA_SMITH = Resident(Name("安娜", "Anna Smith"), "+8613800000003", EN, "Xingfuli Estate, building 5, unit 2, room 201")
RESIDENTS = (WANG_XIUYING, LI_JIANGUO, ANNA_SMITH)

# The grid workers of 幸福里: buildings 1 and 2, 3, 4 and 5, 6, 7 and 8, 9.
ZHANG_AIMIN = Member(
    Name("张爱民", "Zhang Aimin"), "+8613900000031", "xingfuli-grid-01", "xingfuli-south", "grid_worker"
)
LI_HONGMEI = Member(Name("李红梅", "Li Hongmei"), "+8613900000032", "xingfuli-grid-02", "xingfuli-south", "grid_worker")
WANG_DESHUN = Member(
    Name("王德顺", "Wang Deshun"), "+8613900000033", "xingfuli-grid-03", "xingfuli-middle", "grid_worker"
)
LIU_JIAJIA = Member(
    Name("刘佳佳", "Liu Jiajia"), "+8613900000034", "xingfuli-grid-04", "xingfuli-middle", "grid_worker"
)
ZHAO_TIEZHU = Member(
    Name("赵铁柱", "Zhao Tiezhu"), "+8613900000035", "xingfuli-grid-05", "xingfuli-north", "grid_worker"
)
SUN_LINA = Member(Name("孙丽娜", "Sun Lina"), "+8613900000036", "xingfuli-grid-06", "xingfuli-north", "grid_worker")
GRID_WORKERS = (ZHANG_AIMIN, LI_HONGMEI, WANG_DESHUN, LIU_JIAJIA, ZHAO_TIEZHU, SUN_LINA)

ZHOU_GUILAN = Member(Name("周桂兰", "Zhou Guilan"), "+8613900000015", "xingfuli-head", "xingfuli", "committee_head")
WU_CHUNMEI = Member(Name("吴春梅", "Wu Chunmei"), "+8613900000016", "xingfuli-liaison", "xingfuli", "liaison")
LU_SIYUAN = Member(Name("陆思远", "Lu Siyuan"), "+8613900000003", "dispatcher-1", "xingfu", "dispatcher")
SHEN_YUEHUA = Member(Name("沈月华", "Shen Yuehua"), "+8613900000002", "supervisor", "xingfu", "supervisor")
MENG_HAITAO = Member(Name("孟海涛", "Meng Haitao"), "+8613900000005", "duty-1", "xingfu", "duty")
MEMBERS = (*GRID_WORKERS, ZHOU_GUILAN, WU_CHUNMEI, LU_SIYUAN, SHEN_YUEHUA, MENG_HAITAO)

DISPATCHER = SignedIn(LU_SIYUAN.name, "lu.siyuan", "paper-lantern-41", "dispatcher", "xingfu", "xingfu")
SUPERVISOR = SignedIn(SHEN_YUEHUA.name, "shen.yuehua", "slow-river-77", "supervisor", "xingfu", "xingfu")
COMMITTEE_HEAD = SignedIn(ZHOU_GUILAN.name, "zhou.guilan", "green-teapot-15", "committee", "xingfuli", "xingfu")
GRID_WORKER = SignedIn(LI_HONGMEI.name, "li.hongmei", "early-market-32", "worker", "xingfuli-south", "xingfu")
# Head of another committee of the same office: sees nothing of 幸福里.
NEIGHBOUR_HEAD = SignedIn(
    Name("沈家豪", "Shen Jiahao"), "shen.jiahao", "quiet-willow-27", "committee", "binhe", "xingfu"
)
# Somebody of another office: must see nothing at all.
STRANGER = SignedIn(Name("高远", "Gao Yuan"), "gao.yuan", "far-mountain-90", "dispatcher", "linshui", "linshui")
STRANGER_NUMBER = "+8613700000001"
