while ((entry = zip.getNextEntry()) != null) {
    File file = new File(folder, entry.getName());
}
