import tempfile
handle, path = tempfile.mkstemp()
# tempfile.mktemp()
shell.mktemp()
