"""Why a file is not taken, each in a sentence for the person who chose it."""

from jishu.platform.lib.errors import DomainError


class NotTaken(DomainError):
    """无法接收该文件，请核对后重新选择。"""


class TooLarge(NotTaken):
    """文件过大，请压缩或拆分后再上传。"""

    status = 413


class Empty(NotTaken):
    """文件里没有内容，请核对后重新选择。"""


class Program(NotTaken):
    """这是程序或脚本文件，平台不接收可以运行的文件。"""


class UnknownFormat(NotTaken):
    """无法识别文件的格式。可以上传 PDF、OFD、Word、Excel、PPT、WPS、图片、文本、音视频、图纸和 ZIP 文件。"""


class TwoInOne(NotTaken):
    """文件里还藏着另一个压缩文件，请另存后再上传。"""


class Locked(NotTaken):
    """文件设有打开密码，平台无法检查其内容，请取消密码后再上传。"""


class Damaged(NotTaken):
    """文件已损坏或格式不规范，请用原软件打开后另存，再上传。"""


class Inflated(NotTaken):
    """文件解压后过大，可能不是正常的文件，没有接收。"""


class TooDeep(NotTaken):
    """压缩包里又套了多层压缩包，平台无法逐一检查，请解开后再上传。"""


class TooManyPixels(NotTaken):
    """图片尺寸过大，请缩小到一亿像素以内再上传。"""


class TooCostly(NotTaken):
    """检查该文件占用内存过多，请简化或拆分后再上传。"""


class TooSlow(NotTaken):
    """检查该文件用时过长，请简化或拆分后再上传。"""


BY_NAME: dict[str, type[NotTaken]] = {one.__name__: one for one in (NotTaken, *NotTaken.__subclasses__())}
