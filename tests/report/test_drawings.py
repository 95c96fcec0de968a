"""Figures: small, the same bytes every time, safe to stand beside others, and true to the trace."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kalimag.io.recording import Channel, Command, CommandCheck, Drawn, Recording, Segment
from kalimag.report.svg import cleaned, drawn
from kalimag.report.traces import Shot, caption, course, draw, envelope, reach


def recording(count: int = 3, samples: int = 4000) -> Recording:
    """Sweeps of 1 s whose current steps with the command in the middle half."""
    levels = [-100.0 + 20.0 * k for k in range(count)]
    quarter = samples // 4
    segments = tuple(
        (
            Segment(0, quarter, -70.0, -70.0, "hold"),
            Segment(quarter, 3 * quarter, level, level, "step"),
            Segment(3 * quarter, samples, -70.0, -70.0, "hold"),
        )
        for level in levels
    )
    noise = np.random.default_rng(1).normal(0.0, 1.0, (count, 1, samples))
    for k, level in enumerate(levels):
        noise[k, 0, quarter : 3 * quarter] += level
        noise[k, 0, quarter] -= 2000.0
    command = Command("Vcmd", "mV", "rebuilt", Drawn(segments), segments, CommandCheck("ok", ""))
    return Recording(
        path=Path("a.abf"),
        sha256="0" * 64,
        size_bytes=1,
        format="ABF",
        reader="abf",
        rate_Hz=float(samples),
        channels=(Channel("IN 0", "pA"),),
        sweeps=tuple(noise),
        sweep_starts_s=tuple(float(k) for k in range(count)),
        commands=(command,),
        no_command=("",),
    )


def shot(seen: Recording | None = None, **changes: Any) -> Shot:
    seen = seen or recording()
    given = {"channel": 0, "windows_s": ((0.6, 0.7),), "command": seen.commands[0]}
    return Shot(seen, **(given | changes))


def svg(one: Shot, name: str = "traces") -> str:
    return drawn(lambda: draw(one), name, "Traces & more", "Three <sweeps>.")


def test_the_same_drawing_is_the_same_bytes() -> None:
    assert svg(shot()) == svg(shot())


def test_a_drawing_is_whole_small_and_says_what_it_is() -> None:
    text = svg(shot(recording(13, 40_000)))
    root = ET.fromstring(text)
    names = [child.tag.rpartition("}")[2] for child in root]
    assert names[:2] == ["title", "desc"]
    assert [root[0].text, root[1].text] == ["Traces & more", "Three <sweeps>."]
    assert root.get("role") == "img"
    assert len(text) < 300_000
    assert "<text" in text
    assert "Current (pA)" in text


def test_two_drawings_share_no_id_and_every_reference_resolves() -> None:
    both = [svg(shot(), name) for name in ("one", "two")]
    ids = [set(re.findall(r'\bid="([^"]+)"', text)) for text in both]
    assert not ids[0] & ids[1]
    for text, own in zip(both, ids, strict=True):
        used = set(re.findall(r'(?:href="#|url\(#)([^")]+)', text))
        assert used
        assert used <= own


def test_a_drawing_holds_no_date_and_asks_for_nothing() -> None:
    text = svg(shot())
    assert "metadata" not in text
    assert "20" + "26" not in text
    outside = set(re.findall(r"https?://[^\"]+", text))
    assert outside <= {"http://www.w3.org/2000/svg", "http://www.w3.org/1999/xlink"}


def test_what_is_no_drawing_is_refused() -> None:
    with pytest.raises(ValueError, match="viewBox"):
        cleaned("<svg><g/></svg>", "a", "b", "c")


@given(st.integers(1, 5000), st.integers(10, 400), st.integers(0, 2**31))
def test_an_envelope_keeps_every_extreme(samples: int, columns: int, seed: int) -> None:
    trace = np.random.default_rng(seed).normal(size=samples)
    at, value = envelope(trace, columns)
    assert len(at) == len(value) <= max(2 * (columns + 1), 3 * columns)
    assert (value.min(), value.max()) == (trace.min(), trace.max())
    assert np.all(np.diff(at) > 0)
    assert at[0] >= 0
    assert at[-1] < samples


def test_a_transient_does_not_set_the_axis_and_is_told() -> None:
    ends = reach(shot())
    assert -150.0 < ends.low < -100.0
    assert ends.cut is not None
    assert ends.cut[0] < -2000.0
    assert "Capacitive transients, from −2" in caption(shot())


def test_sweeps_are_told_apart_by_their_command_or_their_order() -> None:
    assert "most negative command" in caption(shot())
    assert "first sweep is dark" in caption(shot(windows_s=((0.1, 0.2),)))
    assert "first sweep is dark" in caption(shot(command=None))


def test_a_window_too_short_to_be_seen_gets_a_closer_look() -> None:
    assert shot().time_limits() == (0.0, 1.0)
    begin, end = shot(windows_s=((0.5, 0.51),)).time_limits()
    assert 0.4 < begin < 0.5
    assert 0.51 < end < 0.6
    assert "around the window" in caption(shot(windows_s=((0.5, 0.51),)))


def test_very_many_sweeps_are_thinned_and_this_is_told() -> None:
    many = shot(recording(187, 400))
    assert len(many.sweeps) <= 40
    assert caption(many).startswith("38 of 187 sweeps")
    assert len(svg(many)) < 300_000


def test_a_command_is_drawn_with_the_points_its_shape_needs() -> None:
    seen = recording()
    command = seen.commands[0]
    assert command is not None
    at, level = course(command.segments[0], command.samples[0], 50)
    assert at.tolist() == [0, 1000, 1000, 3000, 3000, 4000]
    assert level.tolist() == [-70, -70, -100, -100, -70, -70]
    wave = (Segment(0, 4000, 0.0, 10.0, "cosine"),)
    at, level = course(wave, np.asarray(Drawn((wave,))[0]), 50)
    assert len(at) == 100
    assert level.max() == pytest.approx(10.0, abs=0.1)
