"""Papers, plates and further numbers by which somebody is known: passports, number plates, landlines, chat names."""

import re
from datetime import date

from cases.privacy.rule import rule

_PROVINCE = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼"
_COUNTED = "元块人米吨度平斤个户次年份"


def is_day(digits: str) -> bool:
    """Whether eight digits are a date of the last or this century, as in 20261124."""
    try:
        return 1900 <= date(int(digits[:4]), int(digits[4:6]), int(digits[6:])).year < 2100
    except ValueError:
        return False


def _is_landline(found: str) -> bool:
    return not is_day(found)


def _is_plate(found: str) -> bool:
    """Whether at least three of a plate's places are digits: 新A12345 is one, 新Balance is a word."""
    return len(re.findall("[0-9]", found)) >= 3


PAPERS = (
    rule(r"(?P<hide>\+[1-9][0-9]{0,2} ?\([0-9]{1,4}\)(?:[ .-]?[0-9]{2,4}){2,4})(?![0-9])"),
    # Eight digits alone are a landline; behind "case " they are an id of ours, with a dash a case's number.
    rule(rf"(?<![0-9a-z.-])(?<!case )(?P<hide>[2-8][0-9]{{7}})(?![0-9a-z-]|\.[0-9]| ?[{_COUNTED}])", _is_landline),
    rule(r"护照(?:号码?)?[ :是为]{0,3}(?P<hide>[a-z]{1,2}[0-9]{6,8}|[0-9]{9})(?![0-9a-z])"),
    rule(r"(?<![0-9a-z-])(?P<hide>e(?:[0-9]|[a-hj-np-z])[0-9]{7})(?![0-9a-z])"),
    # Behind the plate a written 一 is searched as a digit: 沪A12345一直停着.
    rule(rf"(?P<hide>[{_PROVINCE}][a-hj-np-z][ ·.-]?[0-9a-z]{{5,6}})(?![a-z])", _is_plate),
    rule(r"(?:卡号|银行卡|账号|账户)[ :是为]{0,3}(?P<hide>[1-9][0-9]{3}(?:[ -]?[0-9]){8,15})(?![0-9])"),
    rule(r"(?<![0-9])(?P<hide>62[0-9]{14}(?:[0-9]{3})?)(?![0-9])"),
    rule(r"(?<![0-9a-z])(?:wx|vx|加v|v信|薇信|威信|扣扣|企鹅号?)(?:号|id)?[ :是为]{0,3}(?P<hide>[a-z0-9_-]{5,20})"),
)
