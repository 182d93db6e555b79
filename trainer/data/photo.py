"""A photo of a drawing on paper: the drawing is found, the light evened out; what is left is white ink on black, for
MNIST's recipe. Clean pictures and white on black go through it unharmed.

`components/try_it/photo.js` does the same in the browser and explains its steps; a test compares the two.
"""

from __future__ import annotations

from math import ceil
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from trainer.data.drawing import Picture, PictureForm, digit, grey, on_ground, pixels_of, resized, whole

Grid = NDArray[np.float64]
"""(rows, columns)."""
Mask = NDArray[np.bool_]
LOOKED_AT, LIGHT = 400, 40
"""The longer side, in pixels, at which a photo is looked at, and that at which its light is."""
WINDOW = 0.35
"""The side of the window whose median is the light of the paper, in parts of the longer side: wider than a stroke."""
FAINTEST, ABOVE_NOISE, FEWEST = 0.06, 4, 25
"""What differs less from the paper is not drawn; ink is so many times stronger than the noise; pixels of a drawing."""
SOME_INK, ALL_INK = 0.35, 0.6
"""From which part of the ink's strength on a pixel belongs to it, and from which on it is all ink."""
WEIGHTY, LONG, SMALLEST = 0.08, 0.35, 0.04
"""A blot belongs to the drawing if it has so much of the weight, or of the length, of its largest; a drawing is at
least this long, in parts of the picture's longer side."""
THINNEST, THICKEST = 2 / 20, 4 / 20
"""How thick MNIST's strokes are, in parts of the longer side of its digits."""
_TOUCHING = np.ones((3, 3), int)


class _Blot(NamedTuple):
    """Pixels that hang together, also over corners."""

    on: Mask
    top: int
    left: int
    height: int
    width: int
    weight: float
    pixels: int

    @property
    def length(self) -> int:
        return max(self.height, self.width)


def photo_pixels(picture: Picture, form: PictureForm) -> NDArray[np.float32] | None:
    """The pixels (height, width, channels) that a network gets of a picture from elsewhere; None where it reads digits
    and nothing is drawn.
    """
    if not form.digits or picture.shape[:2] == (form.height, form.width):
        return pixels_of(picture, form)
    ink = ink_of_photo(picture)
    pixels = None if ink is None else digit(ink, form)
    return None if pixels is None else on_ground(pixels, form)


def ink_of_photo(photo: Picture) -> Picture | None:
    """The ink of a photo, white on black, one channel; None if nothing is drawn there."""
    shades, scale = grey(photo), min(1.0, LOOKED_AT / max(photo.shape[:2]))
    small = resized(shades, *(max(1, whole(side * scale)) for side in shades.shape[:2])) if scale < 1 else shades
    contrast = _from_paper(small[..., 0])
    cubes = contrast**3  # a stroke counts more than a wide shade
    dark, bright = cubes[cubes > 0].sum(), -cubes[cubes < 0].sum()
    if not dark and not bright:
        return None
    contrast = contrast if dark >= bright else -contrast
    strength = _strength(contrast)
    if not strength:
        return None
    ink = ((contrast / strength - SOME_INK) / (ALL_INK - SOME_INK)).clip(0, 1)
    drawn = _cleaned(ink)
    return None if drawn is None else _thickened(drawn)[..., None]


