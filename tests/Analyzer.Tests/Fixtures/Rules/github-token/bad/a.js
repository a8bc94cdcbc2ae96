const t = "@@GITHUB:gho_@@"; const u = "@@GITHUB_PAT@@";
