HEADER = "@@BEGIN:@@"
if text.endswith("@@END:@@"): pass
