open(os.path.join(folder, secure_filename(request.args["name"])))
open("a")
webbrowser.open(request.args["name"])
