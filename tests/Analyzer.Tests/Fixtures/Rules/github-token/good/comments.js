const a = "@@GITHUB:ghp_@@"; // gitleaks:allow
// secretlint-disable-next-line
const b = "@@GITHUB:ghp_@@";
const c = "@@GITHUB:ghp_@@"; // secretlint-disable-line @secretlint/secretlint-rule-github -- revoked
/* secretlint-disable */
const d = "@@GITHUB:ghp_@@";
/* secretlint-enable */
