"""Errors a person caused and can understand. Anything else is a bug and stays a 500."""


class DomainError(Exception):
    """现在不能这样办理。"""

    status = 422

    def __init__(self, message: str = "", *, field: str | None = None) -> None:
        self.message = message or (self.__doc__ or "").strip()
        self.field = field
        super().__init__(self.message)

    @property
    def code(self) -> str:
        """The stable name API callers match on, such as ``NotInStock``."""
        return type(self).__name__


class Refused(DomainError):
    """您没有办理此事的权限。如确需办理，请联系本单位管理员。"""

    status = 403


class Missing(DomainError):
    """没有找到，或者不在您的管理范围内。"""

    status = 404


class Conflict(DomainError):
    """他人刚刚作了修改，请刷新后再试。"""

    status = 409
