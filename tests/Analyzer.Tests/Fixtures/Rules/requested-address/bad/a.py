requests.get(request.args["url"])
requests.get(flask.request.args["url"])
