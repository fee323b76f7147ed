"""The plan of the district's fleet: places, cars, drivers, and where they went for a year. Values, no database."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from random import Random

from jishu.platform.lib.calendar import is_working_day
from jishu.platform.lib.clock import ZONE
from jishu.platform.lib.identifiers import WrongIdentifier, validate_vin

from .district import Agency, District
from .names import Names

POOL = "331099101"
CARS, POOLED, DRIVERS, POOL_DRIVERS = 60, 36, 45, 31
PAST_DAYS = 365
_SEED = 202711
# Name, kind, where; the district is invented, its places lie around one point on land that is real.
PLACES = (
    ("区行政中心北停车场", "depot", "行政大道 1 号", "121.4208", "28.6592"),
    ("区行政中心地下车库", "depot", "行政大道 1 号", "121.4221", "28.6571"),
    ("云溪街道办事处停车场", "depot", "溪口路 88 号", "121.4073", "28.6630"),
    ("区政府 1 号楼", "office", "行政大道 1 号", "121.4213", "28.6580"),
    ("区政府 2 号楼", "office", "行政大道 3 号", "121.4226", "28.6586"),
    ("区教育局", "office", "学院路 20 号", "121.4312", "28.6514"),
    ("区人民医院", "stop", "康宁路 6 号", "121.4392", "28.6629"),
    ("云溪高铁站", "stop", "站前大道 1 号", "121.4655", "28.6402"),
    ("市民广场", "stop", "中心大道 100 号", "121.4269", "28.6533"),
    ("经济开发区管委会", "stop", "创业路 9 号", "121.4741", "28.6705"),
    ("东山水库", "stop", "东山村", "121.4910", "28.6912"),
    ("溪口镇政府", "stop", "溪口镇老街 1 号", "121.3820", "28.6833"),
    ("石塘村党群服务中心", "stop", "石塘村", "121.3655", "28.6411"),
    ("市政府", "stop", "市府大道 518 号", "121.4279", "28.6095"),
    ("中石化云溪站", "station", "中心大道 320 号", "121.4342", "28.6489"),
    ("区公务用车定点维修厂", "workshop", "汽车城 12 号", "121.4488", "28.6447"),
)
_MODELS = (
    ("红旗 H5", "sedan", "petrol", "1.5", 5, 159800), ("大众 帕萨特", "sedan", "petrol", "1.4", 5, 172000),
    ("比亚迪 秦PLUS DM-i", "sedan", "plug_in", "1.5", 5, 119800), ("比亚迪 汉EV", "sedan", "electric", "", 5, 179800),
    ("广汽 AION S", "sedan", "electric", "", 5, 139800), ("吉利 帝豪", "sedan", "petrol", "1.5", 5, 89900),
    ("别克 GL8", "small", "petrol", "2.0", 7, 232900), ("江铃 全顺", "medium", "diesel", "2.2", 15, 198000),
    ("宇通 ZK6729", "large", "diesel", "3.8", 28, 398000), ("福特 途睿欧", "small", "petrol", "2.0", 9, 189800),
)  # fmt: skip
_PURPOSES = (
    ("research", "下乡调研"), ("research", "重点项目现场检查"), ("meeting", "参加市里会议"), 
    ("enforcement", "执法检查"),
    ("other", "送达文件"), ("reception", "接待调研组"), ("research", "安全生产督查"), ("confidential", "机要文件交换"),
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Car:
    agency: Agency
    number: int
    plate: str
    vin: str
    category: str
    brand: str
    body: str
    energy: str
    displacement: str
    seats: int
    price: int
    bought_on: date
    place: str


@dataclass(frozen=True, kw_only=True)
class Chauffeur:
    """``code`` is that of an employee of the district, or a new one."""

    agency: Agency
    code: str
    name: str
    licence: str


@dataclass(frozen=True, kw_only=True)
class Journey:
    """One trip of the past."""

    car: Car
    driver: Chauffeur
    leaves_at: datetime
    returns_at: datetime
    km: int
    kind: str
    purpose: str
    stops: tuple[str, ...]
    passengers: int
    tolls: Decimal
    rating: int


def cars(district: District, on: date) -> list[Car]:
    """Most are of the centre's pool; each other unit keeps one or two."""
    chance = Random(_SEED)  # noqa: S311 — chance for data, not for keys
    owners = [_agency(district, POOL)] * POOLED
    others = [one for one in district.agencies if one.code != POOL]
    owners += [others[at % len(others)] for at in range(CARS - POOLED)]
    return [_car(chance, owner, number, on) for number, owner in enumerate(owners, 1)]


