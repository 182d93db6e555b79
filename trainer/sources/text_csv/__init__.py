"""Texts with their classes, out of a table: CSV in all its forms, or an Excel workbook."""

from trainer.sources.text_csv import wording as wording  # known wherever recipes are: logs keep its messages
