"""Pages: facts, ladder, finder, worksheet, the 清零 list, import."""
