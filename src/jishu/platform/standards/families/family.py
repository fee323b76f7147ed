"""One kind of rules, and what several kinds have in common."""

from dataclasses import dataclass

from jishu.platform.standards.parameters import Number, Parameter, Words


@dataclass(frozen=True, kw_only=True)
class Family:
    """Rules that say the same things about different subjects."""

    code: str
    title: str
    parameters: tuple[Parameter, ...]

    @property
    def speaks_for_itself(self) -> bool:
        """A requirement is a sentence of its own; a limit needs the name of the thing it limits."""
        return any(isinstance(one, Words) and one.is_rule for one in self.parameters)


RULE = Words(name="requirement", title="要求", is_rule=True, required=True)
HOW = Words(name="enforcement", title="平台落实方式", said=False)
LEVEL = Words(name="level", title="层级", required=True, said=False)
WITHIN = (
    Number(name="days", title="期限", unit="日"),
    Number(name="workdays", title="期限", unit="个工作日"),
    Number(name="months", title="期限", unit="个月"),
    Number(name="years", title="期限", unit="年"),
    Number(name="extension_workdays", title="可延长", unit="个工作日"),
    Words(name="counted_from", title="起算："),
    Words(name="content", title="内容："),
)


def requirements(domain: str, title: str) -> Family:
    return Family(code=f"{domain}.requirement", title=f"{title}管理要求", parameters=(RULE, HOW))


def deadlines(domain: str, title: str) -> Family:
    return Family(code=f"{domain}.deadline", title=f"{title}期限", parameters=(*WITHIN, HOW))
