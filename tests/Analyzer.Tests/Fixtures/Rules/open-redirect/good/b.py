return redirect(url_for("login", next=request.args.get("next")))
