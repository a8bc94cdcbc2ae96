open("uploads/" + request.args["name"])
