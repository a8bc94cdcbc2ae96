# refused: something to do: Nothing in the repository says how it is built, tested or kept up to date, and no command is invented. Add a build script, a test script or a lock file.
# not inferred: . build: CMakeLists.txt:3 requires a package, and nothing in the repository says how CI installs it
# not inferred: . build: 'cmake --build build' is not certain enough (0.50)
