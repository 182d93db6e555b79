"""The test: opened on purpose, then its result from the number down: examples, what is mixed up, and the rest."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from functools import partial

import streamlit as st

from components import expectation, workspace
from components.frame import announce
from components.markup import md
from components.openings import show_openings, show_worth
from components.prediction_view import PredictionView
from components.score_card import Bar, Score, show_facts, show_score, show_what_will_be_there
from components.scores import Best, best_known, openings_of, worth
from components.waiting import follow
from components.wording import WORDING
from trainer import formats
from trainer.engine.local import LocalEngine
from trainer.i18n import _, ngettext
from trainer.messages import Message
from trainer.recipe.spec import shorten
from trainer.runs.baseline import Standing, standing
from trainer.runs.events import Tested
from trainer.runs.openings import Opening
from trainer.runs.predictions import read_predictions
from trainer.runs.store import Run, RunNotFoundError
from trainer.runs.which_weights import which_weights

LOG = logging.getLogger(__name__)
ORDERED = "ordered test"
"""Where the session keeps the run whose test was ordered, and its last event at that moment."""


def order_test(run_id: str) -> None:
    """Have the model of a run tested; the Results page shows its progress. Called by buttons of any page."""

    def test(engine: LocalEngine) -> None:
        found = engine.store.read(run_id)
        if found.state.is_over and not engine.is_busy(run_id):  # a double click finds the test of the first
            engine.test(run_id)
            st.session_state[ORDERED] = (run_id, found.history.cursor)

    workspace.change_run(run_id, test)


def show_test(run: Run) -> None:
    """The result of the last test, the button that tests the model, and how its test is doing."""
    tests, opened = run.history.tests, openings_of(run)
    _announce_result(run)
    with st.container(key="score"):  # always there, so that the button below keeps its place, and the focus
        if tests:
            _show_score(run, tests[-1], best_known(run, opened))
    in_progress, why_not = _progress(run)
    with st.container(key="testing", horizontal=True, vertical_alignment="center"):
        st.button(
            _("Testing …") if in_progress else _("Test again") if tests else _("Test"),
            type="primary",  # always: another kind would be another element, without the focus
            icon=":material/fact_check:",
            disabled=why_not is not None,
            on_click=order_test,
            args=(run.id,),
            key="test",
        )
        st.caption(md(why_not or _about_testing(run, opened)))
    if in_progress:
        st.caption(f":material/hourglass_top: {_('The model answers the test questions …')}")
        follow(partial(_has_come_to, run.id), seen=(run.history.cursor, True))
    elif problem := _problem(run):
        st.error(md(problem))
    if tests:
        show_worth(run, opened)
        _show_story(run, tests[-1])
        show_openings(run, opened)
    else:
        show_what_will_be_there(_what_will_be_there(run))


def show_nothing_yet() -> None:
    """What stands on the page while there is no run."""
    show_what_will_be_there(_("How often your model is right on examples that it has never seen, beside guessing."))


def _what_will_be_there(run: Run) -> str:
    rows = run.history.prepared.test if run.history.prepared else 0
    if not rows:
        return _("Here you will see how often your model is right on examples that it has never seen.")
    text = ngettext(
        "Here you will see whether your model is right on {rows} example that it has never seen.",
        "Here you will see how often your model is right on {rows} examples that it has never seen.",
        rows,
    )
    return text.format(rows=formats.number(rows))


def _progress(run: Run) -> tuple[bool, Message | str | None]:
    """Whether a test is in progress, and why none can be ordered now; while one is, a press does nothing."""
    is_testing = run.history.is_being_tested and workspace.store().is_alive(run.id)
    if is_testing or (_is_ordered(run) and workspace.engine().is_busy(run.id)):  # perhaps the trainer has not begun yet
        return True, None
    return False, _why_not_test(run)


def _is_ordered(run: Run) -> bool:
    """Whether this tab has ordered a test of which nothing has been heard yet."""
    return bool(st.session_state.get(ORDERED) == (run.id, run.history.cursor))


def _problem(run: Run) -> Message | str | None:
    """Why the last test that was ordered has no result; None if it has one, or none was ordered."""
    if _is_ordered(run):
        return workspace.engine().problem(run.id) or WORDING.message("test_without_result")
    if run.history.is_being_tested:
        return WORDING.message("test_interrupted")
    failed = run.history.failed_action
    return failed.message if failed is not None and failed.action == "test" else None


def _why_not_test(run: Run) -> Message | str | None:
    """Why the test set cannot be opened now; None if it can."""
    if run.damage is not None:
        return run.damage
    if workspace.engine().is_orphaned(run):
        return WORDING.message("test_never_started")
    if not run.state.is_over:
        return WORDING.message("test_still_training")
    if run.history.weights is None:
        return WORDING.message("test_no_weights")
    return workspace.why_not_change(run.id)


def _about_testing(run: Run, opened: Sequence[Opening]) -> Message:
    """What is to be known before the button is pressed; it never keeps anybody from it."""
    if run.history.test_of_weights is not None:
        return WORDING.message("test_same_weights")
    if opened:
        return WORDING.message("test_opened_before", count=len(opened))
    return WORDING.message("test_on_purpose")


def _has_come_to(run_id: str) -> tuple[int, bool]:
    """The last event of a run, and whether more of its test can still come."""
    try:
        history = workspace.store().read(run_id).history
        is_alive = workspace.store().is_alive(run_id)
    except RunNotFoundError:  # deleted meanwhile
        return -1, False
    return history.cursor, is_alive if history.is_being_tested else workspace.engine().is_busy(run_id)


def _announce_result(run: Run) -> None:
    """Have the result of a test read out in the tab that has ordered it, once."""
    ordered_run, cursor = st.session_state.get(ORDERED, (None, 0))
    last = run.history.tests[-1:]
    if ordered_run == run.id and last and last[0].n > cursor:
        del st.session_state[ORDERED]
        score = _score(run, last[0])
        told = _("Tested. {headline}: {meaning}.").format(headline=score.headline, meaning=score.meaning)
        announce(f"{told} {score.luck_in_words}")


def _standing(run: Run, tested: Tested) -> Standing | None:
    return standing(run.history, "test", tested.logs["accuracy"])


def _score(run: Run, tested: Tested) -> Score:
    found, prepared = _standing(run, tested), run.history.prepared
    return Score(
        right=round(tested.logs["accuracy"] * tested.rows),
        rows=max(tested.rows, 1),
        verdict=None if found is None else found.verdict,
        modality="table" if run.recipe is None else run.recipe.data.modality,
        same_rows=prepared is not None and prepared.same_rows,
    )


def _baseline_name(found: Standing) -> str:
    """What reaches the share that a score has to beat."""
    if found.share < found.bar:
        return _("Guessing")
    return _("Always answering {answer}").format(answer=formats.isolated(shorten(found.answer, 40)))


def _show_score(run: Run, tested: Tested, best: Best | None) -> None:
    score, found = _score(run, tested), _standing(run, tested)
    bars = [Bar(_("This run"), score.share, "mine", score.luck)]
    if found is not None:
        bars.insert(0, Bar(_baseline_name(found), found.bar, "guessing"))
    if not score.same_rows and best is not None:
        bars.append(Bar(best.name, best.share, "other"))
    show_score(score, bars)
    expectation.show(run, tested)
    told = [str(one) for one in worth(run.history, "test", tested.logs["accuracy"])]
    told.append(_("Tested weights: {weights}.").format(weights=which_weights(tested)))
    if told:
        st.caption(" ".join(map(md, told)))
    kept = run.history.weights
    if kept is not None and run.history.test_of_weights is None:
        text = _("This is the result of other weights ({tested}). Now the model has these: {kept}. Test them as well.")
        st.info(text.format(tested=which_weights(tested), kept=which_weights(kept)))


def _show_story(run: Run, tested: Tested) -> None:
    names = run.history.prepared.class_names if run.history.prepared else None
    try:
        predictions = read_predictions(workspace.store().folder(run.id) / tested.file)
    except Exception as error:  # noqa: BLE001 - a damaged archive raises nearly anything, from zlib.error to MemoryError
        LOG.info("Run %s: the answers cannot be read: %r", run.id, error)
        predictions = None
    if predictions is None or (names is not None and len(names) != predictions.classes):
        st.error(_("The file with the answers is missing or damaged. Press “Test again” to create it again."))
    else:
        answers = PredictionView(run, predictions, names or tuple(map(str, range(predictions.classes))))
        answers.show_examples()
        answers.show_matrix()
        answers.show_threshold()
        answers.show_classes()
    st.header(_("Details"), anchor=False)
    show_facts(_facts(run, tested))


def _facts(run: Run, tested: Tested) -> dict[str, str]:
    facts = {
        _("Test loss"): formats.number(tested.logs["loss"], 4),
        _("Test rows"): formats.number(tested.rows),
        _("Tested weights"): str(which_weights(tested)),
        _("The test took"): formats.duration(tested.seconds),
    }
    if run.history.weights is not None:
        facts[_("Weights in the model")] = str(run.history.weights.reason)
    return facts
