"""Draws what photographs lack: text, screenshots, gradients and line art."""

import math
import string

import numpy as np
from numpy.random import Generator
from PIL import Image, ImageDraw, ImageFont

Colour = tuple[int, int, int]
LETTERS = string.ascii_letters + string.digits + "    .,:;-()"


def synthetic_picture(random: Generator, side: int) -> np.ndarray:
    """A square picture (side, side, 3), uint8, of a kind drawn by chance."""
    kinds = (text_page, screenshot, gradient, line_art)
    return kinds[random.integers(len(kinds))](random, side)


def text_page(random: Generator, side: int) -> np.ndarray:
    """Lines of letters in one size, dark on light or light on dark."""
    paper, ink = _contrasting_colours(random)
    picture = Image.new("RGB", (side, side), paper)
    _draw_text(random, ImageDraw.Draw(picture), (0, 0, side, side), ink)
    return np.asarray(picture)


def screenshot(random: Generator, side: int) -> np.ndarray:
    """Overlapping panels with borders, title bars and text."""
    picture = Image.new("RGB", (side, side), _colour(random))
    draw = ImageDraw.Draw(picture)
    for _ in range(random.integers(2, 6)):
        paper, ink = _contrasting_colours(random)
        left, top = random.integers(-side // 4, side * 3 // 4, 2).tolist()
        right, bottom = (left + _extent(random, side), top + _extent(random, side))
        draw.rounded_rectangle(
            (left, top, right, bottom),
            int(random.integers(0, 12)),
            paper,
            ink,
            int(random.integers(0, 3)),
        )
        bar = int(random.integers(8, 24))
        draw.rectangle((left, top, right, top + bar), _colour(random))
        _draw_text(random, draw, (left + 6, top + bar + 4, right - 6, bottom - 6), ink)
    return np.asarray(picture)


def gradient(random: Generator, side: int) -> np.ndarray:
    """A smooth ramp between two colours, along a direction or around a point, sometimes with noise."""
    rows, columns = np.indices((side, side)) / side
    if random.random() < 0.5:
        angle = random.uniform(0, 2 * math.pi)
        ramp = math.cos(angle) * columns + math.sin(angle) * rows
    else:
        ramp = np.hypot(rows - random.uniform(-0.5, 1.5), columns - random.uniform(-0.5, 1.5))
    ramp = ((ramp - ramp.min()) / np.ptp(ramp))[..., None]
    first, second = np.array(_colour(random)), np.array(_colour(random))
    noise = random.normal(0, random.choice([0, 0, 1, 3]), (side, side, 1))
    return np.clip(np.rint(first + (second - first) * ramp + noise), 0, 255).astype(np.uint8)


def line_art(random: Generator, side: int) -> np.ndarray:
    """Lines, polygons and ellipses, drawn twice as large and reduced, so that edges are smooth."""
    paper, ink = _contrasting_colours(random)
    picture = Image.new("RGB", (2 * side, 2 * side), paper)
    draw = ImageDraw.Draw(picture)
    for _ in range(random.integers(4, 24)):
        points = [tuple(point) for point in random.integers(0, 2 * side, (random.integers(2, 6), 2)).tolist()]
        colour = ink if random.random() < 0.7 else _colour(random)
        shape = random.random()
        if shape < 0.5:
            draw.line(points, colour, int(random.integers(1, 10)))
        elif shape < 0.75:
            (left, right), (top, bottom) = (sorted(pair) for pair in zip(*points[:2]))
            draw.ellipse((left, top, right, bottom), None, colour, int(random.integers(1, 10)))
        else:
            draw.polygon(points, colour)
    return np.asarray(picture.reduce(2))


def _draw_text(random: Generator, draw: ImageDraw.ImageDraw, box: tuple, ink: Colour) -> None:
    """Fills a box with lines of chance letters."""
    left, top, right, bottom = box
    size = int(random.integers(7, 28))
    font = ImageFont.load_default(size)
    for line_top in range(top, bottom - size, size * 5 // 4):
        letters = random.choice(list(LETTERS), max(1, (right - left) * 2 // size))
        draw.text((left, line_top), "".join(letters), ink, font)


def _extent(random: Generator, side: int) -> int:
    return int(random.integers(side // 4, side))


def _colour(random: Generator) -> Colour:
    return tuple(random.integers(0, 256, 3).tolist())


def _contrasting_colours(random: Generator) -> tuple[Colour, Colour]:
    """Two colours, most often near white and near black, in either order."""
    light, dark = (255, 255, 255), (0, 0, 0)
    if random.random() < 0.6:
        light, dark = (tuple(random.integers(*r, 3).tolist()) for r in ((180, 256), (0, 100)))
    return (light, dark) if random.random() < 0.75 else (dark, light)
