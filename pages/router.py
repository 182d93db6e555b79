"""The table of pages and what every page has around it. `app.py` hands this script to Streamlit."""

import streamlit as st

from components import dialogs, frame, language, lessons, notices, sidebar, waiting, workspace
from components.errors import guarded, show_failed_callback
from components.navigation import Page
from components.number_fields import follow_number_fields
from components.steps import StepBar, steps_now
from components.terms import show_terms_button
from trainer import PROJECT
from trainer.i18n import _

# An icon by name or as an emoji would be fetched from the network by the browser, so it is a file of ours.
st.set_page_config(
    page_title="Fitboard",
    page_icon=str(PROJECT / "components" / "icon.png"),
    layout="wide",
    initial_sidebar_state=240,  # pixels; on a phone it is closed at first
)
language.follow_address()
dialogs.begin_page()

# Streamlit's older multipage mode would run a file named like its address without this script: no address is a stem.
PAGES = {
    Page.START: st.Page(Page.START, title=_("Start"), icon=":material/home:", url_path="start", default=True),
    Page.DATA: st.Page(Page.DATA, title=_("Data"), icon=":material/table_view:", url_path="data"),
    Page.MODEL: st.Page(Page.MODEL, title=_("Model"), icon=":material/layers:", url_path="model"),
    Page.TRAIN: st.Page(Page.TRAIN, title=_("Train"), icon=":material/show_chart:", url_path="train"),
    Page.RESULTS: st.Page(Page.RESULTS, title=_("Results"), icon=":material/fact_check:", url_path="results"),
    Page.TRY: st.Page(Page.TRY, title=_("Try it"), icon=":material/draw:", url_path="try"),
    Page.RUNS: st.Page(Page.RUNS, title=_("Runs"), icon=":material/list:", url_path="runs"),
}
page = st.navigation(list(PAGES.values()), position="hidden")  # the steps are the navigation
here = next(name for name, one in PAGES.items() if one is page)
st.set_page_config(page_title=f"{page.title} · Fitboard")
opened = None
with guarded("what the address asks for"):
    opened = workspace.follow_address()
if opened and here is Page.START:
    # A link to a lesson or a run leads to where it can be seen, unless it names a page itself.
    st.switch_page(PAGES[Page.DATA if opened == "recipe" else Page.TRAIN])
waiting.forget_followed()
frame.show_style()
with st.sidebar, guarded("your run", brief=True):
    sidebar.show_my_run(here)
    show_terms_button()
    follow_number_fields()
bar, steps = StepBar(PAGES, here), steps_now()
bar.fill(steps)
with guarded("the question of the link"):
    lessons.ask_before_training()
show_failed_callback()
with guarded("the last message", brief=True):
    notices.show_message()
with guarded("this page"):
    page.run()
if not steps.is_known:  # the page has read the data now; with those that take seconds, it had to come first
    steps = steps_now()
    bar.fill(steps)
with st.sidebar:
    frame.follow(here, steps.in_words())
    waiting.look_after_followed()
