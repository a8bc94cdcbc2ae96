# refused: something to do: Nothing in the repository says how it is built, tested or kept up to date, and no command is invented. Add a build script, a test script or a lock file.
# not inferred: . build: existing CI checks git submodules out at .github/workflows/ci.yml:6, which a plain checkout does not bring
# not inferred: . build: 'make' is not certain enough (0.50)
# not inferred: . test: 'make check' is not certain enough (0.50)
