# refused: something to do: None of the 1 jobs can run there. What stands in the way is listed under what was not inferred.
# not inferred: . test: tests/a.tftest.hcl needs a newer version than 1.3, the lowest that is promised to work
# not inferred: . check: the image hashicorp/terraform:1.3 starts its tool, and Jenkins needs one that starts a shell
