"""The start page of each audience, and the office's organisation pages."""

cubiss: list = []
intermediary: list = []