def _from_paper(values: Grid) -> Grid:
    """How much darker than the paper each pixel is; 0 beside the paper."""
    (height, width), scale = values.shape, min(1.0, LIGHT / max(values.shape))
    rows, columns = max(1, whole(height * scale)), max(1, whole(width * scale))
    coarse = resized(values[..., None], rows, columns)[..., 0]
    paper = _paper_in(coarse)
    counts = np.ones(coarse.shape, bool) if paper is None else paper
    y, x = np.mgrid[:rows, :columns]
    slope = _slope(coarse, counts)
    even = coarse - slope(y, x)
    reach = ceil(WINDOW * max(rows, columns) / 2)
    medians = np.array([[_median_around(even, counts, reach, v, u) for u in range(columns)] for v in range(rows)])
    at_y = (np.arange(height) + 0.5) * (rows / height) - 0.5
    at_x = (np.arange(width) + 0.5) * (columns / width) - 0.5
    light = slope(at_y[:, None], at_x[None, :]) + _between(medians, at_y, at_x)
    nearest_y = np.minimum(rows - 1, np.floor(at_y + 0.5).astype(int))
    nearest_x = np.minimum(columns - 1, np.floor(at_x + 0.5).astype(int))
    return np.where(counts[nearest_y[:, None], nearest_x[None, :]], light - values, 0.0)


class _Slope(NamedTuple):
    """The plane that is nearest to the values of a grid: its height above the grid's mean."""

    y: float
    x: float
    middle_y: float
    middle_x: float

    def __call__(self, y: NDArray[np.float64], x: NDArray[np.float64]) -> Grid:
        return self.x * (x - self.middle_x) + self.y * (y - self.middle_y)


def _slope(grid: Grid, counts: Mask) -> _Slope:
    y, x = (some.astype(np.float64) for some in np.nonzero(counts))
    values = grid[counts] - grid[counts].mean()
    v, u = y - y.mean(), x - x.mean()
    vv, uu = v @ v, u @ u
    return _Slope(v @ values / vv if vv else 0.0, u @ values / uu if uu else 0.0, y.mean(), x.mean())


def _median_around(grid: Grid, counts: Mask, reach: int, y: int, x: int) -> float:
    place = np.s_[max(0, y - reach) : y + reach + 1, max(0, x - reach) : x + reach + 1]
    window = grid[place][counts[place]]
    return float(np.sort(window)[window.size >> 1] if window.size else grid[y, x])


def _between(grid: Grid, at_y: NDArray[np.float64], at_x: NDArray[np.float64]) -> Grid:
    """The values of a grid between its places."""
    y, x = np.meshgrid(at_y, at_x, indexing="ij")
    found: Grid = ndimage.map_coordinates(grid, [y, x], order=1, mode="nearest")
    return found


def _paper_in(grid: Grid) -> Mask | None:
    """Where the sheet is, without its rim, in a photo that shows more than the sheet; None if all of it is paper."""
    sheets = sorted(_blots((grid > _divide(grid)).astype(np.float64)), key=lambda blot: -blot.weight)
    if not sheets or not _is_sheet(sheets[0], grid.shape):
        return None
    on = sheets[0].on.copy()
    for row in on:  # what is drawn on it is dark as well, but lies between its left and its right edge
        if (places := np.flatnonzero(row)).size:
            row[places[0] : places[-1] + 1] = True
    rim = ndimage.binary_erosion(on, ndimage.generate_binary_structure(2, 1), border_value=0)
    inside = np.zeros_like(on)
    top, left, height, width = sheets[0].top, sheets[0].left, sheets[0].height, sheets[0].width
    place = np.s_[top + 1 : top + height - 1, left + 1 : left + width - 1]
    inside[place] = rim[place]
    return inside


def _is_sheet(blot: _Blot, shape: tuple[int, ...]) -> bool:
    """Whether a bright piece may be a sheet: large, full, and with the table on three sides of it at least."""
    rows, columns = shape
    sides = (not blot.left, not blot.top, blot.left + blot.width == columns, blot.top + blot.height == rows)
    return sum(sides) <= 1 and blot.pixels > 0.25 * rows * columns and blot.pixels > 0.6 * blot.height * blot.width


