"""The points of one curve: cut, thinned, averaged, against literals."""

from __future__ import annotations

from math import nan

from components.live_curves.lines import SENT_POINTS, Line


def line_of(*points: tuple[float, float]) -> Line:
    line = Line()
    for n, (x, y) in enumerate(points):
        line.append(n, x, y, float(n))
    return line


def test_what_comes_after_a_cursor() -> None:
    line = line_of((1.1, 0.5), (1.2, nan), (1.3, 0.45))
    assert line.after(-1) == ([1.1, 1.2, 1.3], [0.5, None, 0.45], [0.0, 1.0, 2.0])
    assert line.after(1) == ([1.3], [0.45], [2.0])
    assert line.count_after(1) == 1


def test_a_line_is_cut_where_a_run_goes_on() -> None:
    line = line_of((1.0, 0.5), (1.5, 0.4), (2.0, 0.3), (2.5, 0.2))
    line.cut(2.0)
    assert line.after(-1)[0] == [1.0, 1.5, 2.0]
    line.gap(7)
    line.gap(8)
    assert line.after(-1)[1] == [0.5, 0.4, 0.3, None]
    empty = Line()
    empty.gap(1)
    assert empty.after(-1) == ([], [], [])


def test_means_are_those_of_all_points() -> None:
    line = line_of(*((n / 10, n % 2) for n in range(1000)), (100.0, nan))
    x, y, t = line.means(10)
    assert y == [0.5] * 10
    assert x == [9.9, 19.9, 29.9, 39.9, 49.9, 59.9, 69.9, 79.9, 89.9, 99.9]
    assert t[-1] == 999.0
    assert line_of((0.5, nan)).means() == ([], [], [])


def test_thinning_keeps_peaks_ends_and_gaps() -> None:
    line = Line()
    for n in range(50_000):
        value = nan if 20_000 <= n < 20_100 else 9.0 if n == 31_234 else -9.0 if n == 41_234 else (n % 7) / 7
        line.append(n, n / 1000, value, n / 10)
    x, y, _ = line.thinned()
    assert len(x) <= SENT_POINTS + 1  # and the gap
    assert (x[0], x[-1]) == (0.0, 49.999)
    assert x == sorted(x)
    assert y[x.index(31.234)] == 9.0
    assert y[x.index(41.234)] == -9.0
    gap = y.index(None)
    assert y.count(None) == 1
    assert 19.9 < x[gap - 1] < 20 <= x[gap] < 20.1 <= x[gap + 1]


def test_thinning_a_run_that_diverged() -> None:
    line = Line()
    for n in range(10_000):
        line.append(n, n / 1000, 1.0 if n < 10 else nan, n / 10)
    assert line.thinned() == (
        [0.0, 0.001, 0.002, 0.003, 0.004, 0.005, 0.006, 0.007, 0.008, 0.009, 0.01],
        [1.0] * 10 + [None],
        [0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0],
    )
