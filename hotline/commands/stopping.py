"""Opting out in words: that somebody wants no more texts, said as people say it and saying nothing else.

Whole messages only: a matter that begins like it ("不要再发小广告了", "stop texting while driving") stays one.
"""

import re

_PLEASE = r"(?:请|麻烦|拜托|你们|您|你|我们|我|以后|今后|真的|想|要|申请|需要|帮我|帮忙|能不能|可不可以|可以)*"
_THINGS = r"(?:任何|这些|这种|这样的|这类|你们的|垃圾|骚扰)*(?:短信|信息|消息|短讯)"
_NOT = r"(?:不要|别|不用|不必|勿|不想|不愿意?|不需要|不许|禁止)(?:再|继续|再继续)?"
_TO_ME = r"(?:给我|向我|跟我|往我这里?)"
_SEND = r"(?:发送|推送|群发|发)(?:过来|来)?"
_DONE = r"(?:了|吧|啊|呀|啦|吗|好吗|行吗|可以吗|好不好|谢谢|多谢|拜托)*"
_ZH = (
    rf"(?:td|回复|发送)?(?:退订|退訂|取消订阅)(?:{_THINGS}|短信服务|服务)?",
    rf"(?:取消|关闭|关掉|屏蔽|拒收|拒绝接收)(?:{_THINGS})(?:服务|提醒|推送)?",
    rf"停止(?:{_TO_ME}?(?:{_SEND}|接收){_TO_ME}?)(?:{_THINGS})?",
    rf"{_NOT}{_TO_ME}?{_SEND}{_TO_ME}?{_THINGS}{_TO_ME}?",
    rf"{_NOT}(?:收到|接收|收|看到){_THINGS}",
    rf"{_NOT}{_TO_ME}{_SEND}",
    rf"(?:不要|别)再{_SEND}{_TO_ME}?",
)
_CHINESE = re.compile(rf"停止|{_PLEASE}(?:{'|'.join(_ZH)}){_DONE}")
_TEXTS = (
    r"(?:(?:these|those|your|the|any|all|more|such|spam|text|sms)\s)*(?:texts?|messages?|sms|texting|messaging|msgs?)"
)
_ENDING = r"(?:\s(?:to|me|please|pls|now|again|any\s?more|ever|thanks|thank you|to this number|on this number))*"
_EN = (
    rf"stop\s(?:sending\s)?(?:me\s)?{_TEXTS}",
    rf"(?:do not|dont|don t|never)\s(?:ever\s)?(?:text|message|sms|send\s(?:me\s)?{_TEXTS})",
    rf"(?:i\s(?:want|need)\s)?no more\s{_TEXTS}",
    r"(?:i\s(?:want|would like|d like|wish)\sto\s)?(?:unsubscribe|opt\s?out)(?:\sme)?"
    r"(?:\sfrom\s(?:this|these|your|all|the))?(?:\s(?:list|texts?|messages?|sms))?",
    r"(?:remove|take)\sme\s(?:from|off)\s(?:this|the|your)\s(?:text\s|sms\s)?list",
)
_ENGLISH = re.compile(rf"(?:(?:please|pls|kindly|can you|could you|hi|hello)\s)*(?:{'|'.join(_EN)}){_ENDING}")
_LONGEST = 80  # signs; whoever writes more says more than that
_SIGNS = re.compile(r"[\W_]+")


def wants_no_texts(said: str) -> bool:
    """Whether a folded message says that no more texts are wanted, and nothing else."""
    if len(said) > _LONGEST:
        return False
    words = _SIGNS.sub(" ", said).strip()
    return _CHINESE.fullmatch(words.replace(" ", "")) is not None or _ENGLISH.fullmatch(words) is not None
