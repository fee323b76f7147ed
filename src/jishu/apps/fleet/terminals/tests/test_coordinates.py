import numpy as np
import pytest

from jishu.apps.fleet.terminals.coordinates import gcj_of, metres, wgs_of


@pytest.mark.parametrize(
    ("wgs", "gcj"),
    [
        ((31.1774276, 121.5272106), (31.17530398364597, 121.531541859215)),
        ((22.543847, 113.912316), (22.540796131694766, 113.9171764808363)),
        ((39.911954, 116.377817), (39.91334545536069, 116.38404722455657)),
        ((39.739200, -104.990300), (39.739200, -104.990300)),
    ],
)
def test_published_pairs_agree_and_the_way_back_returns(wgs, gcj):
    assert gcj_of(*wgs) == pytest.approx(gcj, abs=1e-9)
    assert wgs_of(*gcj) == pytest.approx(wgs, abs=1e-9)


def test_a_degree_of_latitude_is_about_111_kilometres():
    [distance] = metres(np.array([28.0]), np.array([121.0]), np.array([29.0]), np.array([121.0]))

    assert distance == pytest.approx(111_195, abs=5)