def _divide(values: Grid) -> float:
    """The brightness that best parts a picture into dark and bright (Otsu)."""
    counts = np.bincount(np.minimum(63, np.floor(64 * values).astype(int)).ravel(), minlength=64).astype(np.float64)
    below, weighted = counts.cumsum(), (counts * np.arange(64)).cumsum()
    above = values.size - below
    both = (below > 0) & (above > 0)
    if not both.any():
        return 1 / 64
    means = np.divide(weighted, below, where=below > 0, out=np.zeros(64))
    others = np.divide(weighted[-1] - weighted, above, where=above > 0, out=np.zeros(64))
    return float((np.where(both, below * above * (means - others) ** 2, -1).argmax() + 1) / 64)


def _strength(contrast: Grid) -> float:
    """How much the ink differs from the paper; 0 where nothing stands out of the noise."""
    sizes = np.sort(np.abs(contrast), axis=None)
    least = max(FAINTEST, ABOVE_NOISE * 1.4826 * sizes[sizes.size >> 1])
    found = np.sort(contrast[contrast > least])
    if found.size < FEWEST:
        return 0.0
    # Paper with lines has more pixels of lines than of the pen; the pen is the strongest.
    return float(found[found.size - max(FEWEST, ceil(0.005 * found.size))])


def _cleaned(ink: Grid) -> Grid | None:
    """Without specks, and without what runs in from the edges, such as the table that the paper lies on."""
    (height, width), longer, found = ink.shape, max(ink.shape), _blots(ink)

    def is_inside(blot: _Blot) -> bool:
        touches = not blot.left or not blot.top or blot.left + blot.width == width or blot.top + blot.height == height
        surrounds = blot.width > 0.85 * width and blot.height > 0.85 * height
        return not touches and not (surrounds and blot.pixels < 0.25 * blot.width * blot.height)

    def are_long(blots: list[_Blot]) -> bool:
        return any(blot.length >= SMALLEST * longer for blot in blots)

    within = [blot for blot in found if is_inside(blot)]
    able = within if are_long(within) else found
    if not are_long(able):
        return None
    main = max(able, key=lambda blot: blot.weight)
    kept = np.zeros(ink.shape, bool)
    for blot in able:
        if blot.weight >= WEIGHTY * main.weight or (blot.length >= LONG * main.length and _is_near(blot, main)):
            kept |= blot.on
    return np.where(kept, ink, 0.0)


def _is_near(blot: _Blot, main: _Blot) -> bool:
    reach = main.length / 2
    return (
        blot.left < main.left + main.width + reach
        and blot.left + blot.width > main.left - reach
        and blot.top < main.top + main.height + reach
        and blot.top + blot.height > main.top - reach
    )


def _blots(ink: Grid) -> list[_Blot]:
    numbered, _ = ndimage.label(ink > 0, _TOUCHING)
    found = []
    for number, (rows, columns) in enumerate(ndimage.find_objects(numbered), start=1):
        on = np.zeros(ink.shape, bool)
        on[rows, columns] = numbered[rows, columns] == number
        height, width = rows.stop - rows.start, columns.stop - columns.start
        weight, pixels = float(ink[on].sum()), int(on.sum())
        found.append(_Blot(on, rows.start, columns.start, height, width, weight, pixels))
    return found


def _thickened(ink: Grid) -> Grid:
    """With strokes as thick as MNIST's at least, where a pencil left thin ones."""
    drawn = ink >= 0.5
    rows, columns = np.flatnonzero(drawn.any(axis=1)), np.flatnonzero(drawn.any(axis=0))
    if not rows.size:
        return ink
    pen = max(1.0, 4 * float((ndimage.distance_transform_edt(drawn)[drawn] - 0.5).mean()))
    extent = max(np.ptp(rows), np.ptp(columns)) + 1 - pen
    radius = (min(extent * THINNEST / (1 - THINNEST), extent * THICKEST) - pen) / 2
    if radius <= 0.25:
        return ink
    framed = np.pad(ink, ceil(radius) + 1)  # room for strokes that grow beyond the edge of the photo
    far = ndimage.distance_transform_edt(framed < 0.5)
    grown: Grid = np.maximum(framed, (radius + 0.5 - far).clip(0, 1))
    return grown
