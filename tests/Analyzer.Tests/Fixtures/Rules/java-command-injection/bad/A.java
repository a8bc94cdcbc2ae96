Runtime.getRuntime().exec("git log " + branch);
new ProcessBuilder("sh", "-c", "git log " + branch).start();
runtime.exec(String.format("ls %s", folder));
