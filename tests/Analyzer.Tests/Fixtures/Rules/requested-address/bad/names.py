@app.route("/a")
def a():
    host = request.args.get("host")
    requests.get("{}.csv".format(host))

@app.route("/b")
def b():
    host = request.args.get("host")
    requests.get("%s/id" % (host,))

@app.route("/c")
def c():
    host = request.args.get("host")
    address = "https://" + host
    requests.get(address + "/id")
