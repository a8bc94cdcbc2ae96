return redirect(request.args.get("next"))
