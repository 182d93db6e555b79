"""Names of classes and runs that have a meaning in HTML, in a formula or in a template of Plotly."""

ODD = (
    '"quoted"', "it's", "<b>bold</b>", "<a href=x>a</a>", "a<br>b", "$\\alpha$", "&lt;", "&amp;quot;", "&#39;", "a & b",
    "50 % %{x}", "<extra>e</extra>",
)  # fmt: skip
