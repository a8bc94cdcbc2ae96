File file = new File(folder, entry.getName());
