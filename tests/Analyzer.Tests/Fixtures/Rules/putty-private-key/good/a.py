if text.startswith("PuTTY-User-Key-File-"): pass
