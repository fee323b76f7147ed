"""Why a file cannot be read, each in a sentence for the person who chose it."""

from jishu.platform.lib.errors import DomainError


class UnreadableFile(DomainError):
    """无法读取该文件，请用Excel或WPS打开后另存为.xlsx再试。"""


class FileTooLarge(UnreadableFile):
    """文件过大，请拆分成几个文件后分别导入。"""


class EmptyFile(UnreadableFile):
    """文件里没有内容。"""


class Encrypted(UnreadableFile):
    """文件设有打开密码，请取消密码后另存再导入。"""


class NotSpreadsheet(UnreadableFile):
    """这不是表格文件，请选择.xlsx、.xls、.ods、.et或.csv文件。"""


class WebPage(NotSpreadsheet):
    """该文件扩展名虽是表格，内容却是网页，请用Excel或WPS打开后另存为.xlsx再导入。"""


class Damaged(UnreadableFile):
    """文件已损坏或格式不规范，请用Excel或WPS打开后另存为.xlsx再试。"""


class UnknownEncoding(UnreadableFile):
    """无法识别文件的文字编码，请用Excel或WPS打开后另存为.xlsx再导入。"""


class Inflated(UnreadableFile):
    """文件解压后过大，可能不是正常的表格文件，已停止读取。"""


class NoSuchSheet(UnreadableFile):
    """工作簿中没有这个名称的工作表。"""


class TooManyRows(UnreadableFile):
    """表格行数超过限制，请拆分后分别导入。"""


class TooManyColumns(UnreadableFile):
    """表格列数超过限制，请删去与导入无关的列。"""


class TooMuchContent(UnreadableFile):
    """表格内容过多，请拆分后分别导入。"""


class CellTooLong(UnreadableFile):
    """有单元格的文字过长，请核对后再导入。"""


class TooCostly(UnreadableFile):
    """读取该文件占用内存过多，请只保留需要导入的工作表和内容后再试。"""


class TooSlow(UnreadableFile):
    """读取该文件用时过长，请拆分后分别导入。"""


BY_NAME = {kind.__name__: kind for kind in (UnreadableFile, *UnreadableFile.__subclasses__(), WebPage)}
