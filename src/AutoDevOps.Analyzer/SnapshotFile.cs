using System.Text;
using AutoDevOps.Analyzer.Parsing;
using AutoDevOps.Analyzer.Snapshots;

namespace AutoDevOps.Analyzer;

/// <summary>What a listed file is, and so why it is read or skipped.</summary>
public enum FileKind
{
    Text,
    Binary,
    Generated,
    Vendored,
    TooLarge,
    OverTotal,
    LfsPointer,
    Link,
    Submodule,
    Unreadable,
    Ignored,
}

/// <summary>One file of a snapshot. Its bytes are loaded when asked for, and may be let go again between uses.</summary>
public sealed class SnapshotFile
{
    private readonly Func<byte[]> _load;
    private readonly Lock _lock = new();
    private readonly WeakReference<string?> _text = new(null);
    private readonly Dictionary<DataFormat, DataDocument> _documents = [];
    private TextFlaw _flaw;
    private bool _held;
    private object? _remembered;
    private byte _isTest;
    private byte _isSample;
    private byte _isAside;

    /// <param name="path">Relative to the root, with <c>/</c>, never starting with one.</param>
    /// <param name="size">Bytes.</param>
    /// <param name="kind">Only <see cref="FileKind.Text"/> is ever loaded.</param>
    /// <param name="load">Reads the bytes; called again after they were let go. Must answer the same each time.</param>
    public SnapshotFile(string path, long size, FileKind kind, Func<byte[]> load)
    {
        Path = path;
        Size = size;
        Kind = kind;
        _load = load;
        var slash = path.LastIndexOf('/');
        Name = path[(slash + 1)..];
        Directory = slash < 0 ? "" : path[..slash];
        var dot = Name.LastIndexOf('.');
        Extension = dot < 0 ? "" : Name[dot..].ToLowerInvariant();
    }

    public string Path { get; }

    public string Name { get; }

    /// <summary>The folder it lies in, without a slash at either end; <c>""</c> for the root.</summary>
    public string Directory { get; }

    /// <summary>Lower case, with the dot; <c>""</c> when there is none.</summary>
    public string Extension { get; }

    /// <summary>Bytes.</summary>
    public long Size { get; }

    public FileKind Kind { get; }

    public bool IsRead => Kind == FileKind.Text;

    /// <summary>Whether it belongs to tests, by its path; many rules ask.</summary>
    internal bool IsTest => Answered(ref _isTest, PathRole.IsTest);

    /// <summary>Whether it is material for tests or an example, by its path; many rules ask.</summary>
    internal bool IsSample => Answered(ref _isSample, PathRole.IsSample);

    /// <summary>Whether it explains or measures the product, by its path; many rules ask.</summary>
    internal bool IsAside => Answered(ref _isAside, PathRole.IsAside);

    /// <summary>Whether it may be run as a program; null where that is not known, as from an archive or on Windows.</summary>
    public bool? IsExecutable { get; init; }

    /// <summary>Read as UTF-8, or as UTF-16 where a byte order mark says so; the mark removed, invalid bytes replaced by U+FFFD.</summary>
    public string Text
    {
        get
        {
            lock (_lock)
            {
                if (!_text.TryGetTarget(out var text) || text is null)
                {
                    text = Load();
                    _text.SetTarget(text);
                }

                return text;
            }
        }
    }

    /// <summary>What is unusual about how it is encoded.</summary>
    internal TextFlaw Flaw
    {
        get
        {
            _ = Text;
            return _flaw;
        }
    }

    /// <summary>Why its text could not be read although it was listed, or null. Such a file counts as empty.</summary>
    internal string? Changed { get; private set; }

    /// <summary>The lines with their numbers, which start at 1; neither <c>\n</c> nor <c>\r\n</c> is part of a line.</summary>
    public IEnumerable<(int Number, string Text)> Lines()
    {
        using var reader = new StringReader(Text);
        for (var number = 1; reader.ReadLine() is { } line; number++)
        {
            WorkBudget.Spend(1 + (line.Length / 64));
            yield return (number, line);
        }
    }

    /// <summary>The file parsed as JSON with comments and trailing commas allowed (what tools accept of their own files).</summary>
    public DataDocument Json() => Parse(DataFormat.Json);

    /// <summary>The file parsed as YAML 1.2; of several documents in a stream, the first.</summary>
    public DataDocument Yaml() => Parse(DataFormat.Yaml);

    /// <summary>The file parsed as TOML 1.0.</summary>
    public DataDocument Toml() => Parse(DataFormat.Toml);

    /// <summary>Where the snapshot that the file belongs to counts what it keeps parsed.</summary>
    internal ParsedDocuments? Parsed { get; set; }

    /// <summary>What one question about the text was answered, until <see cref="Release"/>: many rules ask it, one after the other.</summary>
    internal T Remembered<T>(Func<string, T> answer)
        where T : class
    {
        if (Volatile.Read(ref _remembered) is T known)
        {
            return known;
        }

        var found = answer(Text);
        Volatile.Write(ref _remembered, found);
        return found;
    }

    /// <summary>Keeps what is parsed from now on until <see cref="Release"/>: several readers follow each other closely.</summary>
    internal void Hold()
    {
        lock (_lock)
        {
            _held = true;
        }
    }

    /// <summary>Lets go of what was parsed; the next who asks parses again.</summary>
    internal void Release()
    {
        Parsed?.Remove(this);
        lock (_lock)
        {
            _held = false;
            _documents.Clear();
            _remembered = null;
        }
    }

    /// <summary>Lets go of what was parsed unless it is held.</summary>
    internal void Forget()
    {
        lock (_lock)
        {
            if (!_held)
            {
                _documents.Clear();
            }
        }
    }

    public override string ToString() => Path;

    /// <summary>The same file, listed and not read.</summary>
    internal SnapshotFile Passed() => new(Path, Size, FileKind.Ignored, _load) { IsExecutable = IsExecutable };

    internal static SnapshotFile FromText(string path, string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        return new SnapshotFile(path, bytes.Length, FileKind.Text, () => bytes);
    }

    // 0 is no answer yet: one byte, so that whoever asks at the same moment reads a whole one.
    private bool Answered(ref byte answer, Func<string, bool> ask)
    {
        if (answer == 0)
        {
            answer = ask(Path) ? (byte)1 : (byte)2;
        }

        return answer == 1;
    }

    private DataDocument Parse(DataFormat format)
    {
        var text = Text;
        DataDocument? document;
        lock (_lock)
        {
            if (_documents.TryGetValue(format, out document))
            {
                return document;
            }

            document = DataDocument.Parse(format, Path, text);
            _documents.Add(format, document);
        }

        Parsed?.Add(this, text.Length);
        return document;
    }

    private string Load()
    {
        // Once gone it stays gone: what is read later must not contradict what was concluded before.
        if (Changed is not null)
        {
            return "";
        }

        try
        {
            (var text, _flaw) = TextEncoding.Decode(_load());
            return text;
        }
        catch (SnapshotChangedException problem)
        {
            Changed = problem.Message;
            return "";
        }
    }
}
