"""Where a request is best put into a car's route: every position, exact, cheapest first refused last."""

from .compiling import compiled
from .memory import Record, drive, flags, ints, leg, reals, row
from .timing import EPS, refresh, timely

NEVER = 1e18


@compiled
def best_place(g: Record, s: Record, r: int, v: int, crew: int, d: Record) -> float:
    """What it costs more to serve `r` by car `v`; `d.after` then tells after which positions."""
    if not flags(g.fits)[r * g.cars + v] or not flags(g.wants)[r * g.teams + crew]:
        return NEVER
    if flags(g.alone)[r]:
        return _best_block(g, s, r, v, crew, d)
    return _best_pair(g, s, r, v, crew, d)


@compiled
def _start_free(g: Record, s: Record, v: int, crew: int, k: int) -> float:
    """When the car may leave position `k`."""
    if ints(s.crew)[v] >= 0:
        return reals(s.begin)[v * g.longest + k] + reals(g.service)[ints(s.route)[v * g.longest + k]]
    node = ints(s.route)[v * g.longest + k]
    return max(reals(g.early)[node], reals(g.crew)[crew * 6 + 0]) + reals(g.service)[node]


@compiled
def _must_reach(g: Record, s: Record, v: int, crew: int, k: int) -> float:
    if ints(s.crew)[v] >= 0:
        return reals(s.until)[v * g.longest + k] + EPS
    return min(reals(g.late)[ints(s.route)[v * g.longest + k]], reals(g.crew)[crew * 6 + 1]) + EPS


@compiled
def _best_pair(g: Record, s: Record, r: int, v: int, crew: int, d: Record) -> float:
    up, line, size = ints(g.first)[r], row(s.route, v, g.longest), ints(s.size)[v]
    best = NEVER
    for i in range(ints(g.locked)[v], size - 1):
        if (
            not flags(s.open)[v * g.longest + i]
            or ints(s.aboard)[v * g.longest + i] + ints(g.load)[up] > ints(g.seats)[v]
        ):
            continue
        ready = _start_free(g, s, v, crew, i)
        if ready > reals(g.late)[up] + EPS:
            break
        at = max(reals(g.early)[up], ready + drive(g, ints(line)[i], up))
        if at <= reals(g.late)[up] + EPS:
            best = _best_drop(g, s, r, v, crew, d, i, at, best)
    return best


@compiled
def _best_drop(  # noqa: PLR0913, PLR0917 - compiled: a tuple made per call would cost
    g: Record, s: Record, r: int, v: int, crew: int, d: Record, i: int, at: float, best: float
) -> float:
    """With the pick-up after position `i` at the time `at`, try the drop after `i` and every later position."""
    up, down, line = ints(g.first)[r], ints(g.last)[r], row(s.route, v, g.longest)
    before, here, ready = ints(line)[i], up, at + reals(g.service)[up]
    detour = leg(g, before, up) - leg(g, before, ints(line)[i + 1])
    for j in range(i, ints(s.size)[v] - 1):
        if j > i:
            ready = _passed(g, s, r, v, crew, j, ready + drive(g, here, ints(line)[j]))
            here = ints(line)[j]
        if ready > reals(g.late)[down] + EPS:
            break
        following, drop = ints(line)[j + 1], max(reals(g.early)[down], ready + drive(g, here, down))
        home = drop + reals(g.service)[down] + drive(g, down, following)
        if drop > reals(g.late)[down] + EPS or home > _must_reach(g, s, v, crew, j + 1):
            continue
        more = detour + leg(g, here, down) + leg(g, down, following)
        if j > i:
            more += leg(g, up, ints(line)[i + 1]) - leg(g, here, following)
        best = _if_better(g, s, r, v, crew, d, i, j, more, best)
    return best


@compiled
def _passed(g: Record, s: Record, r: int, v: int, crew: int, j: int, arrives: float) -> float:
    """When the car leaves position `j` with `r` aboard, arriving there so; never if it may not pass it."""
    k, node = v * g.longest + j, ints(s.route)[v * g.longest + j]
    begin = max(reals(s.begin)[k] if ints(s.crew)[v] >= 0 else reals(g.early)[node], arrives)
    owner = ints(g.owner)[node]
    if owner < 0 or flags(g.alone)[owner] or not flags(s.open)[k]:
        return NEVER
    if begin > _must_reach(g, s, v, crew, j) or ints(s.aboard)[k] + ints(g.load)[ints(g.first)[r]] > ints(g.seats)[v]:
        return NEVER
    return begin + reals(g.service)[node]


@compiled
def _best_block(g: Record, s: Record, r: int, v: int, crew: int, d: Record) -> float:
    line, size, first, last = row(s.route, v, g.longest), ints(s.size)[v], ints(g.first)[r], ints(g.last)[r]
    within = 0.0
    for node in range(first, last):
        within += leg(g, node, node + 1)
    best = NEVER
    for i in range(ints(g.locked)[v], size - 1):
        if not flags(s.open)[v * g.longest + i] or ints(s.aboard)[v * g.longest + i] != 0:
            continue
        ready = _start_free(g, s, v, crew, i)
        if ready > reals(g.late)[first] + EPS:
            break
        if ready + drive(g, ints(line)[i], first) > reals(g.late)[first] + EPS:
            continue
        more = (
            leg(g, ints(line)[i], first)
            + within
            + leg(g, last, ints(line)[i + 1])
            - leg(g, ints(line)[i], ints(line)[i + 1])
        )
        best = _if_better(g, s, r, v, crew, d, i, i, more, best)
    return best


