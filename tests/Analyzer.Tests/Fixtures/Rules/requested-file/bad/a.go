os.ReadFile(r.URL.Query().Get("file"))
