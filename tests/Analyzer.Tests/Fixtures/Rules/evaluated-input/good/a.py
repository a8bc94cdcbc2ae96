eval(expression)
ast.literal_eval(request.args["x"])
render_template_string("<p>{{ name }}", name=request.form["name"])
frame.eval(request.args["x"])
