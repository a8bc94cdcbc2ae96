while ((entry = zip.getNextEntry()) != null) {
    File file = new File(folder, entry.getName());
    if (!file.getCanonicalPath().startsWith(folder.getCanonicalPath() + File.separator)) throw new IOException();
}
