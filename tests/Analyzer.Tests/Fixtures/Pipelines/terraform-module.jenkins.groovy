# refused: something to do: None of the 2 jobs can run there. What stands in the way is listed under what was not inferred.
# not inferred: . lint: 'tflint' is not certain enough (0.55)
# not inferred: . check: the image hashicorp/terraform:1.7.0 starts its tool, and Jenkins needs one that starts a shell
# not inferred: . test: the image hashicorp/terraform:1.7.0 starts its tool, and Jenkins needs one that starts a shell
