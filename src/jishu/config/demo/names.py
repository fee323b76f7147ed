"""Names of people who do not exist: as frequent, as various and as easily mistaken for each other as real ones."""

from random import Random

# The more often a surname stands here, the more people bear it, roughly as in the province.
_SURNAMES = (
    "陈陈陈陈陈陈王王王王王林林林林张张张张李李李黄黄黄周周周吴吴吴徐徐徐叶叶叶郑郑朱朱胡胡金金杨杨潘潘蒋蒋章章"
    "余余郭郭赵沈何卢冯方毛汪江洪项罗邵俞柯梁柳尤季应葛蔡谢董钱戴夏施单曾任解翁杜傅姜丁孔卓倪阮於麻涂厉"
)
_SURNAMES_OF_TWO = ("诸葛", "上官", "令狐")

# By generation: those born in the sixties and seventies, in the eighties, later.
_GIVEN = (
    "建国 建华 国平 志强 永明 卫东 海林 云飞 德胜 金龙 文斌 晓东 立新 春生 国庆 学军 正良 伟民 光明 庆丰 根法 仁贵 "
    "丽华 秀珍 美芳 桂英 爱萍 小红 淑琴 玉兰 慧敏 亚君 素芬 月娥 惠琴 彩云 凤仙 雅琴",
    "伟 磊 勇 斌 峰 涛 俊杰 海波 晓峰 志刚 文涛 凯 鹏程 剑锋 宇翔 振华 浩 亮 明辉 锦程 世杰 立波 建新 旭东 敏杰 "
    "静 芳 燕 娟 丽娜 晓燕 海燕 莉 雪芬 佳 婷 艳 慧 洁 玲玲 晓丽 璐 琼 倩 瑛 莎莎 文静",
    "子豪 俊熙 天宇 浩然 奕辰 嘉豪 泽宇 一鸣 思远 晨阳 睿 煜 皓 锴 骁 翊 昊天 书恒 承志 逸飞 乐天 明哲 "
    "欣怡 雨桐 思琪 诗涵 梦瑶 佳怡 语嫣 若曦 晓彤 可欣 婧 珺 琪 瑶 菲 怡然 雅婷 钰莹 沐晴 心悦 昕 芷若",
)
GENERATIONS = len(_GIVEN)


class Names:
    """Never gives a name twice; people who share one are the district's own choice."""

    def __init__(self, seed: int, taken: set[str]) -> None:
        self._chance = Random(seed)  # noqa: S311 — chance for data, not for keys
        self._taken = set(taken)

    def one(self, generation: int) -> str:
        given = _GIVEN[generation].split()
        while True:
            two = self._chance.random() < 0.01
            name = self._chance.choice(_SURNAMES_OF_TWO if two else _SURNAMES) + self._chance.choice(given)
            if name not in self._taken:
                self._taken.add(name)
                return name
