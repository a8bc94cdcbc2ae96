using AutoDevOps.Analyzer.Parsing.Yaml;

namespace AutoDevOps.Analyzer.Rules;

/// <summary>Makes patches of changes to one YAML file: the lines that differ, and no other.</summary>
internal sealed class YamlFix(SnapshotFile file)
{
    private readonly Lazy<YamlSource?> _source = new(() => YamlSource.Read(file.Text));

    /// <summary>The file with its comments and anchors; null when it is no YAML.</summary>
    public YamlSource? Source => _source.Value;

    /// <param name="change">Makes its changes to the edit; false when one is refused.</param>
    /// <returns>Null when the change cannot be made without touching something else.</returns>
    public Fix? Make(string description, Func<YamlSource, YamlEdit, bool> change)
    {
        WorkBudget.Spend(file.Text.Length / 4);
        if (Source is not { } source || new YamlEdit(source) is var edit && !change(source, edit)
            || FixDiff.Lines(source.Text) is not { } before || FixDiff.Lines(edit.Apply()) is not { } after)
        {
            return null;
        }

        var start = before.Zip(after).TakeWhile(pair => pair.First == pair.Second).Count();
        var end = before.Skip(start).Reverse().Zip(after.Skip(start).Reverse()).TakeWhile(pair => pair.First == pair.Second).Count();
        var lines = after.Skip(start).SkipLast(end).Select(line => line.TrimEnd('\r', '\n')).ToList();
        return new(description, file.Path, [new Edit(start + 1, before.Count - end, lines.Count == 0 ? null : string.Join('\n', lines))]);
    }
}