def _car(chance: Random, owner: Agency, number: int, on: date) -> Car:
    weights = (9, 7, 9, 5, 6, 7, 6, 4, 2, 5)
    brand, body, energy, displacement, seats, price = chance.choices(_MODELS, weights)[0]
    green = energy in ("electric", "plug_in")
    plate = f"浙JD{number:05d}" if green else f"浙J{chance.choice('ABCKQ')}{number + 800:04d}"
    category = "ZF" if owner.code in ("331099109", "331099107") else chance.choices(("YJ", "JY", "QT"), (7, 1, 2))[0]
    depot = "云溪街道办事处停车场" if owner.code == "331099201" else PLACES[number % 2][0]
    return Car(
        agency=owner, number=number, plate=plate, vin=_vin(number), category=category, brand=brand, body=body,
        energy=energy, displacement=displacement, seats=seats, price=price, place=depot,
        bought_on=on - timedelta(days=chance.randrange(200, 3400)),
    )  # fmt: skip


def _vin(number: int) -> str:
    for check in "0123456789X":
        try:
            return validate_vin(f"LYXDM418{check}C{number:07d}")
        except WrongIdentifier:
            continue
    raise AssertionError(number)


def chauffeurs(district: District) -> list[Chauffeur]:
    """Who signs in as 驾驶员, and forty-four more who do not appear in the plan of the district."""
    chance = Random(_SEED + 1)  # noqa: S311 — chance for data, not for keys
    names = Names(_SEED, {one.name for one in district.employees})
    known = next(login.employee for login in district.logins if login.username == "siji")
    found = [Chauffeur(agency=known.agency, code=known.code, name=known.name, licence="A1")]
    others = [one for one in district.agencies if one.code != POOL]
    for number in range(1, DRIVERS):
        agency = known.agency if number < POOL_DRIVERS else others[number % len(others)]
        licence = chance.choices(("C1", "B1", "A1"), (6, 2, 2))[0]
        found.append(Chauffeur(agency=agency, code=f"YXS{number:04d}", name=names.one(number % 3), licence=licence))
    return found


def journeys(fleet: Sequence[Car], drivers: Sequence[Chauffeur], until: date) -> Iterator[Journey]:
    """Every working day some drivers take a car of their unit out, once; in the order of the days."""
    chance = Random(_SEED + 2)  # noqa: S311 — chance for data, not for keys
    small = {"sedan", "small"}
    for ago in range(PAST_DAYS, 0, -1):
        day = until - timedelta(days=ago)
        if not is_working_day(day):
            continue
        free = list(fleet)
        for driver in drivers:
            if chance.random() > (0.55 if driver.agency.code == POOL else 0.45):
                continue
            fits = [
                car for car in free
                if car.agency == driver.agency and car.bought_on < day and (car.body in small or driver.licence == "A1")
            ]  # fmt: skip
            if fits:
                free.remove(car := chance.choice(fits))
                yield _journey(chance, car, driver, day)


def _journey(chance: Random, car: Car, driver: Chauffeur, day: date) -> Journey:
    leaves_at = datetime.combine(day, time(chance.choice((8, 8, 9, 13, 14)), chance.choice((0, 30))), ZONE)
    hours = chance.choice((2, 2, 3, 3, 4, 7)) if leaves_at.hour < 12 else chance.choice((2, 3))
    kind, purpose = chance.choice(_PURPOSES)
    goals = chance.sample([name for name, what, *_ in PLACES if what == "stop"], chance.choice((1, 1, 2)))
    km = chance.randrange(8, 22 * hours)
    return Journey(
        car=car, driver=driver, leaves_at=leaves_at, returns_at=leaves_at + timedelta(hours=hours), km=km, kind=kind,
        purpose=f"{purpose}：{goals[0]}", stops=(PLACES[3][0], *goals),
        passengers=chance.randint(1, min(4, car.seats - 1)),
        tolls=Decimal(chance.choice((0, 0, 0, 10, 15, 25)) if km > 60 else 0),
        rating=chance.choice((5, 5, 5, 5, 4, 4, 3)),
    )  # fmt: skip


def _agency(district: District, code: str) -> Agency:
    return next(one for one in district.agencies if one.code == code)
