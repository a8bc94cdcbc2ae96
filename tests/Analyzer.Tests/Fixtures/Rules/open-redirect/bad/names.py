@app.route("/a")
def a():
    back = request.args.get("from", None)
    return redirect(back or url_for("main"))
