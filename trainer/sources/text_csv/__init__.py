"""Texts with their classes, out of a table: CSV in all its forms, or an Excel workbook."""
