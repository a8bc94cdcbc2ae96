eval(request.args["x"])
render_template_string("<p>" + request.form["name"])
