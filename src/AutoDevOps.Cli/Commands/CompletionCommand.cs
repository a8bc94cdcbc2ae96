using System.CommandLine;

namespace AutoDevOps.Cli.Commands;

/// <summary><c>autodevops completion SHELL</c>: a script that asks the program itself what may come next.</summary>
internal static class CompletionCommand
{
    private static readonly SortedDictionary<string, string> Scripts = new(StringComparer.Ordinal)
    {
        ["bash"] = """
            # autodevops completion bash > ~/.local/share/bash-completion/completions/autodevops
            _autodevops() {
              local IFS=$'\n'
              COMPREPLY=($(compgen -W "$(autodevops "[suggest:${COMP_POINT}]" "${COMP_LINE}" 2>/dev/null)" -- "${COMP_WORDS[COMP_CWORD]}"))
            }
            complete -o default -F _autodevops autodevops
            """,
        ["fish"] = """
            # autodevops completion fish > ~/.config/fish/completions/autodevops.fish
            complete -c autodevops -n 'not __fish_seen_subcommand_from scan generate model' -f
            complete -c autodevops -a '(autodevops "[suggest:"(string length (commandline -cp))"]" (commandline -cp) 2>/dev/null)'
            """,
        ["powershell"] = """
            # autodevops completion powershell >> $PROFILE
            Register-ArgumentCompleter -Native -CommandName autodevops -ScriptBlock {
              param($word, $ast, $cursor)
              autodevops "[suggest:$cursor]" "$ast" | ForEach-Object { [System.Management.Automation.CompletionResult]::new($_) }
            }
            """,
        ["zsh"] = """
            #compdef autodevops
            # autodevops completion zsh > "${fpath[1]}/_autodevops"
            _autodevops() {
              local line="${(j: :)words[1,CURRENT]}"
              local -a candidates
              candidates=("${(@f)$(autodevops "[suggest:${#line}]" "$line" 2>/dev/null)}")
              compadd -a candidates
              case "${words[2]}" in scan|generate|model) _files ;; esac
            }
            _autodevops "$@"
            """,
    };

    public static Command Create()
    {
        var shell = new Argument<string>("shell") { Description = string.Join(", ", Scripts.Keys) };
        shell.AcceptOnlyFromAmong([.. Scripts.Keys]);
        var command = new CommandWithExamples("completion", "Print a completion script for a shell; its first line says where to put it.",
            ("autodevops completion bash > ~/.local/share/bash-completion/completions/autodevops", "for one person")) { shell };
        command.SetAction(parsed => Console.Out.WriteLine(Scripts[parsed.GetRequiredValue(shell)]));
        return command;
    }
}
