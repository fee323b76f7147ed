"""Whose data this deployment provides: a name and a code that go together, the code with its check digit."""

from jishu.platform.lib.identifiers import WrongIdentifier, validate_uscc
from jishu.runtime.environment import BadSetting, Environment

LONGEST = 60


def provider_of(environment: Environment) -> tuple[str, str]:
    """Refused when only one of them is set, or the code is none."""
    name, code = environment.provider_name, environment.provider_code
    if not name and not code:
        return "", ""
    if not 0 < len(name) <= LONGEST:
        raise BadSetting(
            name="JISHU_PROVIDER_NAME", expected=f"单位全称（{LONGEST} 字以内，与代码一并设置）", value=name
        )
    try:
        return name, validate_uscc(code)
    except WrongIdentifier as error:
        raise BadSetting(name="JISHU_PROVIDER_CODE", expected=f"统一社会信用代码（{error}）", value=code) from error
