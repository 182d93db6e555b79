"""What a run looks like in the list: the cells of its row as HTML, which on a narrow screen become a card. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from components.headline import standing_of_model
from components.markup import cut, in_html
from components.run_labels import began, state_of
from components.run_table.entries import Entry
from components.run_table.sparkline import HEIGHT, WIDTH, sparkline
from trainer import formats
from trainer.i18n import _, ngettext
from trainer.messages import Message
from trainer.runs.baseline import Verdict
from trainer.runs.events import RunState
from trainer.runs.which_weights import which_weights

MAX_TITLE, MAX_SHOWN_NOTE = 100, 200
"""Characters of a name and of a note in the list."""
_SIGNS = {
    RunState.QUEUED: "…",
    RunState.RUNNING: "▶",
    RunState.PAUSED: "‖",
    RunState.FINISHED: "✓",
    RunState.STOPPED: "■",
    RunState.INTERRUPTED: "!",
    RunState.FAILED: "✗",
}
_VERDICTS = {
    Verdict.BETTER: ("fb-good", "✓"),
    Verdict.UNSURE: ("", "≈"),
    Verdict.NO_BETTER: ("fb-bad", "✗"),
    Verdict.ONE_CLASS: ("", "="),
}


def head() -> str:
    """The line of headings. Screen readers do not need it: each cell says itself what it is."""
    names = (_("Run"), _("State"), _("Validation"), _("Test"), _("Data"), _("Parameters"), _("Time"))
    cells = "".join(f"<span>{in_html(name)}</span>" for name in names)
    return f'<div class="fb-run fb-run-head" aria-hidden="true">{cells}</div>'


def row(entry: Entry, *, marks: Sequence[str], difference: Message | str, data: str) -> str:
    """The cells of a run.

    Args:
        entry: the run.
        marks: whose it is, if that has to be said.
        difference: from the run before on the same data.
        data: what people call its data.
    """
    cells = _name(entry, marks, difference) + _state(entry)
    if entry.run.damage is not None:
        return f'<div class="fb-run">{cells}<div class="fb-run-damage">{in_html(entry.run.damage)}</div></div>'
    return f'<div class="fb-run">{cells}{_validation(entry)}{_test(entry)}{_facts(entry, data)}</div>'


def _name(entry: Entry, marks: Sequence[str], difference: Message | str) -> str:
    note = cut(entry.run.caption.note, MAX_SHOWN_NOTE)
    lines = [
        f'<h2 dir="auto">{in_html(cut(entry.run.title, MAX_TITLE))}</h2>',
        f"<div>{in_html(difference)}</div>" if difference else "",
        f'<div dir="auto"><i>{in_html(note)}</i></div>' if note else "",
        f"<small>{in_html(' · '.join([began(entry.run), *marks]))}</small>",
    ]
    return f'<div class="fb-run-name">{"".join(lines)}</div>'


def _state(entry: Entry) -> str:
    run, wanted = entry.run, entry.run.history.epochs_wanted
    sign = _SIGNS[run.state] if run.damage is None else "!"
    about = ""
    if run.damage is None and wanted is not None:
        of_all = ngettext("{epochs} epoch", "{epochs} epochs", wanted)
        told = of_all if entry.epochs == wanted else _("{done} of {epochs} epochs")
        about = told.format(done=formats.number(entry.epochs), epochs=formats.number(wanted))
    look = "fb-bad" if run.state is RunState.FAILED or run.damage is not None else ""
    state = (
        f'<span aria-hidden="true" class="{look}">{sign}</span> <span class="{look}">{in_html(state_of(run))}</span>'
    )
    return _cell(_("State"), state, about, "state", _picture(entry))


def _picture(entry: Entry) -> str:
    """Its curve, small."""
    if not entry.curve.x:
        return ""
    metric = _("Validation accuracy") if entry.score("val_accuracy") is not None else _("Training accuracy")
    first, last = formats.percent(entry.curve.y[0]), formats.percent(entry.curve.y[-1])
    alt = ngettext(
        "{metric} after {count} epoch: {last}", "{metric} in {count} epochs: from {first} to {last}", entry.epochs
    ).format(metric=metric, count=formats.number(entry.epochs), first=first, last=last)
    source = sparkline(entry.curve, entry.kept)
    return f'<img src="{source}" alt="{in_html(alt)}" width="{WIDTH}" height="{HEIGHT}">'


def _validation(entry: Entry) -> str:
    scored, name, label = entry.run.history.scored_epoch, "val_accuracy", _("Validation")
    if entry.score(name) is None:
        name, label = "accuracy", _("Training")
    score = entry.score(name)
    if scored is None or score is None:
        return _cell(_("Validation"), _nothing(), "", "score")
    about = _("epoch {epoch}").format(epoch=formats.number(scored.epoch))
    if entry.run.history.prepared is not None and entry.run.history.prepared.same_rows:
        about = _("scored on its own training rows")
    elif name == "accuracy":
        about = _("training, {epoch}").format(epoch=about)
    is_score = name == "val_accuracy" and entry.run.history.test_of_weights is None
    return _cell(label, formats.percent(score), about, "score", _baseline(entry) if is_score else "")


def _test(entry: Entry) -> str:
    accuracy = entry.test_accuracy
    if accuracy is None:
        return _cell(_("Test"), _nothing(_("not tested")), "", "score")
    about = str(which_weights(entry.run.history.tests[-1]))
    is_score = entry.run.history.test_of_weights is not None
    return _cell(_("Test"), formats.percent(accuracy), about, "score", _baseline(entry) if is_score else "")


def _baseline(entry: Entry) -> str:
    """The mark beside the score of the weights in the model: what guessing gets, and whether the score is better."""
    found = standing_of_model(entry.run.history)
    if found is None:
        return ""
    look, sign = _VERDICTS[found.verdict]
    verdict = {
        Verdict.BETTER: _("better than guessing"),
        Verdict.UNSURE: _("perhaps no better than guessing"),
        Verdict.NO_BETTER: _("no better than guessing"),
        Verdict.ONE_CLASS: _("only one class"),
    }[found.verdict]
    share = _("guessing {share}").format(share=formats.percent(found.bar))
    mark = f'<span aria-hidden="true">{sign}</span> <span class="fb-hidden">{in_html(verdict)}, </span>'
    return f'<small class="{look}">{mark}{in_html(share)}</small>'


def _facts(entry: Entry, data: str) -> str:
    prepared, seconds = entry.run.history.prepared, entry.run.history.seconds_of_training
    rows, parameters = "", _nothing()
    if prepared is not None:
        rows = ngettext("{count} example", "{count} examples", prepared.train).format(
            count=formats.number(prepared.train)
        )
        parameters = formats.number(prepared.parameters)
    time = formats.duration(seconds) if seconds else _nothing()
    return (
        _cell(_("Data"), in_html(cut(data, MAX_TITLE)), rows, "data")
        + _cell(_("Parameters"), parameters, "", "number")
        + _cell(_("Time"), time, "", "number")
    )


def _cell(label: str, html: str, about: str, look: str, more: str = "") -> str:
    """A value with its label, which stands before it where there are no headings, and is read out anywhere."""
    said = f'<span class="fb-run-label">{in_html(label)}</span>' if label else ""
    small = f"<small>{in_html(about)}</small>" if about else ""
    return f'<div class="fb-run-{look}">{said}<span>{html}</span>{small}{more}</div>'


def _nothing(said: str | None = None) -> str:
    return f'<span aria-hidden="true">–</span><span class="fb-hidden">{in_html(said or _("not known"))}</span>'


def ghosts(count: int = 3) -> str:
    """Rows as they will look once there are runs; nothing for screen readers."""
    bars = "".join(
        f'<span class="fb-run-ghost" style="width: {width}%"></span>' for width in (70, 80, 50, 50, 60, 60, 50)
    )
    return f'<div aria-hidden="true" class="fb-run-ghosts">{f"<div class=fb-run>{bars}</div>" * count}</div>'
