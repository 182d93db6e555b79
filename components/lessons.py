"""The lessons: their cards on the Start page, and the question of a link that wants to train one."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from html import escape

import streamlit as st

from components import library, workspace
from components.browser_files import address
from components.library import Lesson
from components.markup import md
from components.navigation import Page
from trainer.i18n import N_, _
from trainer.recipe.spec import RecipeError

STYLE = """<style>
.fb-lesson-picture { display: block; width: 100%; height: 5.5rem; object-fit: cover; border-radius: 0.5rem; }
[class*=st-key-lesson-] h2 { padding-top: 0; }
@media (max-width: 640px) {
  :is([class*=st-key-watch], [class*=st-key-begin], [class*=st-key-continue]) button { min-height: 2.75rem; }
}
</style>"""


@dataclass(frozen=True)
class Look:
    """What the card of a lesson shows beside what its recipe says."""

    picture: str
    """A file in `lesson_pictures/`."""
    alternative: str
    """What the picture shows, for whoever does not see it."""
    effort: str
    """How long it takes to watch, and how hard the lesson is."""


LOOKS = {
    "mnist_cnn": Look(
        "digits.png", N_("Handwritten digits in many handwritings"), N_("Easy · a few seconds on 2,000 pictures")
    ),
    "text_lstm": Look(
        "bubbles.svg",
        N_("Two speech bubbles: an unhappy face says “Never again”, a happy one “Great food!”"),
        N_("Easy · about 10 seconds on 2,400 short reviews"),
    ),
    "mnist_checkpoint_early_stopping": Look(
        "flag.svg",
        N_("A curve that falls and rises again, with a flag at its lowest point"),
        N_("A step further · a few seconds on 2,000 pictures"),
    ),
}
"""By the stem of the lesson; another lesson has a card without a picture."""


def show_lessons() -> None:
    """One card for each lesson: one click trains it, another begins it."""
    lessons, problems = library.lessons()
    for problem in problems:
        st.warning(md(problem), icon=":material/error:")
    st.html(STYLE)
    for column, lesson in zip(st.columns(max(len(lessons), 1)), lessons, strict=False):
        with column.container(border=True, height="stretch", key=f"lesson-{lesson.stem}"):
            _card(lesson)


def _card(lesson: Lesson) -> None:
    look = LOOKS.get(lesson.stem)
    if look is not None:
        picture = escape(address(f"lesson_pictures/{look.picture}"))
        st.html(f'<img class="fb-lesson-picture" src="{picture}" alt="{escape(_(look.alternative))}">')
    with st.container(height="stretch", gap="xsmall"):  # so that the buttons of all cards stand in a row
        st.header(md(_(lesson.recipe.name)), anchor=False)
        st.write(md(_(lesson.recipe.about)))
        if look is not None:
            st.caption(md(_(look.effort)))
    with st.container(horizontal=True, gap="small"):
        if st.button(_("Watch it learn"), key=f"watch {lesson.stem}", type="primary", icon=":material/play_arrow:"):
            watch(lesson.stem)
        if st.button(_("Begin lesson {number}").format(number=lesson.number), key=f"begin {lesson.stem}"):
            workspace.open_lesson(lesson.stem)
            st.switch_page(Page.DATA)


def watch(stem: str) -> None:
    """Train a lesson on few examples, and lead to its curves."""
    workspace.watch_lesson(stem)
    st.switch_page(Page.TRAIN)


def ask_before_training() -> None:
    """Ask once whether the lesson in the address is to be trained (`?recipe=mnist_cnn&train=1`)."""
    stem = workspace.lesson_to_watch()
    if stem is None:
        return
    try:
        lesson = library.lesson(stem)
    except RecipeError as error:
        workspace.forget_lesson_to_watch()
        workspace.current().message = error.message
        return
    title = _("Train this lesson: {lesson}").format(lesson=md(_(lesson.recipe.name)))
    st.dialog(title, on_dismiss=workspace.forget_lesson_to_watch)(partial(_question, lesson))()


def _question(lesson: Lesson) -> None:
    st.write(_("A link asks for this. Training uses this computer for some seconds; you can stop it at any time."))
    with st.container(horizontal=True, gap="small"):
        if st.button(_("Watch it learn"), key="watch asked", type="primary", icon=":material/play_arrow:"):
            workspace.forget_lesson_to_watch()
            watch(lesson.stem)
        if st.button(_("Not now"), key="watch declined"):
            workspace.forget_lesson_to_watch()
            st.rerun()
