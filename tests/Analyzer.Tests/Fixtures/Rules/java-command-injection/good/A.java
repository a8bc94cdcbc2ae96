private static final String BRANCH = "main";
Runtime.getRuntime().exec("git log");
Runtime.getRuntime().exec("git log " + BRANCH);
Runtime.getRuntime().exec(new String[] { "git", "log", branch });
new ProcessBuilder("git", "log", branch).start();
new ProcessBuilder("sh", "-c", "git log").start();
executor.exec("a " + b);
