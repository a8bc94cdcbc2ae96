r, _ := zip.OpenReader(path)
for _, f := range r.File {
	if !filepath.IsLocal(f.Name) { continue }
	target := filepath.Join(folder, f.Name)
}
