// secretlint-disable-next-line @secretlint/secretlint-rule-slack
const b = "@@GITHUB:ghp_@@";
/* secretlint-disable */
/* secretlint-enable */
const d = "@@GITHUB:ghp_@@";
