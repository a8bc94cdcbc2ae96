[subdirectories: ["apps/*"]]
