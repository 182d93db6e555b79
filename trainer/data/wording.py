"""What is told of data files, tables and their parts."""

from __future__ import annotations

from collections.abc import Sequence

from trainer.i18n import N_, plural
from trainer.messages import Message, Wording

WORDING = Wording(
    "data",
    {
        "unusable": N_("These data cannot be used: {why}"),
        "fix_all": plural("count", "Fix it ({count} change)", "Fix all ({count:number} changes)"),
        # What a score is worth.
        "one_row_counts": plural(
            "count",
            "With {count} row, it alone decides the score.",
            "With {count:number} rows, one row more or less right changes the score by {points:number} percentage "
            "points.",
        ),
        "others": N_("others"),
        # Files.
        "not_a_path": N_(
            "The recipe names a file on another computer, a device, or something else that cannot be a file here. Copy "
            "the file to this computer, and choose it there."
        ),
        "no_file": N_("There is no file “{file}”. Check the path, or choose another file."),
        "no_upload": N_(
            "The file “{file}” was uploaded, and is not among the files here any more, or not yet. Upload the same "
            "file on the Data page, or choose another one."
        ),
        "is_folder": N_("“{file}” is a folder, not a file. Choose a file in it."),
        "not_a_file": N_("“{file}” is not a file. Choose a file."),
        "unreadable": N_("“{file}” cannot be read ({reason}). Check its permissions, or make a copy."),
        "changed_while_read": N_("“{file}” changed while it was read. Try again."),
        "no_memory": N_(
            "“{file}” needs more memory than is free at the moment. Try again later, or choose a smaller file."
        ),
        "other_data_meanwhile": N_("Other data have been chosen in the meantime. Check them and try again."),
        "no_program": N_(
            "For these data ({data:translated}), Fitboard cannot write a program yet. Take the Keras code of the Model "
            "page, and read the data in your own program."
        ),
        # Pictures.
        "not_a_picture": N_(
            "“{file}” is not a picture that can be read. Choose a PNG, JPEG, GIF or WebP file; a drawing of lines, "
            "such as an SVG, has to be saved as one of them first."
        ),
        "picture_damaged": N_("“{file}” is a damaged or incomplete picture. Open it elsewhere and save it again."),
        "picture_too_large": N_(
            "“{file}” has more than {limit:number} million pixels. Make it smaller, and choose the smaller one."
        ),
        "picture_form_unknown": N_(
            "How the pictures were made that this network was trained on is not known any more, so a new one cannot be "
            "made like them. Put their file back where it was, and try again. {why}"
        ),
        # Limits.
        "file_too_large": N_("“{file}” is larger than {limit:size}. Choose a smaller table, or a part of this one."),
        "sample_rows": N_(
            "“{file}” has more than {limit:number} rows. Use a sample of {sample:number} rows, or choose a smaller "
            "table."
        ),
        "sample_cells": N_(
            "“{file}” has more than {limit:number} cells. Use a sample of {sample:number} rows, or choose a smaller "
            "table."
        ),
        "sample_bytes": N_(
            "“{file}” unpacks to more than {limit:size}. Use a sample of {sample:number} rows, or choose a smaller "
            "table."
        ),
        "too_many_rows": N_("“{file}” has more than {limit:number} rows. Choose a smaller table."),
        "too_many_columns": N_("“{file}” has more than {limit:number} columns. Keep only those you need."),
        "too_many_cells": N_("“{file}” has more than {limit:number} cells. Keep only the columns you need."),
        "too_many_bytes": N_("“{file}” unpacks to more than {limit:size}. Choose a smaller file."),
        "too_many_archives": N_(
            "“{file}” consists of more than {limit:number} archives. Unpack it, and choose the file inside."
        ),
        "too_many_seconds": N_("“{file}” takes more than {limit:number} seconds to read. Choose a smaller file."),
        "row_too_long": N_(
            "Line {line:number} of “{file}” begins a row of more than {limit:number} characters. Put each row of the "
            "table on a line of its own, or close the quotation mark that was left open."
        ),
        "some_row_too_long": N_(
            "A row of “{file}” has more than {limit:number} characters. Put each row of the table on a line of its "
            "own, "
            "or close the quotation mark that was left open."
        ),
        "gzip_cut": N_("“{file}” is a gzip archive that is incomplete. Pack it again, or choose the original file."),
        "gzip_damaged": N_("“{file}” is a damaged gzip archive. Pack it again, or choose the original file."),
        # Character encoding.
        "encoding_unknown": N_(
            "“{file}” cannot be read as “{encoding}”: there is no such encoding here. Choose another."
        ),
        "encoding_wrong": N_(
            "“{file}” cannot be read as {encoding}: some of its characters do not exist in that encoding. Choose "
            "another."
        ),
        "utf16_damaged": N_(
            "“{file}” begins like a UTF-16 text, but is incomplete or damaged. "
            "Open it in the program that made it and save it as “CSV UTF-8”, then choose that file."
        ),
        "utf8_damaged": N_(
            "“{file}” is UTF-8 text, but a character in line {line:number} is damaged or has another encoding. "
            "Open it in the program that made it and save it as “CSV UTF-8”, then choose that file."
        ),
        "encoding_unclear": N_(
            "The character encoding of “{file}” cannot be detected. "
            "Open it in the program that made it and save it as “CSV UTF-8”, then choose that file."
        ),
        # How a table is written.
        "encoding_utf_8": N_("Unicode (UTF-8)"),
        "encoding_utf_16": N_("Unicode (UTF-16)"),
        "encoding_utf_32": N_("Unicode (UTF-32)"),
        "encoding_cp1252": N_("Western Europe (Windows-1252)"),
        "encoding_latin_1": N_("Western Europe (ISO 8859-1)"),
        "encoding_iso8859_15": N_("Western Europe with € (ISO 8859-15)"),
        "encoding_mac_roman": N_("Western Europe (old Macintosh)"),
        "encoding_cp850": N_("Western Europe (DOS)"),
        "encoding_cp1250": N_("Central Europe (Windows-1250)"),
        "encoding_iso8859_2": N_("Central Europe (ISO 8859-2)"),
        "encoding_cp1251": N_("Cyrillic (Windows-1251)"),
        "encoding_koi8_r": N_("Russian (KOI8-R)"),
        "encoding_cp866": N_("Russian (DOS)"),
        "encoding_cp1253": N_("Greek (Windows-1253)"),
        "encoding_cp1254": N_("Turkish (Windows-1254)"),
        "encoding_cp1255": N_("Hebrew (Windows-1255)"),
        "encoding_cp1256": N_("Arabic (Windows-1256)"),
        "encoding_cp932": N_("Japanese (Shift-JIS)"),
        "encoding_euc_jp": N_("Japanese (EUC)"),
        "encoding_gb18030": N_("Chinese (GB18030)"),
        "encoding_big5": N_("Chinese (Big5)"),
        "encoding_cp949": N_("Korean (Windows-949)"),
        "encoding_cp874": N_("Thai (Windows-874)"),
        "separator_comma": N_("comma"),
        "separator_semicolon": N_("semicolon"),
        "separator_tab": N_("tab"),
        "separator_vertical_bar": N_("vertical bar"),
        "separator_tilde": N_("tilde"),
        "separator_caret": N_("caret"),
        "separator_colon": N_("colon"),
        "separator_space": N_("space"),
        "quotes_double": N_('double quotes (")'),
        "quotes_single": N_("single quotes (')"),
        "quotes_backslash": N_('double quotes, \\" inside cells'),
        "quotes_none": N_("none"),
        # Texts that are no tables.
        "wrong_kind": N_("“{file}” is not a CSV file: it is {kind}. {advice}"),
        "empty": N_("“{file}” is empty. Choose a CSV file with a header and rows."),
        "zero_characters": N_("“{file}” is not a text: it contains null characters. Choose a CSV file."),
        "millions_of_empty_lines": N_("“{file}” has millions of empty lines. Remove them, or choose another file."),
        "no_rows": N_("“{file}” has a header but no rows. Add rows, or choose another file."),
        "too_few_lines": plural(
            "lines",
            "“{file}” has no more than {lines} line. Skip fewer lines above the table.",
            "“{file}” has no more than {lines:number} lines. Skip fewer lines above the table.",
        ),
        # What a file really is, and what to do about it.
        "kind_old_office": N_("an old Excel or Word file"),
        "kind_gzip_twice": N_("a gzip archive inside another"),
        "kind_bzip2": N_("a bzip2 archive"),
        "kind_xz": N_("an xz archive"),
        "kind_seven_zip": N_("a 7-Zip archive"),
        "kind_rar": N_("a RAR archive"),
        "kind_pdf": N_("a PDF"),
        "kind_png": N_("a PNG picture"),
        "kind_jpeg": N_("a JPEG picture"),
        "kind_gif": N_("a GIF picture"),
        "kind_hdf5": N_("an HDF5 file (perhaps a Keras model)"),
        "kind_numpy": N_("a NumPy array"),
        "kind_parquet": N_("a Parquet table"),
        "kind_sqlite": N_("an SQLite database"),
        "kind_ogg": N_("an audio file (Ogg)"),
        "kind_mp3": N_("an audio file (MP3)"),
        "kind_tiff": N_("a TIFF picture"),
        "kind_program": N_("a program"),
        "kind_pickle": N_("a Python pickle, which Fitboard never opens"),
        "kind_rtf": N_("a formatted text (RTF)"),
        "kind_riff": N_("audio, video or a picture (RIFF)"),
        "kind_bmp": N_("a BMP picture"),
        "kind_xlsb": N_("a binary Excel workbook (xlsb)"),
        "kind_xlsx_damaged": N_("an Excel workbook that is damaged or packed twice"),
        "kind_xlsx_without_sheets": N_("an Excel workbook without its sheets"),
        "kind_ods": N_("a spreadsheet (ODS)"),
        "kind_word": N_("a Word document"),
        "kind_powerpoint": N_("a PowerPoint file"),
        "kind_odt": N_("a text document (ODT)"),
        "kind_epub": N_("an e-book (EPUB)"),
        "kind_keras": N_("a Keras model"),
        "kind_npz": N_("a file of NumPy arrays (npz)"),
        "kind_html": N_("a web page (HTML)"),
        "kind_xml": N_("an XML file"),
        "kind_postscript": N_("a PostScript file"),
        "kind_zip": N_("a zip archive"),
        "kind_tar": N_("a tar archive"),
        "kind_json": N_("a JSON file"),
        "kind_binary": N_("not a text, because it contains null bytes"),
        "advice_save_as_csv": N_(
            "Open it in the program that made it and save it as “CSV UTF-8”, then choose that file."
        ),
        "advice_save_xlsb": N_("Save it as “CSV UTF-8” or as .xlsx, then choose that file."),
        "advice_unpack": N_("Unpack it and choose the CSV file inside."),
        "advice_choose": N_("Choose a CSV file: a table saved as text."),
        "advice_download": N_("Download the table itself, not the page that shows it."),
        # Lines that break a table.
        "row_too_wide": N_(
            "Line {line:number} of “{file}” has {cells:number} cells, but the header has {columns:number} (the column "
            "separator is a {separator}). Put any text that contains a {separator} in quotation marks. The line reads: "
            "{text}."
        ),
        "row_too_narrow": N_(
            "Line {line:number} of “{file}” has fewer cells ({cells:number}) than the header ({columns:number}; the "
            "column separator is a {separator}). Add what is missing, or close the quotation marks before it. The line "
            "reads: {text}."
        ),
        "row_wider_than_first": N_(
            "Line {line:number} of “{file}” has {cells:number} cells, but the first row has {columns:number} (the "
            "column "
            "separator is a {separator}). Put any text that contains a {separator} in quotation marks. The line reads: "
            "{text}."
        ),
        "row_narrower_than_first": N_(
            "Line {line:number} of “{file}” has fewer cells ({cells:number}) than the first row ({columns:number}; the "
            "column separator is a {separator}). Add what is missing, or close the quotation marks before it. The line "
            "reads: {text}."
        ),
        "looks_spaced": N_(
            "The cells in line {line:number} of “{file}” seem to be separated by spaces. Choose “space” as the column "
            "separator. The line reads: {text}."
        ),
        "cell_too_long": N_(
            "Line {line:number} of “{file}” begins a cell of more than {limit:number} characters. Shorten it, or close "
            "its quotation mark if one is missing. The line reads: {text}."
        ),
        "quote_never_closed": N_(
            "Line {line:number} of “{file}” opens a quotation mark that is never closed. Close it, or remove it. The "
            "line reads: {text}."
        ),
        "text_after_quote": N_(
            "Line {line:number} of “{file}” has characters right after a closing quotation mark. Inside a cell, write "
            'each quotation mark twice (""), or close the one that was left open. The line reads: {text}.'
        ),
        # Headers.
        "header_too_narrow": plural(
            "names",
            "The header (line {line:number}) of “{file}” names {names} column, but the rows below have {cells:number} "
            "cells each. Add the missing names to the file, or set “Lines above the table” to {skip} to name the "
            "columns "
            "by their position.",
            "The header (line {line:number}) of “{file}” names {names:number} columns, but the rows below have "
            "{cells:number} cells each. Add the missing names to the file, or set “Lines above the table” to {skip} to "
            "name the columns by their position.",
        ),
        "no_column_names": N_(
            "No column of “{file}” has a name in the header (line {line:number}). Add the names, or remove that line."
        ),
        "column_twice": N_(
            "“{file}” has two columns named {column} in the header (line {line:number}). Rename one of them."
        ),
        # What a person should know about the reading.
        "note_sample": N_("A random sample of {sample:number} of the {rows:number} rows is used."),
        "note_spaces": N_("Spaces at the beginning of cells are ignored, because quotation marks follow them."),
        "note_lines_above": plural(
            "lines",
            "The first line is skipped: the table begins in line {begins:number}.",
            "The first {lines:number} lines are skipped: the table begins in line {begins:number}.",
        ),
        "note_header_cut": N_("The header ends with one more empty cell than the rows have. It is ignored."),
        "note_unnamed": plural(
            "columns",
            "{columns} column has no name in the header (line {line:number}). Here it is called {names:and}.",
            "{columns:number} columns have no name in the header (line {line:number}). Here they are called "
            "{names:and}.",
        ),
        # Workbooks.
        "json_line_wrong": N_(
            "Line {line} of “{file}” is not a JSON object, although the lines before it are. Repair or remove it."
        ),
        "fasttext_without_label": N_(
            "Line {line} of “{file}” does not begin with __label__, although the lines before it do. Repair or remove "
            "it."
        ),
        "sheet_empty": N_("No sheet of “{file}” holds a table. Put the column names in the first row of one."),
        "note_sheet": N_("The table is on the sheet “{sheet}”, since the sheets before it hold none."),
        "workbook_unreadable": N_(
            "“{file}” is an Excel workbook that cannot be read ({reason}). Open it in Excel and save it as “CSV UTF-8”."
        ),
        "workbook_too_many_texts": N_(
            "“{file}” has more than {limit:number} different texts, or very long ones. Open it in Excel and save it as "
            "“CSV UTF-8”."
        ),
        "workbook_too_many_elements": N_(
            "“{file}” has a part with more than {limit:number} elements besides its tables. Open it in Excel and "
            "save it "
            "as “CSV UTF-8”."
        ),
        "workbook_too_many_cells": N_(
            "“{file}” has more than {limit:number} cells. Open it in Excel and save it as “CSV UTF-8”."
        ),
        "workbook_row_beyond": N_(
            "“{file}” has a row beyond the {limit:number} that Excel allows. Open it in Excel and save it as “CSV "
            "UTF-8”."
        ),
        "workbook_rows_unordered": N_(
            "“{file}” has rows that are not in order. Open it in Excel and save it as “CSV UTF-8”."
        ),
        "workbook_cells_unordered": N_(
            "“{file}” has cells that are not in order. Open it in Excel and save it as “CSV UTF-8”."
        ),
        "workbook_no_such_text": N_(
            "“{file}” has a cell that refers to a missing text. Open it in Excel and save it as “CSV UTF-8”."
        ),
        "workbook_part_too_long": N_(
            "“{file}” has a row, a text or another part of more than {limit:size}. Open it in Excel and save it as "
            "“CSV "
            "UTF-8”."
        ),
        "workbook_declares_type": N_(
            "“{file}” declares a document type, which no workbook does. Open it in Excel and save it as “CSV UTF-8”."
        ),
        # Cutting into parts.
        "test_share_zero": N_("The test share is 0, but the final test needs rows. Set it to 0.15, for example."),
        "shares_take_all": N_(
            "The validation and test shares together take all rows and leave none to train on. Make them smaller."
        ),
        "validation_too_small": N_(
            "The validation part would have {size:number} examples, but each of the {classes:number} classes needs "
            "one. "
            "Make the validation share larger, or use more examples."
        ),
        "test_too_small": N_(
            "The test part would have {size:number} examples, but each of the {classes:number} classes needs one. Make "
            "the test share larger, or use more examples."
        ),
        "validation_too_large": N_(
            "The validation part would leave {size:number} examples to train on, but each of the {classes:number} "
            "classes needs one. Make the validation share smaller, or use more examples."
        ),
        "test_too_large": N_(
            "The test part would leave {size:number} examples to train on, but each of the {classes:number} classes "
            "needs one. Make the test share smaller, or use more examples."
        ),
        "class_too_rare": plural(
            "count",
            "The class {name} has only {count} example, but training, validation and test need at least one each. Add "
            "more of this class, remove the class, or change the shares.",
            "The class {name} has only {count:number} examples, but training, validation and test need at least one "
            "each. Add more of this class, remove the class, or change the shares.",
        ),
        "class_of_few_texts": plural(
            "count",
            "The class {name} has only {count} different text, but training, validation and test need at least one "
            "each. "
            "Add more texts of this class, remove the class, or change the shares.",
            "The class {name} has only {count:number} different texts, but training, validation and test need at least "
            "one each. Add more texts of this class, remove the class, or change the shares.",
        ),
        "sample_loses_class": N_(
            "Using only {size:number} examples would leave out the class {name}, which is rare. Use more."
        ),
        "classes_without_rows": N_(
            "There are no training examples of {names:and}, so the model can never learn to answer that. Add "
            "examples of every class, or use more rows."
        ),
        # While somebody waits.
        "waiting": N_("Waiting while other large files are read"),
        "reading_table": N_("Reading the table"),
        "reading_pictures": N_("Reading the pictures"),
        "comparing_encodings": N_("Comparing character encodings"),
        "counting_words": N_("Counting words"),
        "comparing_pictures": N_("Comparing the pictures"),
    },
)


def few(items: Sequence[str], most: int = 5) -> list[str | Message]:
    """The first few of many names, with a word for the rest, as a parameter of a message.

    >>> [str(name) for name in few(["a", "b", "c"], 2)]
    ['a', 'b', 'others']
    """
    return [*items[:most], *([WORDING.message("others")] if len(items) > most else [])]
