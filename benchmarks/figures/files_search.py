"""Full text of 100 000 documents with permission in the same query: what the page 资料搜索 asks the database."""

import random
import time
from collections.abc import Iterator

from django.db import connection

from benchmarks.ground import Ground
from benchmarks.inside import fresh_district
from benchmarks.measured import Goal, Measured, p95
from jishu.platform.archive.api import documents_about, snippets
from jishu.platform.identity.api import Actor, Grant, account_named, actor_for

DOCUMENTS, QUERIES, SHOWN, LENGTH = 100_000, 70, 20, 130
GOAL = Goal(100, "ms")

_SAID = (
    "办公用房|公务用车|固定资产|会议纪要|采购合同|维修申请|搬迁费用|年度预算|消防检查|物业服务|通行证件|值班安排|节能改造|食堂管理|"
    "房间清单|权属证明|面积核定|车辆购置|处置方案|公开招标|验收报告|付款凭证|电梯保养|空调检修|档案移交|印章使用|保密承诺"
)
_WORDS = _SAID.split("|")

_ROWS = """
    WITH made AS (
        INSERT INTO archive_document (uid, created_at, title, kind, state, unit_id, subject_kind, place, is_masked,
                                      is_shared, uploaded_by_id, filed_at, hold_reason)
        SELECT gen_random_uuid(), now(), title, 'other', 'ready', unit, '', '', false, shared, person, now(), ''
        FROM unnest(%s::text[], %s::bigint[], %s::bigint[], %s::bool[]) AS told (title, unit, person, shared)
        RETURNING id, title
    )
    INSERT INTO archive_passage (document_id, number, page, title, text)
    SELECT id, 1, 1, title, (%s::text[])[row_number() OVER ()] FROM made
"""


def measure(ground: Ground) -> Iterator[Measured]:
    with fresh_district(ground):
        _fill(random.Random(7))
        asked = _questions(random.Random(8))
        for who, actor in (("普通工作人员", _actor("shenqing")), ("全区档案管理员", _keeper())):
            spent = sorted(_asked(actor, words) for words in asked)
            yield Measured(
                f"{DOCUMENTS:,} 份文件中全文搜索，{who}",
                f"中位 {spent[len(spent) // 2]:.0f} ms,p95 {p95(spent):.0f} ms",
                ((GOAL, p95(spent)),),
            )


def _asked(actor: Actor, words: str) -> float:
    began = time.perf_counter()
    rows = list(documents_about(actor, words).order_by("-id")[: SHOWN + 1])
    snippets(rows[:SHOWN], words)
    return 1000 * (time.perf_counter() - began)


def _fill(chance: random.Random) -> None:
    """Shared by one unit in fourteen, as in the demo district; the rest private to whoever brought it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT u.id, a.person_id FROM identity_unit u JOIN identity_unit d ON d.agency_id = u.id "
                       "JOIN identity_appointment a ON a.unit_id = d.id WHERE u.kind = 'agency'")  # fmt: skip
        people = cursor.fetchall()
        cursor.execute("DROP INDEX passage_search")  # built at the end, as after a restore
        for _ in range(DOCUMENTS // 10_000):
            held = [chance.choice(people) for _ in range(10_000)]
            titles = [f"{chance.choice(_WORDS)}{chance.choice(_WORDS)}{chance.randrange(10_000)}号" for _ in held]
            texts = [_text(chance) for _ in held]
            shared = [chance.random() < 0.5 for _ in held]
            cursor.execute(_ROWS, [titles, [unit for unit, _ in held], [one for _, one in held], shared, texts])
        cursor.execute("CREATE INDEX passage_search ON archive_passage USING gin (search) WITH (fastupdate = off)")
        cursor.execute("ANALYZE archive_document, archive_passage")


def _text(chance: random.Random) -> str:
    said = "".join(chance.choice(_WORDS) + chr(chance.randrange(0x4E00, 0x9FA5)) for _ in range(LENGTH // 5))
    return f"{said}{chance.randrange(1_000_000):06d}"


def _questions(chance: random.Random) -> list[str]:
    """Common words, pairs of words, and numbers that hardly anything has."""
    common = [chance.choice(_WORDS) for _ in range(QUERIES // 2)]
    pairs = [" ".join(chance.sample(_WORDS, 2)) for _ in range(QUERIES // 4)]
    rare = [f"{chance.randrange(1_000_000):06d}" for _ in range(QUERIES - len(common) - len(pairs))]
    return common + pairs + rare


def _actor(username: str) -> Actor:
    account = account_named(username)
    assert account is not None
    return actor_for(account.person)


def _keeper() -> Actor:
    account = account_named("shiwu")
    assert account is not None
    region = Grant.objects.filter(role="identity.security").select_related("unit").latest("id").unit
    Grant.objects.create(
        person=account.person, role="archive.keeper", unit=region, during=Grant.objects.latest("id").during
    )
    return actor_for(account.person)
