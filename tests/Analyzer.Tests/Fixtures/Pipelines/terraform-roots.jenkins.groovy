# refused: something to do: None of the 3 jobs can run there. What stands in the way is listed under what was not inferred.
# not inferred: envs/dev check-envs-dev: the image hashicorp/terraform:1.9.8 starts its tool, and Jenkins needs one that starts a shell
# not inferred: envs/prod check-envs-prod: the image hashicorp/terraform:1.9.8 starts its tool, and Jenkins needs one that starts a shell
# not inferred: modules/unused check-modules-unused: the image hashicorp/terraform:1.9.8 starts its tool, and Jenkins needs one that starts a shell
