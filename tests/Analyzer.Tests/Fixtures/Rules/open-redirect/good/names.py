@app.route("/a")
def a():
    back = session.get("from", None)
    return redirect(back or url_for("main"))
