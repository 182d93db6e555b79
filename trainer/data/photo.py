"""A photo of a drawing on paper: the drawing is found, the light evened out, and what is left is white ink on black.

`components/try_it/photo.js` does the same in the browser; a test compares the two. Clean pictures and white on black go
through it unharmed.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import ceil

import numpy as np
from numpy.typing import NDArray

from trainer.data.drawing import Picture, PictureForm, digit, grey, on_ground, pixels_of, resized, whole

Sheet = NDArray[np.float64]
"""(height, width)"""
Mask = NDArray[np.bool_]
LOOKED_AT, LIGHT = 400, 40
"""The longer side, in pixels, at which a photo is looked at, and that at which its light is."""
WINDOW = 0.35
"""The side of the window whose median is the light of the paper, in parts of the longer side: wider than a stroke."""
FAINTEST, ABOVE_NOISE = 0.06, 4
"""What differs less from the paper than this is not drawn; ink is so many times more than the noise."""
FEWEST = 25
"""Pixels of a drawing, at least."""
SOME_INK, ALL_INK = 0.35, 0.6
"""From which part of the ink's strength on a pixel belongs to it, and from which on it is all ink."""
WEIGHTY, LONG = 0.08, 0.35
"""A blot belongs to the drawing if it has so much of the weight, or of the length, of its largest."""
SMALLEST = 0.04
"""A drawing is at least this long, in parts of the picture's longer side."""
THINNEST, THICKEST = 2 / 20, 4 / 20
"""How thick the pen of MNIST's writers was, in parts of a digit's longer side."""


@dataclass(frozen=True)
class Blot:
    """Pixels that hang together."""

    places: NDArray[np.int64]
    """(n, 2): rows and columns."""
    weight: float
    """Of its ink."""
    top: int
    left: int
    height: int
    width: int

    @property
    def length(self) -> int:
        """The longer side."""
        return max(self.height, self.width)


def photo_pixels(picture: Picture, form: PictureForm) -> NDArray[np.float32] | None:
    """The pixels (height, width, channels) that a network gets of a picture; None where it reads digits and there are
    none.
    """
    if not form.digits or picture.shape[:2] == (form.height, form.width):
        return pixels_of(picture, form)
    ink = ink_of_photo(picture)
    pixels = None if ink is None else digit(ink, form)
    return None if pixels is None else on_ground(pixels, form)


def ink_of_photo(photo: Picture) -> Picture | None:
    """The ink of a photo, white on black, one channel; None if nothing is drawn there."""
    shades, longer = grey(photo), max(photo.shape[:2])
    if longer > LOOKED_AT:
        shades = resized(shades, *(max(1, whole(side * LOOKED_AT / longer)) for side in photo.shape[:2]))
    contrast = _contrasted(shades[..., 0])
    strength = _strength(contrast)
    if not strength:
        return None
    drawn = _cleaned(((contrast / strength - SOME_INK) / (ALL_INK - SOME_INK)).clip(0, 1))
    return None if drawn is None else _thickened(drawn)[..., None]


def _contrasted(picture: Sheet) -> Sheet:
    """By how much each pixel differs from the paper around it towards the ink, dark or bright."""
    differences = _from_paper(picture)
    # By the third power: a stroke counts more than a wide shade.
    cubes = differences**3
    return differences if cubes.sum() >= 0 else -differences


def _from_paper(picture: Sheet) -> Sheet:
    """How much darker than the paper each pixel is; 0 beside the paper.

    The light of the paper is the median of a wide window around each place. Where the window ends at the edge of the
    photo, it lies to one side, so the slope of the light over the whole photo is taken out before.
    """
    height, width = picture.shape
    scale = min(1, LIGHT / max(height, width))
    rows, columns = (max(1, whole(side * scale)) for side in (height, width))
    coarse = resized(picture[..., None], rows, columns)[..., 0]
    paper = _paper_in(coarse)
    slope = _slope_of(coarse, paper)
    medians = _medians(coarse - slope(*np.mgrid[:rows, :columns]), paper)
    y = ((np.arange(height) + 0.5) * (rows / height) - 0.5)[:, None]
    x = ((np.arange(width) + 0.5) * (columns / width) - 0.5)[None, :]
    found = slope(y, x) + _between(medians, y, x) - picture
    nearest = np.floor(y + 0.5).astype(int).clip(0, rows - 1), np.floor(x + 0.5).astype(int).clip(0, columns - 1)
    return np.where(paper[nearest], found, 0)


