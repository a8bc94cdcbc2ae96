namespace AutoDevOps.Analyzer.Detectors.Python;

/// <summary>An INI file as Python's configparser reads it: sections, keys, values that continue on indented lines.</summary>
internal sealed class IniFile
{
    private IniFile(SnapshotFile file) => File = file;

    public SnapshotFile File { get; }

    public List<(string Section, string Key, string Value, int Line)> Entries { get; } = [];

    /// <summary>The sections with the line of each.</summary>
    public List<(string Name, int Line)> Sections { get; } = [];

    public (string Value, int Line)? Value(string section, string key)
    {
        var found = Entries.Find(entry => entry.Section == section && entry.Key == key);
        return found.Key is null ? null : (found.Value, found.Line);
    }

    /// <summary>The place of a section, or null.</summary>
    public Evidence? Section(string name)
    {
        var found = Sections.Find(section => section.Name == name);
        return found.Name is null ? null : Cite.At(File, found.Line);
    }

    public static IniFile Read(SnapshotFile file)
    {
        var ini = new IniFile(file);
        var section = "";
        foreach (var (number, text) in file.Lines())
        {
            var line = text.Trim();
            if (line.Length == 0 || line[0] is '#' or ';')
            {
                continue;
            }

            if (line[0] == '[' && line[^1] == ']' && !char.IsWhiteSpace(text[0]))
            {
                section = line[1..^1].Trim();
                ini.Sections.Add((section, number));
            }
            else if (char.IsWhiteSpace(text[0]) && ini.Entries.Count > 0 && ini.Entries[^1].Section == section)
            {
                var last = ini.Entries[^1];
                ini.Entries[^1] = last with { Value = last.Value.Length == 0 ? line : $"{last.Value}\n{line}" };
            }
            else if (line.AsSpan().IndexOfAny('=', ':') is > 0 and var separator)
            {
                ini.Entries.Add((section, line[..separator].Trim(), line[(separator + 1)..].Trim(), number));
            }
        }

        return ini;
    }
}
