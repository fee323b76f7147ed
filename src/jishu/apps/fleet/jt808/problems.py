"""What can be wrong with bytes from outside; the docstring is the sentence, the class name the word in the counters."""


class Malformed(ValueError):
    """报文有误。"""

    def __str__(self) -> str:
        return self.args[0] if self.args else (self.__doc__ or "")


class TooShort(Malformed):
    """报文不完整：消息头或校验码缺失。"""


class TooLong(Malformed):
    """报文过长：一帧正文最多1023字节。"""


class BadEscape(Malformed):
    """转义有误：0x7D之后只能是0x01或0x02。"""


class BadChecksum(Malformed):
    """校验码不符，报文在传输中受损。"""


class BadLength(Malformed):
    """消息头所写的正文长度与实际不符。"""


class BadPart(Malformed):
    """分包序号有误：应从1到总包数。"""


class BadBody(Malformed):
    """正文与这种消息的格式不符。"""