def _slope_of(grid: Sheet, paper: Mask) -> Callable[..., Sheet]:
    """The plane that is nearest to the values of a grid, as its height above the grid's mean."""
    rows, columns = np.nonzero(paper)
    values = grid[paper]
    middle = rows.mean(), columns.mean()
    v, u, rest = rows - middle[0], columns - middle[1], values - values.mean()
    down = (v @ rest) / (v @ v) if v.any() else 0.0
    right = (u @ rest) / (u @ u) if u.any() else 0.0
    return lambda y, x: down * (y - middle[0]) + right * (x - middle[1])


def _medians(grid: Sheet, paper: Mask) -> Sheet:
    """The median of a wide window around each place of a grid; of an even number of values the upper one."""
    rows, columns = grid.shape
    reach = ceil(WINDOW * max(rows, columns) / 2)
    found = grid.copy()
    for y in range(rows):
        for x in range(columns):
            window = slice(max(0, y - reach), y + reach + 1), slice(max(0, x - reach), x + reach + 1)
            values = np.sort(grid[window][paper[window]])
            if values.size:
                found[y, x] = values[values.size >> 1]
    return found


def _between(grid: Sheet, y: Sheet, x: Sheet) -> Sheet:
    """Values between the places of a grid."""
    rows, columns = grid.shape
    top, left = (np.floor(place).astype(int).clip(0, most - 1) for place, most in ((y, rows), (x, columns)))
    bottom, right = np.minimum(rows - 1, top + 1), np.minimum(columns - 1, left + 1)
    v, u = (y - top).clip(0, 1), (x - left).clip(0, 1)
    upper = grid[top, left] * (1 - u) + grid[top, right] * u
    found: Sheet = upper * (1 - v) + (grid[bottom, left] * (1 - u) + grid[bottom, right] * u) * v
    return found


def _paper_in(grid: Sheet) -> Mask:
    """Where the sheet is: the largest bright piece without its rim if it is like a sheet, otherwise everywhere."""
    everywhere = np.ones(grid.shape, bool)
    bright = _blots((grid > _divide(grid)).astype(float))
    sheet = max(bright, key=lambda blot: blot.weight, default=None)
    if sheet is None or not _is_sheet(sheet, grid.shape):
        return everywhere
    on = np.zeros(grid.shape, bool)
    on[tuple(sheet.places.T)] = True
    # What is drawn on it is dark as well, but lies between its left and its right edge.
    on = np.maximum.accumulate(on, axis=1) & np.maximum.accumulate(on[:, ::-1], axis=1)[:, ::-1]
    wide = np.pad(on, 1)
    around = wide[:-2, 1:-1] & wide[2:, 1:-1] & wide[1:-1, :-2] & wide[1:-1, 2:]
    found: Mask = on & around
    found[[sheet.top, sheet.top + sheet.height - 1]] = False
    found[:, [sheet.left, sheet.left + sheet.width - 1]] = False
    return found


def _is_sheet(blot: Blot, shape: tuple[int, ...]) -> bool:
    """Whether a bright piece may be a sheet: large, full, and with the table on three sides of it at least."""
    rows, columns = shape
    sides = [blot.left == 0, blot.top == 0, blot.left + blot.width == columns, blot.top + blot.height == rows]
    size = len(blot.places)
    return sum(sides) <= 1 and size > 0.25 * rows * columns and size > 0.6 * blot.width * blot.height


def _divide(values: Sheet) -> float:
    """The brightness that best parts a picture into dark and bright (Otsu)."""
    counts = np.bincount(np.minimum(63, (64 * values.ravel()).astype(int)), minlength=64)
    below, sums = counts.cumsum(), (counts * np.arange(64)).cumsum()
    above = values.size - below
    with np.errstate(divide="ignore", invalid="ignore"):
        apart = below * above * (sums / below - (sums[-1] - sums) / above) ** 2
    valid = np.where((below > 0) & (above > 0), apart, -1)
    return (int(valid.argmax()) + 1) / 64 if valid.max() >= 0 else 1 / 64


def _strength(contrast: Sheet) -> float:
    """How much the ink differs from the paper; 0 where nothing stands out of the noise."""
    sizes = np.sort(np.abs(contrast), axis=None)
    least = max(FAINTEST, ABOVE_NOISE * 1.4826 * float(sizes[sizes.size >> 1]))
    found = np.sort(contrast[contrast > least])
    if found.size < FEWEST:
        return 0.0
    # Paper with lines has more pixels of lines than of the pen; the pen is the strongest.
    return float(found[found.size - max(FEWEST, ceil(0.005 * found.size))])


