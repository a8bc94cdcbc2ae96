r, _ := zip.OpenReader(path)
for _, f := range r.File {
	target := filepath.Join(folder, f.Name)
}
