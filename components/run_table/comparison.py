"""Selected runs side by side: their curves in one chart, and a table of what differs."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from math import isfinite
from typing import Literal
from urllib.parse import quote

import streamlit as st

from components import charts, workspace
from components.charts import DASHES, MAX_COMPARED, PALETTE, NamedCurve
from components.controlled import selectbox
from components.markup import cut, in_html
from components.run_labels import began
from components.run_table.rows import MAX_TITLE
from trainer import formats
from trainer.i18n import N_, _
from trainer.recipe.spec import shorten
from trainer.runs.baseline import luck, standing
from trainer.runs.comparison import are_judged_alike, brief_changes, compare, may_be_chance
from trainer.runs.history import History
from trainer.runs.metrics import Metric
from trainer.runs.store import Run, RunNotFoundError
from trainer.runs.which_weights import which_weights

METRICS = {
    "val_accuracy": N_("Validation accuracy"),
    "val_loss": N_("Validation loss"),
    "accuracy": N_("Training accuracy"),
    "loss": N_("Training loss"),
}
ANCHOR = "comparison"
"""Where the link above the list leads to."""
LETTERS = "ABCDEFGH"
_SIGNS = "●■◆▲✖▼★✚"
"""The symbols of `charts.SYMBOLS`, as characters."""


def show_comparison(ids: Sequence[str]) -> None:
    """The curves of the selected runs in one chart, the oldest first, and what differs from it; nothing without any.

    Args:
        ids: newest first.
    """
    if not ids:
        return
    st.html(f'<div id="{ANCHOR}" tabindex="-1"></div>')
    st.header(_("Comparison"), anchor=False)
    if len(ids) < 2:
        st.caption(_("Select a second run to compare the two."))
        return
    if len(ids) > MAX_COMPARED:
        first = _("Only the newest {most} of the {count} selected runs are compared: more cannot be told apart.")
        st.caption(first.format(most=MAX_COMPARED, count=formats.number(len(ids))))
    runs = []
    for run_id in sorted(ids[:MAX_COMPARED]):
        with suppress(RunNotFoundError):  # deleted in another tab since the list was made
            runs.append(workspace.store().read_summary(run_id))
    metric = selectbox(_("Curve"), METRICS, format_func=lambda name: _(METRICS[name]), key="curve", width=280)
    curves = named_curves(runs, metric)
    st.plotly_chart(charts.overlay(curves, metric, _(METRICS[metric])), key="overlay", alt=described(curves, metric))
    st.caption(
        _(
            "The larger mark on a curve is the epoch whose weights are kept. Below each score stands where it may lie "
            "with luck taken into account: two scores whose ranges overlap widely may differ by luck alone."
        )
    )
    st.html(table(runs, metric))


def named_curves(runs: Sequence[Run], metric: str) -> list[NamedCurve]:
    """The curves of a chart, with what each run has instead of the oldest in its name."""
    return [
        NamedCurve(letter, _name(run, runs[0]), run.history.epoch_curve(metric), _kept(run))
        for letter, run in zip(LETTERS, runs, strict=False)
    ]


def _name(run: Run, oldest: Run) -> str:
    if run is oldest or run.recipe is None or oldest.recipe is None or run.caption.name:
        return run.title
    return str(brief_changes(oldest.recipe, run.recipe))


def _kept(run: Run) -> float | None:
    return float(run.history.kept_epoch) if run.history.kept_epoch else None


def described(curves: Sequence[NamedCurve], metric: str) -> str:
    """What the chart shows, for those who do not see it."""
    ends = _("{letter} ({name}) ends at {value}")
    told = [
        ends.format(letter=one.letter, name=formats.isolated(one.name), value=Metric(metric).value(one.curve.y[-1]))
        for one in curves
        if one.curve.y
    ]
    return _("{metric} by epoch: {curves}").format(metric=_(METRICS[metric]), curves="; ".join(told))


def best_of(runs: Sequence[Run]) -> Run | None:
    """The run whose kept weights have the best validation accuracy; None where their scores cannot be compared: some
    have none, they are judged on different rows or answers, or the best may be that by chance alone.
    """
    recipes = [run.recipe for run in runs if run.recipe is not None]
    if len(runs) < 2 or len(recipes) < len(runs):
        return None
    scores = [_logs(run).get("val_accuracy", float("nan")) for run in runs]
    prepared = {run.history.prepared.validation if run.history.prepared else None for run in runs}
    alike = all(are_judged_alike(recipes[0], recipe) for recipe in recipes)
    if not all(map(isfinite, scores)) or len(prepared) > 1 or None in prepared or not alike:
        return None
    best = runs[scores.index(max(scores))]
    return None if any(may_be_chance(best, run) for run in runs if run is not best) else best


def _logs(run: Run) -> dict[str, float]:
    return {} if run.history.scored_epoch is None else run.history.scored_epoch.logs


def table(runs: Sequence[Run], metric: str) -> str:
    """The runs as a table: how each is drawn, its scores, and what differs from the oldest one."""
    headings = (
        _("Run"),
        _("Validation"),
        _("Test"),
        _("Epoch"),
        _("Compared with {letter}, the oldest").format(letter="A"),
    )
    head = "".join(f'<th scope="col">{in_html(name)}</th>' for name in headings)
    best = best_of(runs)
    body = "".join(_row(place, run, runs[0], metric, is_best=run is best) for place, run in enumerate(runs))
    body += _baseline(runs)
    return f'<table class="fb-runs-compared"><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>'


def _baseline(runs: Sequence[Run]) -> str:
    """What always giving the most common answer would reach, as the last row; empty where that is not the same for all
    of the runs, or not known.
    """
    found = set()
    for run in runs:
        reached = [standing(run.history, part, 0.0) for part in ("validation", "test")]
        names = {one.answer for one in reached if one is not None}
        found.add((*sorted(names)[:1], *("–" if one is None else formats.percent(one.share) for one in reached)))
    if len(found) > 1 or len(only := found.pop()) < 3:
        return ""
    answer, validation, test = only
    name = _("Always answering {answer}").format(answer=formats.isolated(shorten(answer, 40)))
    cells = ((_("Validation"), validation), (_("Test"), test), (_("Epoch"), "–"))
    told = "".join(_cell(*cell) for cell in cells)
    return f'<tr><th scope="row">{in_html(name)}</th>{told}<td>–</td></tr>'


def _row(place: int, run: Run, oldest: Run, metric: str, *, is_best: bool) -> str:
    scored = run.history.scored_epoch
    validation = _logs(run).get("val_accuracy")
    best = f' <b class="fb-good"><span aria-hidden="true">★</span> {in_html(_("best"))}</b>' if is_best else ""
    name = f"<b>{LETTERS[place]}</b> {_key(place)} {in_html(cut(run.title, MAX_TITLE))}{best}"
    cells = [
        (_("Validation"), *_with_luck(run.history, "validation", validation)),
        (_("Test"), *_test(run.history)),
        (_("Epoch"), "–" if scored is None else formats.number(scored.epoch), ""),
    ]
    told = "".join(_cell(*cell) for cell in cells)
    return (
        f'<tr><th scope="row">{name}<small>{in_html(began(run))}</small></th>{told}'
        f"<td>{_differences(run, oldest, metric)}</td></tr>"
    )


def _cell(label: str, value: str, below: str = "") -> str:
    small = f"<small>{in_html(below)}</small>" if below else ""
    return f'<td data-label="{in_html(label)}">{in_html(value)}{small}</td>'


def _test(history: History) -> tuple[str, str]:
    """The accuracy of the last test, with its epoch if that is not the one whose weights are kept; and its luck."""
    if not history.tests:
        return "–", ""
    last = history.tests[-1]
    share, range_ = _with_luck(history, "test", last.logs["accuracy"])
    if history.test_of_weights is None:
        share = _("{share} ({weights})").format(share=share, weights=which_weights(last))
    return share, range_


def _with_luck(history: History, part: Literal["validation", "test"], accuracy: float | None) -> tuple[str, str]:
    """An accuracy, and between which ones luck may have moved it; the second is empty where nobody can tell."""
    if accuracy is None or not isfinite(accuracy):
        return "–", ""
    found = luck(history, part, accuracy)
    if found is None:
        return formats.percent(accuracy), ""
    low, high = map(formats.percent, found)
    return formats.percent(accuracy), _("{low} to {high}").format(low=low, high=high)


def _differences(run: Run, oldest: Run, metric: str) -> str:
    parts = []
    if run is not oldest:
        found = compare(oldest, run)
        parts.append(in_html(found.sentence))
        parts += [f"<i>{in_html(hint)}</i>" for hint in found.hints]
    if run.history.prepared is not None and run.history.prepared.same_rows:
        parts.append(in_html(_("Scored on its own training rows.")))
    if not run.history.epoch_curve(metric).x:
        parts.append(in_html(_("It has no such curve.")))
    return " ".join(parts) or "–"


def _key(place: int) -> str:
    """A piece of a run's line with its symbol, as a picture."""
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="44" height="16"><g fill="{PALETTE[place]}" '
        f'stroke="{PALETTE[place]}"><path d="M1 8H43" fill="none" stroke-width="2" '
        f'stroke-dasharray="{_dashes(DASHES[place])}"/><text x="22" y="13" font-size="14" stroke="none" '
        f'text-anchor="middle">{_SIGNS[place]}</text></g></svg>'
    )
    return f'<img src="data:image/svg+xml,{quote(svg)}" alt="" width="44" height="16">'


def _dashes(dash: str) -> str:
    return "none" if dash == "solid" else dash.replace("px", "")
