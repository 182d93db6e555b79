"""What the browser shows. With `app.py` and `pages/` the only code that imports Streamlit."""
