"""The table of pages and what stands around every page. `app.py` hands this script to Streamlit."""

import streamlit as st

from components import notices, sidebar, workspace
from components.errors import guarded, show_failed_callback
from trainer import PROJECT

# An icon by name or as an emoji would be fetched from the network by the browser, so it is a file of ours.
st.set_page_config(page_title="Fitboard", page_icon=str(PROJECT / "components" / "icon.png"), layout="wide")

# Streamlit's older multipage mode would run a file named like its address without this script: no address is a stem.
PAGES = {
    "start": st.Page("start_page.py", title="Start", icon=":material/home:", url_path="start", default=True),
    "data": st.Page("data_page.py", title="Data", icon=":material/table_view:", url_path="data"),
    "model": st.Page("model_page.py", title="Model", icon=":material/layers:", url_path="model"),
    "train": st.Page("train_page.py", title="Train", icon=":material/show_chart:", url_path="train"),
    "results": st.Page("results_page.py", title="Results", icon=":material/fact_check:", url_path="results"),
    "runs": st.Page("runs_page.py", title="Runs", icon=":material/list:", url_path="runs"),
}
page = st.navigation(list(PAGES.values()))
opened = None
with guarded("what the address asks for"):
    opened = workspace.follow_address()
if opened and page is PAGES["start"]:
    # A link to a lesson or a run leads to where it can be seen, unless it names a page itself.
    st.switch_page(PAGES["data" if opened == "recipe" else "train"])
with st.sidebar, guarded("your run", brief=True):
    sidebar.show_my_run()
show_failed_callback()
with guarded("the last message", brief=True):
    notices.show_message()
# Streamlit leaves 6 rem empty above every page and 5 rem beside it: a good part of a small screen. Its toasts lie at
# the top, where they hide the very message that they repeat for whoever has scrolled down.
st.html(
    "<style>.stMainBlockContainer { padding: 3rem clamp(1rem, 3vw, 4rem); }"
    ".stToastContainer { top: auto !important; bottom: 1rem; }</style>"
)
with guarded("this page"):
    page.run()
