http.Get(url)
