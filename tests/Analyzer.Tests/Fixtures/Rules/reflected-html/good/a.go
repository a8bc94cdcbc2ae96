fmt.Fprintf(w, "<p>%s</p>", html.EscapeString(r.FormValue("name")))
