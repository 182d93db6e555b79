"""What is in a table of texts: the doctor's findings, samples, lengths, telling words, and what the network sees."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd
import streamlit as st

from components import charts, workspace
from components.markup import md
from components.tables import show_table
from trainer.data.cleaning import hidden, read_text
from trainer.data.dataset import Dataset
from trainer.data.doctor import findings
from trainer.data.finding import Finding, Mend
from trainer.data.words import (
    TextFacts,
    cut_share,
    facts_of,
    known_words,
    lengths_to_choose,
    search,
    suggested_length,
    suggested_vocabulary,
    telling_words,
    tokens,
    unknown_share,
    vocabularies_to_choose,
)
from trainer.recipe.data import TextCsv
from trainer.recipe.layers import Embedding
from trainer.recipe.recipe import Recipe
from trainer.recipe.spec import RecipeError

SHOWN = 8
FOUND = 50
SHOWN_CLASSES = 10
_LOOKS = {
    3: (":material/error:", "Mend this"),
    2: (":material/warning:", "Look at this"),
    1: (":material/info:", "Note"),
}
_SIGNS = {"known": "", "unknown": "unknown: read as number 1", "padding": "filled in", "cut off": "never read"}


def show_doctor(spec: TextCsv, dataset: Dataset | None) -> None:
    """What is wrong with the table, worst first, each with its rows and a mend where there is one."""
    try:
        found = findings(spec, dataset)
    except RecipeError:
        return  # said above: the table cannot be read at all
    if not found:
        if dataset is not None:
            st.success("The doctor found nothing wrong with these texts.", icon=":material/check_circle:")
        return
    st.subheader("What the doctor found")
    for finding in found:
        _show_finding(finding, spec)


def _show_finding(finding: Finding, spec: TextCsv) -> None:
    icon, word = _LOOKS[finding.level]
    with st.container(border=True):
        st.markdown(f"{icon} **{word}: {md(finding.kind)}.** {md(finding.message)}")
        with st.container(horizontal=True, vertical_alignment="center"):
            if finding.mend is not None:
                st.button(
                    finding.mend.title,
                    key=f"mend data {finding.kind}",
                    icon=":material/build:",
                    type="primary" if finding.level == 3 else "secondary",
                    on_click=_mend,
                    args=(spec.path, finding.mend),
                    help="The recipe notes it; the file stays as it is. Undo takes it back.",
                )
            if finding.examples and st.toggle("Show rows", key=f"rows {finding.kind}"):
                shown = pd.DataFrame(finding.examples, columns=["row", "label", "text"])
                show_table(shown, f"rows {finding.kind}", wide="text")


def _mend(path: str, mend: Mend) -> None:
    """The mend of a finding, on the recipe as it is by then: another one may have been pressed since it was drawn."""

    def edit() -> Recipe:
        recipe = workspace.current().recipe
        if not isinstance(recipe.data, TextCsv) or recipe.data.path != path:
            raise RecipeError("Another table has been chosen meanwhile. Look at it, and try again.")
        return recipe.with_(data=mend.mended(recipe.data))

    workspace.try_set(edit)


def show_texts(dataset: Dataset, spread: Sequence[int]) -> None:
    """Some training rows, or those that hold what is searched for."""
    wanted = st.text_input("Search", key="search texts", placeholder="words that a text must hold")
    texts = dataset.train.x
    chosen = search(list(texts), wanted, FOUND) if wanted.strip() else list(spread)[:SHOWN]
    if wanted.strip():
        more = " or more" if len(chosen) == FOUND else ""
        st.caption(f"{len(chosen)}{more} training texts hold that." if chosen else "No training text holds that.")
    table = pd.DataFrame(
        {
            "row": [int(dataset.train.rows[place]) + 1 for place in chosen],
            "label": [dataset.class_names[dataset.train.y[place]] for place in chosen],
            "text": [texts[place][:2000] for place in chosen],
        }
    )
    show_table(table, "training texts", wide="text")


def show_words(spec: TextCsv, dataset: Dataset) -> None:
    """Lengths with the cut, vocabulary and length to choose, and the words that tell classes apart."""
    facts = facts_of(dataset)
    cut = cut_share(facts, spec.sequence_length)
    sentence = (
        f"Half of the training texts have up to {int(pd.Series(facts.lengths).median()):,} words, the longest "
        f"{int(facts.lengths.max(initial=0)):,}. With {spec.sequence_length:,} words per text {cut:.1%} are cut."
    )
    st.subheader("How long the texts are")
    st.caption(sentence)
    figure = charts.text_lengths(facts.lengths, spec.sequence_length)
    st.plotly_chart(figure, key="lengths", alt=sentence, config={"displayModeBar": False})
    with st.expander("The same as a table"):
        bins = [(charts.words_in_bin(least, most), count) for least, most, count in charts.length_bins(facts.lengths)]
        show_table(pd.DataFrame(bins, columns=["words in a text", "texts"]), "text lengths")
    _suggest(spec, facts)
    st.subheader("Words that tell the classes apart")
    st.caption("Words that stand clearly more often in texts of the class than in the others, in the training texts.")
    for answer, name in list(enumerate(dataset.class_names))[:SHOWN_CLASSES]:
        words = telling_words(facts, answer)
        said = ", ".join(f"{word} ({count:,} texts, {ratio:.1f} times)" for word, count, ratio in words)
        st.markdown(f"**{md(name)}**: {md(said) or 'no word speaks clearly for it'}")
    if len(dataset.class_names) > SHOWN_CLASSES:
        st.caption(f"The first {SHOWN_CLASSES} of {len(dataset.class_names):,} classes are shown.")


def _suggest(spec: TextCsv, facts: TextFacts) -> None:
    length, size = suggested_length(facts), suggested_vocabulary(facts)
    for field, now, value, loses in (
        ("sequence_length", spec.sequence_length, length, f"cuts {cut_share(facts, length):.1%} of the texts"),
        ("max_words", spec.max_words, size, f"leaves {unknown_share(facts, size):.1%} of the words unknown"),
    ):
        some = "word" if value == 1 else "words"
        title = f"{some} per text" if field == "sequence_length" else f"{some} in the vocabulary"
        if now != value:
            st.button(
                f"Take {value:,} {title}: {loses}",
                key=f"take {field}",
                icon=":material/straighten:",
                on_click=_take,
                args=(field, value),
            )
    with st.expander("What other choices lose"):
        lengths = [(f"{one.value:,} words per text", f"{one.lost:.1%} of the texts are cut")
                   for one in lengths_to_choose(facts, spec.sequence_length)]  # fmt: skip
        sizes = [(f"a vocabulary of {one.value:,}", f"{one.lost:.1%} of the words are unknown")
                 for one in vocabularies_to_choose(facts, spec.max_words)]  # fmt: skip
        show_table(pd.DataFrame(lengths + sizes, columns=["choice", "what it loses"]), "other choices")


def _take(field: str, value: int) -> None:
    """A suggested size; an Embedding that was made for the old vocabulary follows it."""

    def edit() -> Recipe:
        recipe = workspace.current().recipe
        old = getattr(recipe.data, "max_words", None) if field == "max_words" else None

        def layer(one: Any) -> Any:
            return one.with_(input_dim=value) if isinstance(one, Embedding) and one.input_dim == old else one

        return recipe.with_(data=recipe.data.with_(**{field: value}), layers=tuple(map(layer, recipe.layers)))

    workspace.try_set(edit)


def show_what_the_network_sees(spec: TextCsv, dataset: Dataset) -> None:
    """A text, and the numbers that the network gets instead."""
    st.caption(
        "A network reads numbers. Signs and capitals go, each word becomes its place in the vocabulary of the training "
        "texts; what is not in it is unknown, what is too long is cut off, and short texts are filled up with 0."
    )
    text = st.text_input(
        "Type a text, or take the first training text",
        value=dataset.train.x[0][:500],
        key=f"seen text {workspace.data_name(spec)} {spec.text_column}",
    )
    known = known_words(facts_of(dataset), spec.max_words)
    seen = tokens(read_text(spec, text, hidden(spec, dataset.class_names)), known, spec.sequence_length)
    counts = {kind: sum(token.kind == kind for token in seen) for kind in _SIGNS}
    st.markdown(
        f"{counts['known']:,} known words, {counts['unknown']:,} unknown, {counts['cut off']:,} cut off, "
        f"{counts['padding']:,} places filled with 0."
    )
    table = pd.DataFrame(
        {
            "place": range(1, len(seen) + 1),
            "word": [token.word for token in seen],
            "number": ["" if token.number is None else str(token.number) for token in seen],
            "what becomes of it": [_SIGNS[token.kind] for token in seen],
        }
    )
    show_table(table.head(300), "what the network sees", height=min(400, 40 + 35 * len(seen)))
    st.code(
        ", ".join(str(token.number) for token in seen if token.number is not None)[:3000],
        language=None,
        wrap_lines=True,
    )