@compiled
def _if_better(  # noqa: PLR0913, PLR0917 - as above
    g: Record, s: Record, r: int, v: int, crew: int, d: Record, i: int, j: int, more: float, best: float
) -> float:
    """The exact test comes last: it costs most."""
    price = more * reals(g.per_km)[v]
    if reals(s.cost)[v] == 0.0 and _unused(g, s, v):
        price += reals(g.fixed)[v] + reals(g.per_km)[v] * reals(s.km)[v]
    if price - g.empty_per_km * reals(s.empty)[v] >= best or reals(s.km)[v] + more > reals(g.reach)[v]:
        return best
    size = laid(g, s, r, v, i, j, d)
    if g.empty_per_km > 0.0:
        price = _priced(g, v, size, d) - reals(s.cost)[v]
        if price >= best:
            return best
    if not timely(g, d.line, size, crew, d):
        return best
    ints(d.after)[(r * g.cars + v) * 2 + 0], ints(d.after)[(r * g.cars + v) * 2 + 1] = i, j
    return price


@compiled
def _unused(g: Record, s: Record, v: int) -> bool:
    return ints(s.size)[v] == ints(g.base_size)[v] and ints(g.locked)[v] == 0


@compiled
def _priced(g: Record, v: int, size: int, d: Record) -> float:
    cost, aboard = reals(g.fixed)[v], 0
    for k in range(size - 1):
        aboard += ints(g.load)[ints(d.line)[k]]
        cost += leg(g, ints(d.line)[k], ints(d.line)[k + 1]) * (
            reals(g.per_km)[v] + (g.empty_per_km if aboard == 0 else 0.0)
        )
    return cost


@compiled
def laid(g: Record, s: Record, r: int, v: int, i: int, j: int, d: Record) -> int:
    """The route with `r` put in after positions `i` and `j`, on the desk; its length."""
    k, last = 0, ints(g.last)[r]
    for at in range(ints(s.size)[v]):
        ints(d.line)[k] = ints(s.route)[v * g.longest + at]
        k += 1
        if at == i:
            for node in range(ints(g.first)[r], last):
                ints(d.line)[k] = node
                k += 1
        if at == j:
            ints(d.line)[k] = last
            k += 1
    return k


@compiled
def put(g: Record, s: Record, r: int, v: int, crew: int, d: Record) -> bool:
    """Serve `r` by car `v` where `best_place` said."""
    size = laid(g, s, r, v, ints(d.after)[(r * g.cars + v) * 2 + 0], ints(d.after)[(r * g.cars + v) * 2 + 1], d)
    if ints(s.crew)[v] < 0:
        ints(s.crew)[v] = crew
        ints(s.free)[crew] -= 1
    for k in range(size):
        ints(s.route)[v * g.longest + k] = ints(d.line)[k]
    ints(s.size)[v] = size
    ints(s.where)[r] = v
    reals(s.total)[0] -= reals(g.penalty)[r]
    return refresh(g, s, v, d)


@compiled
def gain_by(g: Record, s: Record, r: int, v: int, d: Record) -> float:
    """As `best_place`, remembered; for an unused car the first crew that can."""
    if ints(s.crew)[v] >= 0:
        if ints(d.seen)[r * g.cars + v] != ints(s.stamp)[v]:
            reals(d.gain)[r * g.cars + v] = best_place(g, s, r, v, ints(s.crew)[v], d)
            ints(d.seen)[r * g.cars + v] = ints(s.stamp)[v]
        return reals(d.gain)[r * g.cars + v]
    ints(d.seen)[r * g.cars + v] = -1
    for crew in range(g.teams):
        if ints(s.free)[crew] > 0 and flags(g.pairs)[v * g.teams + crew]:
            gain = best_place(g, s, r, v, crew, d)
            if gain < NEVER:
                return gain
    return NEVER


@compiled
def crew_for(g: Record, s: Record, r: int, v: int, d: Record) -> int:
    if ints(s.crew)[v] >= 0:
        return ints(s.crew)[v]
    for crew in range(g.teams):
        if ints(s.free)[crew] > 0 and flags(g.pairs)[v * g.teams + crew] and best_place(g, s, r, v, crew, d) < NEVER:
            return crew
    return -1


@compiled
def second_of_its_kind(g: Record, s: Record, v: int) -> bool:
    """An unused car like one before it need not be looked at."""
    if ints(s.crew)[v] >= 0:
        return False
    for other in range(v):
        same = ints(g.kind)[other] == ints(g.kind)[v]
        if same and ints(s.crew)[other] < 0:
            return True
    return False


@compiled
def gains(g: Record, s: Record, r: int, d: Record) -> None:
    for v in range(g.cars):
        reals(d.row)[r * g.cars + v] = NEVER if second_of_its_kind(g, s, v) else gain_by(g, s, r, v, d)
