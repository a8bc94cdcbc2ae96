@app.route("/a")
def a():
    name = request.args.get("name")
    requests.get("https://api.example.net/{}.csv".format(name))

@app.route("/b")
def b():
    name = request.args.get("name")
    address = BASE + "/id/" + name
    requests.get(address)
