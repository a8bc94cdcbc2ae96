using AutoDevOps.Analyzer.Parsing.Yaml;

namespace AutoDevOps.Analyzer.Rules;

/// <summary>Makes patches of changes to one YAML file: the lines that differ, and no other.</summary>
internal sealed class YamlFix(SnapshotFile file)
{
    /// <summary>Characters of a file beyond which nobody wrote it, and that all its patches together may go through: the rest goes without.</summary>
    private const int MaxLength = 200_000;
    private const int MaxWork = 20 * MaxLength;

    private readonly Lazy<YamlSource?> _source = new(() => file.Size > MaxLength ? null : YamlSource.Read(file.Text));
    private int _work;

    /// <summary>The file with its comments and anchors; null when it is no YAML, or too long.</summary>
    public YamlSource? Source => _source.Value;

    /// <param name="change">Makes its changes to the edit; false when one is refused.</param>
    /// <returns>Null when the change cannot be made without touching something else, or too many were made.</returns>
    public Fix? Make(string description, Func<YamlSource, YamlEdit, bool> change)
    {
        if (Source is not { } source || (_work += source.Text.Length) > MaxWork || new YamlEdit(source) is var edit && !change(source, edit)
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
