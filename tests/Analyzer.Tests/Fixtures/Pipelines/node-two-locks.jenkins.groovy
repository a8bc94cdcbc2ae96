# refused: something to do: Nothing in the repository says how it is built, tested or kept up to date, and no command is invented. Add a build script, a test script or a lock file.
# not inferred: . packageManager: lock files of npm and yarn are there, and neither packageManager nor existing CI decides between them
# not inferred: . test: no command is offered while the package manager is not known
