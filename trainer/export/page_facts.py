"""What stands on the page of an HTML file about its network: who made it, how good it is, how equal the file is."""

from __future__ import annotations

from datetime import UTC, datetime

from trainer import fitboard_version, formats
from trainer.export.equality import Equality
from trainer.export.exported_run import ExportedRun
from trainer.export.wording import WORDING
from trainer.i18n import _
from trainer.messages import Message
from trainer.runs.baseline import Part, luck, standing

Text = str | Message
MOST_CLASSES = 12
"""Names of classes that are listed."""


def lead(run: ExportedRun) -> Message:
    """What one can do on the page, in a sentence or two."""
    return WORDING.message(f"page_{run.facts.modality}")


def facts(run: ExportedRun, equality: Equality | None) -> list[tuple[str, Text]]:
    """What is known of the network, each with what it is called.

    Args:
        run: what is exported.
        equality: how equal the file is to the network; None while that is not known.
    """
    found: list[tuple[str, Text]] = [(_("Made with"), f"Fitboard {fitboard_version()}")]
    if (created := _created(run.id)) is not None:
        found.append((_("Trained on"), formats.date(created)))
    found.append((_("Weights"), run.which))
    names = formats.listing(run.class_names[:MOST_CLASSES])
    more = len(run.class_names) - MOST_CLASSES
    told = _("{names} and {count} more").format(names=names, count=formats.number(more)) if more > 0 else names
    found.append((_("It tells apart"), told))
    found += _score(run)
    if equality is not None:
        found.append((_("This file"), _("{equal} Computed by onnxruntime.").format(equal=equality.message)))
    return found


def _created(run_id: str) -> datetime | None:
    """When a run was created, from its id."""
    try:
        return datetime.strptime(run_id[:15], "%Y%m%d-%H%M%S").replace(tzinfo=UTC)
    except ValueError:
        return None


def _score(run: ExportedRun) -> list[tuple[str, Text]]:
    """How good it is on rows that it has not seen: on the test if these weights were tested, else on validation."""
    part, accuracy = _accuracy(run)
    term = _("Test accuracy") if part == "test" else _("Validation accuracy")
    if accuracy is None:
        return [(term, _("It was not measured with these weights."))]
    share, range_ = formats.percent(accuracy), luck(run.history, part, accuracy)
    if range_ is not None:
        low, high = map(formats.percent, range_)
        share = _("{share} (with luck taken into account, {low} to {high})").format(share=share, low=low, high=high)
    worth = standing(run.history, part, accuracy)
    return [(term, share)] if worth is None else [(term, share), (_("What that is worth"), worth.message)]


def _accuracy(run: ExportedRun) -> tuple[Part, float | None]:
    inside = run.epoch if run.inside else None
    for test in reversed(run.history.tests):
        place = test.weights_epoch if test.inside_epoch is None else test.inside_epoch
        if (place, test.inside_epoch) == (run.epoch, inside):
            return "test", test.logs["accuracy"]
    logs = next((one.logs for one in run.history.epochs if one.epoch == run.epoch and not run.inside), {})
    return "validation", logs.get("val_accuracy")
