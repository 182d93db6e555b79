"""What is in a table of texts: samples, lengths, telling words, and what the network sees."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import numpy as np
import pandas as pd
import streamlit as st

from components import charts, samples, workspace
from components.markup import md
from components.tables import offer_download, show_table
from trainer.data.dataset import Dataset
from trainer.data.source import source_of
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
from trainer.formats import isolated, number, percent
from trainer.i18n import N_, _, ngettext
from trainer.recipe.recipe import Recipe

SHOWN = 10
MAX_FOUND = 50
SHOWN_CLASSES = 10
_BECOMES = {
    "known": "",
    "unknown": N_("unknown: read as number 1"),
    "no word": N_("no word at all: read as one unknown word"),
    "padding": N_("padding"),
    "cut off": N_("cut off: never read"),
}
"""What becomes of a token."""


def show_texts(dataset: Dataset, spread: Sequence[int]) -> None:
    """Some training texts with their labels, or those that contain what is searched for."""
    wanted = st.text_input(_("Search"), key="search texts", placeholder=_("Search for words")).strip()
    texts = dataset.train.x
    chosen = search(list(texts), wanted, MAX_FOUND) if wanted else list(spread)[:SHOWN]
    said = (
        _found(len(chosen))
        if wanted
        else _("{shown} of {total} training texts").format(shown=number(len(chosen)), total=number(len(texts)))
    )
    st.caption(said)
    if not chosen:
        return
    rows = [
        (int(dataset.train.rows[place]) + 1, dataset.class_names[dataset.train.y[place]], texts[place])
        for place in chosen
    ]
    st.html(samples.texts(rows, said))
    table = pd.DataFrame(
        [(row, label, text[:2000]) for row, label, text in rows], columns=[_("row"), _("label"), _("text")]
    )
    offer_download(table, "training texts")


def _found(count: int) -> str:
    """How many texts contain what is searched for."""
    if not count:
        return _("No training text contains that.")
    if count == MAX_FOUND:
        return _("The first {count} training texts that contain that.").format(count=count)
    said = ngettext("{count} training text contains that.", "{count} training texts contain that.", count)
    return said.format(count=count)


def show_words(dataset: Dataset) -> None:
    """Lengths with the cut, vocabulary and length to choose, and the words that tell classes apart."""
    facts, length = facts_of(dataset), dataset.input_shape[0]
    st.header(_("How long the texts are"), anchor=False)
    sentence = _lengths_in_words(facts, length)
    st.caption(sentence)
    figure = charts.text_lengths(facts.lengths, length)
    st.plotly_chart(figure, key="lengths", alt=sentence, config={"displayModeBar": False})
    with st.expander(_("The same as a table")):
        bins = [(charts.words_in_bin(least, most), count) for least, most, count in charts.length_bins(facts.lengths)]
        show_table(pd.DataFrame(bins, columns=[_("words in a text"), _("texts")]), "text lengths")
    _suggest(dataset, facts)
    st.header(_("Words that tell the classes apart"), anchor=False)
    st.caption(_("Words that occur clearly more often in the training texts of one class than in the others."))
    for answer, name in list(enumerate(dataset.class_names))[:SHOWN_CLASSES]:
        st.markdown(f"**{md(isolated(name))}**: {md(_words_of_class(facts, answer))}")
    if len(dataset.class_names) > SHOWN_CLASSES:
        st.caption(
            _("The first {shown} of {classes} classes are shown.").format(
                shown=SHOWN_CLASSES, classes=number(len(dataset.class_names))
            )
        )


def _lengths_in_words(facts: TextFacts, length: int) -> str:
    cut = cut_share(facts, length)
    middle, longest = int(np.median(facts.lengths)), int(facts.lengths.max(initial=0))
    half = ngettext(
        "Half of the texts have {middle} word or fewer, the longest has {longest}.",
        "Half of the texts have {middle} words or fewer, the longest has {longest}.",
        middle,
    ).format(middle=number(middle), longest=number(longest))
    limit = number(length)
    if not cut:
        return f"{half} {_('A limit of {limit} words cuts off none of them.').format(limit=limit)}"
    return f"{half} {_('A limit of {limit} words cuts off {share} of them.').format(limit=limit, share=percent(cut))}"


def _words_of_class(facts: TextFacts, answer: int) -> str:
    said = [
        _("{word} (in {count} texts, {ratio} × as often)").format(
            word=isolated(word), count=number(count), ratio=number(ratio, 0 if ratio >= 10 else 1)
        )
        for word, count, ratio in telling_words(facts, answer)
    ]
    return ", ".join(said) or _("no word stands out")


def _suggest(dataset: Dataset, facts: TextFacts) -> None:
    """Buttons for a length and a vocabulary that suit the texts, and what others lose."""
    now, words_now = dataset.input_shape[0], dataset.vocabulary or 0
    length, size = suggested_length(facts), suggested_vocabulary(facts)
    if now != length:
        title = ngettext(
            "Use {count} word per text: cuts off {share} of the texts",
            "Use {count} words per text: cuts off {share} of the texts",
            length,
        )
        share = percent(cut_share(facts, length))
        _suggestion("length", title.format(count=number(length), share=share), length)
    if words_now != size:
        title = _("Use a vocabulary of {count} words: leaves {share} of the words unknown")
        share = percent(unknown_share(facts, size))
        _suggestion("vocabulary", title.format(count=number(size), share=share), size)
    with st.expander(_("What other choices lose")):
        lengths = [
            (
                ngettext("{count} word per text", "{count} words per text", one.value).format(count=number(one.value)),
                _("{share} of the texts are cut off").format(share=percent(one.lost)),
            )
            for one in lengths_to_choose(facts, now)
        ]
        sizes = [
            (
                _("a vocabulary of {count}").format(count=number(one.value)),
                _("{share} of the words are unknown").format(share=percent(one.lost)),
            )
            for one in vocabularies_to_choose(facts, words_now)
        ]
        show_table(pd.DataFrame(lengths + sizes, columns=[_("choice"), _("what it loses")]), "other choices")


def _suggestion(what: Literal["length", "vocabulary"], title: str, value: int) -> None:
    st.button(title, key=f"use {what}", icon=":material/straighten:", on_click=_use, args=(what, value))


def _use(what: Literal["length", "vocabulary"], value: int) -> None:
    """A suggested size; an Embedding that was made for the old vocabulary follows it."""

    def edit() -> Recipe:
        recipe = workspace.current().recipe
        data = recipe.data
        changed = data.with_length(value) or data if what == "length" else data.with_vocabulary(value)
        return workspace.on_data(recipe, changed)

    workspace.try_set(edit)


def show_what_the_network_sees(dataset: Dataset) -> None:
    """A text, and the numbers that the network gets instead."""
    spec, length = workspace.current().recipe.data, dataset.input_shape[0]
    st.caption(
        _(
            "A network reads only numbers. Punctuation and capital letters are dropped. Each word becomes its number "
            "in the vocabulary (tokenization). Unknown words become 1, and short texts are filled up with 0 (padding)."
        )
    )
    text = st.text_input(
        _("Type a text, or use the first training text"),
        value=dataset.train.x[0][:500],
        key=f"seen text {workspace.data_name(spec)} {dataset.train.x[0][:50]}",
    )
    known = known_words(facts_of(dataset), dataset.vocabulary or 0)
    seen = tokens(source_of(spec).read_typed(spec, text, dataset.class_names), known, length, dataset.standardize)
    counts = {kind: number(sum(token.kind == kind for token in seen)) for kind in _BECOMES}
    st.markdown(
        _("Known words: {known}. Unknown: {unknown}. Cut off: {cut}. Padding: {padding}.").format(
            known=counts["known"], unknown=counts["unknown"], cut=counts["cut off"], padding=counts["padding"]
        )
    )
    table = pd.DataFrame(
        {
            _("position"): range(1, len(seen) + 1),
            _("word"): [token.word for token in seen],
            _("number"): ["" if token.number is None else str(token.number) for token in seen],
            _("what becomes of it"): [_(_BECOMES[token.kind]) for token in seen],
        }
    )
    show_table(table.head(300), "what the network sees", height=min(400, 40 + 35 * len(seen)))
    st.code(
        ", ".join(str(token.number) for token in seen if token.number is not None)[:3000],
        language=None,
        wrap_lines=True,
    )
