using AutoDevOps.Analyzer.Parsing;

namespace AutoDevOps.Analyzer.Rules.Containers;

/// <summary>A call of a package manager.</summary>
/// <param name="Manager">One name for all programs that take the same arguments: <c>apt</c> for <c>apt-get</c>, <c>pip</c> for <c>pip3</c>.</param>
/// <param name="Action">What it is told to do: <c>install</c> for <c>add</c> and <c>i</c>, too.</param>
/// <param name="ActionWord">The word that says so.</param>
/// <param name="Packages">What is named after it, options and their values left out.</param>
internal sealed record PackageCommand(string Manager, string Action, RunCommand Command, ShellWord ActionWord, IReadOnlyList<ShellWord> Packages)
{
    /// <summary>Nobody names more at once, and every rule about packages asks again.</summary>
    private const int MaxWords = 2_000;

    private static readonly Dictionary<string, string> Managers = new(StringComparer.Ordinal)
    {
        ["apt-get"] = "apt",
        ["apt"] = "apt",
        ["aptitude"] = "apt",
        ["apk"] = "apk",
        ["yum"] = "yum",
        ["dnf"] = "dnf",
        ["microdnf"] = "microdnf",
        ["zypper"] = "zypper",
        ["pip"] = "pip",
        ["pip2"] = "pip",
        ["pip3"] = "pip",
        ["npm"] = "npm",
        ["gem"] = "gem",
        ["yarn"] = "yarn",
        ["pnpm"] = "pnpm",
        ["go"] = "go",
    };

    /// <summary>The options whose value is the next word.</summary>
    private static readonly Dictionary<string, HashSet<string>> WithValue = new(StringComparer.Ordinal)
    {
        ["apt"] = Names("-t --target-release --default-release -o --option -c --config-file -a --host-architecture"),
        ["apk"] = Names("-t --virtual -X --repository -p --root --arch --keys-dir --repositories-file --cache-dir --cache-max-age --wait --timeout"),
        ["yum"] = Names("--setopt --enablerepo --disablerepo -x --exclude --releasever --installroot -c --repo --repoid -d -e -R --forcearch"),
        ["zypper"] = Names("-R --root -r --repo --from -t --type -n --name -C --capability -p --plus-repo -D --reposd-dir"),
        ["pip"] = Names("-r --requirement -c --constraint -e --editable -i --index-url --extra-index-url -t --target -f --find-links --trusted-host --root --prefix --src --no-binary --only-binary --platform --python-version --abi --implementation --progress-bar --cache-dir --proxy --timeout --retries --cert --client-cert --log --config-settings -C --global-option --install-option --build-option --python --root-user-action --upgrade-strategy --use-feature --report --group --exists-action"),
        ["npm"] = Names("--prefix --registry --cache -C --loglevel -w --workspace --userconfig --tag --omit --include --fetch-retries --fetch-timeout --maxsockets --network-timeout"),
        ["gem"] = Names("-v --version -n --bindir -i --install-dir -P --trust-policy --platform -s --source -p --http-proxy -g --file"),
        ["yarn"] = Names("--network-timeout --cache-folder --modules-folder --mutex --registry --cwd --network-concurrency"),
        ["pnpm"] = Names("--filter -F -C --dir --store-dir --registry --network-concurrency"),
        ["go"] = Names("-tags -ldflags -gcflags -mod -p -modfile"),
    };

    private static HashSet<string> Names(string names) => [.. names.Split(' ')];

    /// <summary>Whether what it installs comes from a distribution.</summary>
    public bool IsForSystem => Manager is "apt" or "apk" or "yum" or "dnf" or "microdnf" or "zypper";

    public bool IsInstall => Action == "install";

    public static IEnumerable<PackageCommand> In(DockerRun run) => run.Commands.Select(Read).OfType<PackageCommand>();

    public static PackageCommand? Read(RunCommand command)
    {
        if (command.Words.Count > MaxWords)
        {
            return null;
        }

        var arguments = command.Arguments;
        if (!Managers.TryGetValue(command.Program, out var manager))
        {
            // python -m pip install, and pip3.12.
            if (command.Program.StartsWith("pip3.", StringComparison.Ordinal))
            {
                manager = "pip";
            }
            else if (command.Program.StartsWith("python", StringComparison.Ordinal) && command.Arguments.Take(2).Select(word => word.Text).SequenceEqual(["-m", "pip"]))
            {
                (manager, arguments) = ("pip", command.Arguments.Skip(2));
            }
            else
            {
                return null;
            }
        }

        List<ShellWord> named = [];
        var withValue = WithValue.GetValueOrDefault(manager is "dnf" or "microdnf" ? "yum" : manager);
        var skip = false;
        var optionsEnd = false;
        foreach (var word in arguments)
        {
            if (skip || word.Text.Length == 0)
            {
                skip = false;
            }
            else if (!optionsEnd && word.Text[0] == '-')
            {
                // zypper's -n before the action says that nobody answers; after it, it names something.
                skip = withValue?.Contains(word.Text) == true && !(manager == "zypper" && named.Count == 0 && word.Text == "-n");
                optionsEnd = word.Text == "--";
            }
            else
            {
                named.Add(word);
            }
        }

        return named is [var action, .. var packages] ? new(manager, Canonical(manager, action.Text), command, action, packages) : null;
    }

    private static string Canonical(string manager, string action) => (manager, action) switch
    {
        ("apk", "add") or ("npm", "i" or "in" or "add") or ("zypper", "in") or ("pnpm", "i" or "add") or ("yum" or "dnf", "localinstall" or "groupinstall" or "reinstall") => "install",
        ("zypper", "ref" or "refresh") or ("yum" or "dnf" or "microdnf", "makecache") => "update",
        ("zypper", "up" or "dup" or "dist-upgrade" or "update") or ("yum" or "dnf" or "microdnf", "update") or ("apt", "dist-upgrade" or "full-upgrade" or "safe-upgrade") => "upgrade",
        ("zypper", "cc") => "clean",
        _ => action,
    };
}
