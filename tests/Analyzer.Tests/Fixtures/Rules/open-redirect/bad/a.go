http.Redirect(w, r, r.FormValue("next"), 302)
