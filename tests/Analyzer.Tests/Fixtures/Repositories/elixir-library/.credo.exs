%{configs: []}
