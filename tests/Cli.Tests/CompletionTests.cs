using AutoDevOps.Cli.Tests.Support;

namespace AutoDevOps.Cli.Tests;

/// <summary>The scripts, loaded by the shells they are for.</summary>
public sealed class CompletionTests
{
    public static TheoryData<string, string> Lines => new()
    {
        { "autodevops sc", "scan schema" },
        { "autodevops scan --fo", "--format" },
        { "autodevops scan --format s", "sarif" },
        { "autodevops explain unpinned-b", "unpinned-base-image" },
        { "autodevops scan --rules missing-l", "missing-licence missing-lock-file" },
    };

    [Theory]
    [MemberData(nameof(Lines))]
    [InlineData("autodevops generate --platform ", "azure circleci dependabot github gitlab jenkins")]
    public async Task Bash_completes(string line, string expected)
    {
        using var folder = new TemporaryFolder();
        var outcome = await Autodevops.RunInShellAsync(folder.Root, """
            source <(autodevops completion bash)
            complete -p autodevops >/dev/null || exit 9
            COMP_LINE="$1"; COMP_POINT=${#COMP_LINE}; read -ra COMP_WORDS <<< "$COMP_LINE"
            [[ $COMP_LINE == *" " ]] && COMP_WORDS+=("")
            COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
            _autodevops
            echo "${COMPREPLY[*]}"
            """, line);
        Assert.Equal((0, "", expected), (outcome.ExitCode, outcome.Error, outcome.Output.Trim()));
    }

    [Theory]
    [MemberData(nameof(Lines))]
    public async Task Fish_completes(string line, string expected)
    {
        Autodevops.Need("fish");
        using var folder = new TemporaryFolder();
        var outcome = await Autodevops.RunInShellAsync(folder.Root, """
            printf '#!/bin/bash\nexec %s "$@"\n' "$(declare -f autodevops | sed -n 's/^ *\(dotnet .*\) "$@";*$/\1/p')" > autodevops; chmod +x autodevops
            PATH="$PWD:$PATH" fish --no-config -c 'autodevops completion fish | source; complete -C "'"$1"'"'
            """, line);
        Assert.Equal((0, ""), (outcome.ExitCode, outcome.Error));
        Assert.Equal(expected.Split(' ').Order(StringComparer.Ordinal), outcome.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("bash", "bash -n")]
    [InlineData("zsh", "zsh -n")]
    [InlineData("fish", "fish --no-execute")]
    public async Task Every_script_is_one_that_its_shell_understands(string shell, string check)
    {
        Autodevops.Need(shell);
        using var folder = new TemporaryFolder();
        var outcome = await Autodevops.RunInShellAsync(folder.Root, $"autodevops completion {shell} > script && {check} script");
        Assert.Equal((0, ""), (outcome.ExitCode, outcome.Error));
    }
}
