using System.Text;

namespace AutoDevOps.Analyzer.Tests.Rules;

/// <summary>Files of about a mebibyte, the most that is read, each made to be expensive.</summary>
internal static class HostileFiles
{
    private const int Size = 1_000_000;

    public static IReadOnlyDictionary<string, (string Path, Func<string> Text)> All { get; } = new Dictionary<string, (string Path, Func<string> Text)>(StringComparer.Ordinal)
    {
        ["many checkouts before a push"] = (".github/workflows/a.yml", () => Job(Fill("      - uses: actions/checkout@v4\n") + "      - run: git push\n")),
        ["many checkouts of a head"] = (".github/workflows/a.yml", () => Job(Fill("      - uses: actions/checkout@v4\n        with: {ref: '${{ github.head_ref }}'}\n"), "pull_request_target")),
        ["jobs in a long chain"] = (".github/workflows/a.yml", () => Jobs(number => $"    needs: j{number + 1}\n")),
        ["jobs that need what is not there"] = (".github/workflows/a.yml", () => Jobs(number => $"    needs: [aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa{number}]\n")),
        ["jobs that all need each other"] = (".github/workflows/a.yml", () => $"on: push\njobs:\n{string.Concat(Enumerable.Range(0, 300).Select(number => $"  j{number}:\n    needs: [{string.Join(", ", Enumerable.Range(0, 300).Select(other => $"j{other}"))}]\n"))}"),
        ["a script of expressions"] = (".github/workflows/a.yml", () => Job($"      - run: |\n          {Fill("${{ github.head_ref }} ")}\n")),
        ["expressions without an end"] = (".github/workflows/a.yml", () => Job($"      - run: |\n          {Fill("${{ ' ")}\n")),
        ["one long expression"] = (".github/workflows/a.yml", () => Job($"      - run: echo ${{{{ a{Fill("||a")} }}}}\n")),
        ["members without end"] = (".github/workflows/a.yml", () => Job($"      - run: echo ${{{{ a{Fill(".b")} }}}}\n")),
        ["variables of variables"] = (".github/workflows/a.yml", () => $"on: push\nenv:\n  X: |\n    {Fill("${{ github.head_ref }} ", Size / 2)}\njobs:\n  a:\n    steps:\n      - run: |\n          {Fill("${{ env.X }} ", Size / 2)}\n"),
        ["anchors and aliases"] = (".github/workflows/a.yml", () => "x: &x [1, 2, 3]\ny: [" + Fill("*x, ") + "]\non: push\n"),
        ["an alias bomb"] = (".github/workflows/a.yml", () => "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n" + string.Concat(Enumerable.Range(1, 30).Select(level => $"a{level}: &a{level} [{string.Join(", ", Enumerable.Repeat($"*a{level - 1}", 10))}]\n"))),
        ["unknown events"] = (".github/workflows/a.yml", () => $"on: [{Fill("pushh, ")}]\njobs: {{}}\n"),
        ["unknown keys"] = (".github/workflows/a.yml", () => "on: push\n" + Lines(number => $"kex{number}: 1\n")),
        ["repeated keys"] = (".github/workflows/a.yml", () => "on: push\n" + Fill("x: 1\n")),
        ["deep YAML"] = (".github/workflows/a.yml", () => Fill("[")),
        ["deep block YAML"] = (".github/workflows/a.yml", () => string.Concat(Enumerable.Range(0, 1400).Select(depth => new string(' ', depth) + "a:\n"))),
        ["a long scalar"] = (".github/workflows/a.yml", () => Job($"      - run: {Fill("a ")}\n")),
        ["a long key"] = (".github/workflows/a.yml", () => $"{new string('k', Size)}: 1\n"),
        ["quotes"] = (".github/workflows/a.yml", () => Fill("'\"")),
        ["tabs and tildes"] = (".github/workflows/a.yml", () => Fill("~\t")),
        ["crons"] = (".github/workflows/a.yml", () => "on:\n  schedule:\n" + Fill("    - cron: '1,2,3,4,5,6,7,8,9 * * * *'\n")),
        ["one long cron"] = (".github/workflows/a.yml", () => $"on:\n  schedule:\n    - cron: '{Fill("1,")}1 * * * *'\n"),
        ["a matrix of runners"] = (".github/workflows/a.yml", () => $"on: push\njobs:\n  a:\n    runs-on: ${{{{ matrix.os }}}}\n    strategy: {{matrix: {{os: [{Fill("ubuntu-latext, ")}x]}}}}\n"),
        ["values of the wrong type"] = (".github/workflows/a.yml", () => "on: push\njobs:\n  a:\n    runs-on: x\n    steps:\n" + Fill("      - {run: x, timeout-minutes: no, shell: '${{ env.X }}'}\n")),
        ["aliases of a long text"] = (".github/workflows/a.yml", () => $"name: &x {new string('x', Size / 2)}\non: push\njobs:\n  a:\n    runs-on: x\n    steps:\n" + Fill("      - {run: x, id: *x, timeout-minutes: *x, *x : 1}\n", Size / 2)),
        ["calls of calls"] = (".github/workflows/a.yml", () => "on: {workflow_call: {inputs: {x: {type: string, required: true}}}}\npermissions: {contents: read}\njobs:\n" + Lines(number => $"  j{number}: {{uses: ./.github/workflows/a.yml, permissions: {{contents: write}}}}\n")),
        ["conditions"] = (".github/workflows/a.yml", () => "on: push\njobs:\n" + Lines(number => $"  j{number}: {{if: 'true && ((((a)))) || x', runs-on: x}}\n")),
        ["jobs that are switched off"] = (".github/workflows/a.yml", () => "on: push\njobs:\n" + Lines(number => $"  j{number}:\n    if: false\n    runs-on: x\n")),
        ["anchors in jobs that are switched off"] = (".github/workflows/a.yml", () => "on: push\njobs:\n" + Lines(number => $"  j{number}: {{if: false, runs-on: &x{number} x, env: {{x: *x{number}}}}}\n")),
        ["conditions for each event"] = (".github/workflows/a.yml", () => $"on: [{Fill("push, ", Size / 2)}push]\njobs:\n" + string.Concat(Enumerable.Range(0, Size / 100).Select(number => $"  j{number}: {{if: github.event_name == 'x', runs-on: x}}\n"))),
        ["conditions for each runner"] = (".github/workflows/a.yml", () => $"on: push\njobs:\n  a:\n    runs-on: ${{{{ matrix.os }}}}\n    strategy: {{matrix: {{os: [{string.Concat(Enumerable.Range(0, Size / 20).Select(number => $"u{number}, "))}x]}}}}\n    steps:\n" + Fill("      - {run: x, if: matrix.os == 'y'}\n", Size / 2)),
        ["deep XML of Maven"] = ("pom.xml", () => Fill("<a>")),
        ["deep XML of MSBuild"] = ("x.csproj", () => Fill("<a>")),
        ["composite action"] = ("action.yml", () => "runs:\n  using: composite\n  steps:\n" + Fill("    - run: echo ${{ inputs.a }} ${{ github.head_ref }}\n")),
        ["stages that build on each other"] = ("Dockerfile", () => "FROM alpine AS s0\n" + Lines(number => $"FROM s{number} AS s{number + 1}\n") + "CMD x\n"),
        ["doubling arguments"] = ("Dockerfile", () => "ARG A0=aaaaaaaaaa\n" + string.Concat(Enumerable.Range(1, 60).Select(number => $"ARG A{number}=$A{number - 1}$A{number - 1}\n")) + "FROM $A60\n"),
        ["one long continuation"] = ("Dockerfile", () => "FROM a\nRUN " + Fill("x \\\n")),
        ["heredocs"] = ("Dockerfile", () => $"FROM a\nRUN {Fill("<<A ")}\n"),
        ["assignments"] = ("Dockerfile", () => $"FROM a\nENV {Fill("PASSWORD=$PASSWORD ")}\n"),
        ["substitutions"] = ("Dockerfile", () => $"FROM {Fill("${A:-")}\n"),
        ["installs"] = ("Dockerfile", () => "FROM a\nCOPY . .\n" + Fill("RUN pip install x\n")),
        ["commands"] = ("Dockerfile", () => "FROM debian\n" + Fill("RUN apt-get install x && sudo a; curl http://a.b | sh\n")),
        ["one script of commands"] = ("Dockerfile", () => "FROM debian\nRUN <<EOF\n" + Fill("apt-get update; a|b\n") + "EOF\n"),
        ["substitutions in substitutions"] = ("Dockerfile", () => "FROM debian\nRUN " + Fill("$(a ", Size / 2) + Fill(")", Size / 4) + "\n"),
        ["substitutions side by side"] = ("Dockerfile", () => "FROM debian\nRUN " + Fill("$(a) `b` <(c) ") + "\n"),
        ["open quotes in a script"] = ("Dockerfile", () => "FROM debian\nRUN " + Fill("\"$('${`(") + "\n"),
        ["words of one command"] = ("Dockerfile", () => "FROM debian\nRUN apt-get install " + Fill("a ") + "\n"),
        ["wrappers"] = ("Dockerfile", () => "FROM debian\nRUN " + Fill("sudo -u env A=1 ") + "\n"),
        ["empty RUNs"] = ("Dockerfile", () => "FROM debian\n" + Fill("RUN a\n")),
        ["copies from stages"] = ("Dockerfile", () => "FROM debian AS build\nFROM debian\n" + Fill("COPY --from=biuld a b c\n")),
        ["names near each other"] = ("Dockerfile", () => string.Concat(Enumerable.Range(0, 500).Select(number => $"FROM debian AS aaaaaaaaaaaaaaaaaa{number:000}bbbbbbbbbbbbbbbb\n")) + Fill("COPY --from=aaaabbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb a b\n")),
        ["downloads in substitutions"] = ("Dockerfile", () => "FROM debian\nRUN " + Fill("bash -c \"$(curl a)\";") + "\n"),
        ["secrets that are read"] = ("Dockerfile", () => "FROM debian\nARG A_TOKEN\n" + Lines(number => $"RUN a $A{number}_TOKEN $A_TOKEN https://a:$A_TOKEN@b\n")),
        ["secrets that one command reads"] = ("Dockerfile", () => "FROM debian\nARG A_TOKEN\nRUN " + string.Concat(Enumerable.Range(0, 40_000).Select(number => $"a $A{number}_TOKEN;")) + "\n"),
        ["commands that replace each other"] = ("Dockerfile", () => "FROM debian\n" + Fill("CMD a\n")),
        ["variables in one ENV"] = ("Dockerfile", () => "FROM debian\nENV " + Fill("A=$B B=$A ") + "\n"),
        ["ports"] = ("Dockerfile", () => "FROM debian\nEXPOSE " + Fill("1-2/tcp x ") + "\n"),
        ["comments that ignore"] = ("Dockerfile", () => "FROM debian\n" + Fill("# hadolint ignore=DL3004,DL3014\n# autodevops-ignore: CNT006 reason\nRUN sudo apt-get install x\n")),
        ["shells"] = ("Dockerfile", () => "FROM debian\n" + Fill("SHELL [\"/bin/sh\"]\nUSER a\nRUN a | b\n")),
        ["compose"] = ("compose.yaml", () => "services:\n" + Lines(number => $"  s{number}: {{privileged: true, volumes: ['/var/run/docker.sock:/x']}}\n")),
        ["manifests"] = ("k8s.yaml", () => Fill("---\napiVersion: v1\nkind: Pod\nspec: {containers: [{securityContext: {privileged: true}}]}\n")),
        ["one large manifest"] = ("k8s.yaml", () => "apiVersion: v1\nkind: Pod\nspec:\n  containers:\n" + Fill("  - {name: a, securityContext: {privileged: true}}\n")),
        ["headers of keys"] = ("a.txt", () => Fill("-----BEGIN " + "PRIVATE KEY-----\n")),
        ["headers of keys and one end"] = ("a.txt", () => Fill("-----BEGIN " + "PRIVATE KEY-----") + "-----END"),
        ["a key of a mebibyte"] = ("a.txt", () => "-----BEGIN " + "PRIVATE KEY-----\n" + Fill("MAAA") + "\n-----END " + "PRIVATE KEY-----"),
        ["access keys on one line"] = ("a.txt", () => string.Concat(Enumerable.Range(0, Size / 21).Select(number => FakeSecrets.Fill("@@AWS_ID@@ ")))),
        ["access keys on many lines"] = ("a.txt", () => string.Concat(Enumerable.Range(0, Size / 80).Select(_ => FakeSecrets.Fill("@@AWS_ID@@ @@RANDOM:40@@\n")))),
        ["almost tokens"] = ("a.txt", () => Fill("gh" + "p_" + new string('a', 35) + " ")),
        ["tokens on one line"] = ("a.txt", () => string.Concat(Enumerable.Range(0, Size / 41).Select(_ => FakeSecrets.Fill("@@GITHUB:ghp_@@ ")))),
        ["one token without an end"] = ("a.txt", () => "sk_" + "live_" + Fill("aB1")),
        ["almost Slack"] = ("a.txt", () => Fill("xo" + "xp-1111111111-1111111111-")),
        ["addresses without an end"] = ("a.txt", () => Fill("postgres://a:")),
        ["addresses with passwords"] = ("a.txt", () => Lines(number => FakeSecrets.Fill($"https://u{number}:@@RANDOM:20@@@h{number}.example.com\n"))),
        ["names of secrets on one line"] = ("a.txt", () => Fill("token=")),
        ["values like secrets that are public"] = ("a.js", () => string.Concat(Enumerable.Repeat(FakeSecrets.Fill("token = \"@@RANDOM:40@@\"\n"), Size / 51)) + "// algolia"),
        ["values like secrets on one line"] = ("a.js", () => Fill(FakeSecrets.Fill("token=\"@@RANDOM:24@@\";"))),
        ["almost web tokens"] = ("a.js", () => "token=" + Fill("ey" + "JhbGciOiJIUzI1NiJ9.")),
        ["web tokens that say nothing"] = ("a.js", () => Fill("token=" + FakeSecrets.Fill("@@JWT:short@@ "))),
        ["keys of service accounts"] = ("a.json", () => Fill("{\"private_key_id\": \"0123456789abcdef0123456789abcdef01234568\", \"type\": \"service_account\"}\n")),
        ["comments for scanners"] = ("a.js", () => Fill("token = 1 // gitleaks:allow\n/* secretlint-disable */\n")),
        ["keywords of every kind"] = ("a.txt", () => Fill("eyJ secret_ password dapi AKCp https:// discord cio oy2 Q~ sig= :AA SG. hf_ r8_\n")),
        ["Python calls"] = ("a.py", () => Fill("requests.get(") + " verify=False"),
        ["Python calls with brackets"] = ("a.py", () => Fill("requests.get(()()()()()()()()()()") + " verify=False"),
        ["Python quotes"] = ("a.py", () => "verify" + Fill("'''\"\"\"'\"#\n")),
        ["C# callbacks"] = ("a.cs", () => Fill("ServerCertificateCustomValidationCallback = (a, b, c, d") + " => true"),
        ["C# verbatim texts"] = ("a.cs", () => "Certificate" + Fill("@\"\"\"")),
        ["JavaScript"] = ("a.js", () => Fill("rejectUnauthorized : ")),
        ["JavaScript templates"] = ("a.js", () => "rejectUnauthorized" + Fill("`\\`/*")),
        ["Go"] = ("a.go", () => Fill("InsecureSkipVerify : ")),
        ["dependencies"] = ("package.json", () => "{\"private\":true,\"scripts\":{\"start\":\"x\"},\"dependencies\":{" + string.Join(',', Enumerable.Range(0, Size / 30).Select(number => $"\"a{number}\":\"git+ssh://x/y\"")) + "}}"),
        ["numbers"] = ("package.json", () => "[" + Fill("1,") + "1]"),
        ["deep JSON"] = ("package.json", () => Fill("[")),
        ["requirements on one line"] = ("requirements.txt", () => Fill("git+https://a@")),
        ["requirements"] = ("requirements.txt", () => Fill("-e git+https://a/b\n")),
        ["a version without an end"] = (".nvmrc", () => Fill("1.")),
        ["comments in a version"] = (".python-version", () => Fill("#\n")),
        ["empty lines"] = ("a.txt", () => Fill("\n")),
        ["bytes that are no text"] = ("a.txt", () => Fill("\uFFFD")),
    };

    private static string Fill(string part, int size = Size) => new StringBuilder().Insert(0, part, size / part.Length).ToString();

    private static string Lines(Func<int, string> line)
    {
        var text = new StringBuilder();
        for (var number = 0; text.Length < Size; number++)
        {
            text.Append(line(number));
        }

        return text.ToString();
    }

    private static string Job(string steps, string trigger = "pull_request") => $"on: {trigger}\njobs:\n  a:\n    runs-on: x\n    steps:\n{steps}";

    private static string Jobs(Func<int, string> needs) => "on: push\njobs:\n" + Lines(number => $"  j{number}:\n{needs(number)}");
}