def _cleaned(ink: Sheet) -> Sheet | None:
    """Without specks, and without what runs in from the edges, such as the table that the paper lies on."""
    every = _blots(ink)
    least = SMALLEST * max(ink.shape)
    within = [blot for blot in every if not _touches_edge(blot, ink.shape) and not _surrounds(blot, ink.shape)]
    able = within if any(blot.length >= least for blot in within) else every
    if not any(blot.length >= least for blot in able):
        return None
    main = max(able, key=lambda blot: blot.weight)
    data = np.zeros(ink.shape)
    for blot in able:
        if blot.weight >= WEIGHTY * main.weight or (blot.length >= LONG * main.length and _is_near(blot, main)):
            places = tuple(blot.places.T)
            data[places] = ink[places]
    return data


def _touches_edge(blot: Blot, shape: tuple[int, ...]) -> bool:
    bottom, right = blot.top + blot.height, blot.left + blot.width
    return not blot.left or not blot.top or bottom == shape[0] or right == shape[1]


def _surrounds(blot: Blot, shape: tuple[int, ...]) -> bool:
    """Whether a blot is the rim of the paper, not something on it: as large as the picture, and thin."""
    is_large = blot.height > 0.85 * shape[0] and blot.width > 0.85 * shape[1]
    return is_large and len(blot.places) < 0.25 * blot.width * blot.height


def _is_near(blot: Blot, main: Blot) -> bool:
    """Whether a blot lies by another one, not farther away than half of its length."""
    reach = main.length / 2
    beside = main.left - reach - blot.width < blot.left < main.left + main.width + reach
    return beside and main.top - reach - blot.height < blot.top < main.top + main.height + reach


def _blots(ink: Sheet) -> list[Blot]:
    """The pixels with ink that hang together, also over corners."""
    columns = ink.shape[1]
    left_over = (np.pad(ink, 1) > 0).ravel().tolist()
    steps = [down * (columns + 2) + right for down in (-1, 0, 1) for right in (-1, 0, 1)]
    found = []
    for start, is_ink in enumerate(list(left_over)):
        if not is_ink or not left_over[start]:
            continue
        left_over[start] = False
        flat = [start]
        for place in flat:
            for step in steps:
                if left_over[place + step]:
                    left_over[place + step] = False
                    flat.append(place + step)
        places = np.stack(np.divmod(np.array(flat), columns + 2), axis=1) - 1
        (top, left), (bottom, right) = places.min(axis=0), places.max(axis=0)
        weight = float(ink[tuple(places.T)].sum())
        found.append(Blot(places, weight, int(top), int(left), int(bottom - top + 1), int(right - left + 1)))
    return found


def _thickened(ink: Sheet) -> Sheet:
    """With strokes as thick as MNIST's at least, where a pencil left thin ones."""
    strong = ink >= 0.5
    if not strong.any():
        return ink
    pen = _pen_of(strong)
    extent = max(int(np.ptp(places)) + 1 for places in np.nonzero(strong)) - pen
    wanted = min(extent * THINNEST / (1 - THINNEST), extent * THICKEST)
    radius = (wanted - pen) / 2
    if radius <= 0.25:
        return ink
    # Room for strokes that grow beyond the edge of the photo.
    framed = np.pad(ink, ceil(radius) + 1)
    grown: Sheet = np.maximum(framed, (radius + 0.5 - _distances(framed >= 0.5, radius + 1)).clip(0, 1))
    return grown


def _pen_of(strong: Mask) -> float:
    """How thick strokes are: four times the mean distance of their pixels from the edge."""
    depth = _distances(~strong, max(strong.shape))[strong]
    return max(1.0, 4 * float((depth - 0.5).mean()))


def _distances(ink: Mask, most: float) -> Sheet:
    """The distance of each pixel from the nearest one with ink, in pixels, and `most` where it is farther away."""
    height, width = ink.shape
    below = np.where(ink, 0.0, 1e9)
    for row in range(1, height):
        below[row] = np.minimum(below[row], below[row - 1] + 1)
    for row in range(height - 2, -1, -1):
        below[row] = np.minimum(below[row], below[row + 1] + 1)
    least = np.minimum(below, most) ** 2
    squares = below**2
    for step in range(1, width):
        if step**2 >= least.max():
            break
        np.minimum(least[:, step:], step**2 + squares[:, :-step], out=least[:, step:])
        np.minimum(least[:, :-step], step**2 + squares[:, step:], out=least[:, :-step])
    found: Sheet = np.sqrt(least)
    return found
