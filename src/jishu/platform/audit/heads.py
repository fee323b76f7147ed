"""A signed tree head (树头): how many entries there were when, and the one hash that stands for all. Pure."""

from dataclasses import asdict, dataclass, replace
from typing import Any, Self

from .chain import canonical
from .signing import PublicKey, Signer

# Says what is signed, so that a signature can never be passed off as one over something else.
PURPOSE = b"jishu audit head 1\n"


class NotAHead(ValueError):
    """树头的写法不对。"""


@dataclass(frozen=True, kw_only=True)
class SignedHead:
    """``at`` is an ISO 8601 instant in UTC; ``root`` and ``signature`` are hex."""

    size: int
    root: str
    at: str
    algorithm: str
    key_id: str
    signature: str = ""

    @classmethod
    def signed_by(cls, signer: Signer, *, size: int, root: bytes, at: str) -> Self:
        head = cls(size=size, root=root.hex(), at=at, algorithm=signer.algorithm, key_id=signer.key_id)
        return replace(head, signature=signer.sign(head.message).hex())

    @classmethod
    def from_json(cls, told: Any) -> Self:
        """NotAHead unless it is exactly one."""
        try:
            head = cls(**told)
            bytes.fromhex(head.root + head.signature)
        except (TypeError, ValueError):
            raise NotAHead(NotAHead.__doc__) from None
        if not isinstance(head.size, int) or not all(isinstance(one, str) for one in (head.at, head.key_id)):
            raise NotAHead(NotAHead.__doc__)
        return head

    @property
    def message(self) -> bytes:
        """What is signed: everything but the signature."""
        return PURPOSE + canonical({name: value for name, value in asdict(self).items() if name != "signature"})

    def to_json(self) -> dict[str, Any]:
        return asdict(self)

    def holds_with(self, key: PublicKey) -> bool:
        return (self.algorithm, self.key_id) == (key.algorithm, key.key_id) and key.verifies(
            bytes.fromhex(self.signature), self.message
        )
