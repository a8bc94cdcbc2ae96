http.Get(r.FormValue("url"))
