fmt.Fprintf(w, "<p>%s</p>", r.FormValue("name"))
