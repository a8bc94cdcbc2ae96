using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using AutoDevOps.Analyzer.Rules;

namespace AutoDevOps.Analyzer;

/// <summary>What file rules said of files, so that an analysis after a change runs them on what has changed only. The result is the same as
/// without.</summary>
/// <remarks>Two generations: when the younger is full, the older is forgotten. What is asked for again moves to the younger.</remarks>
/// <param name="capacity">How much a generation holds: a file counts 1, and each finding 4 more. A unit is some 250 bytes.</param>
public sealed class AnalysisMemory(int capacity = 100_000)
{
    private readonly Lock _lock = new();
    private ConcurrentDictionary<Key, RuleOutcome> _young = new();
    private ConcurrentDictionary<Key, RuleOutcome> _old = new();
    private long _weight;
    private long _recalled;

    /// <summary>How many files were not examined, because they had been before.</summary>
    public long Recalled => Interlocked.Read(ref _recalled);

    /// <summary>What is remembered for one owner only: that something is known already could tell one tenant what another has.</summary>
    public OwnedMemory For(string owner) => new(this, owner);

    internal RuleOutcome? Recall(Key key)
    {
        if (!_young.TryGetValue(key, out var outcome))
        {
            if (!_old.TryGetValue(key, out outcome))
            {
                return null;
            }

            Keep(key, outcome);
        }

        Interlocked.Increment(ref _recalled);
        return outcome;
    }

    internal void Keep(Key key, RuleOutcome outcome)
    {
        if (_young.TryAdd(key, outcome) && Interlocked.Add(ref _weight, 1 + (4 * (outcome.Findings.Count + outcome.Diagnostics.Count))) > capacity)
        {
            lock (_lock)
            {
                if (Interlocked.Read(ref _weight) > capacity)
                {
                    (_old, _young) = (_young, new());
                    Interlocked.Exchange(ref _weight, 0);
                }
            }
        }
    }

    /// <param name="Hash">SHA-256 of the owner, the rules and the content.</param>
    internal readonly record struct Key(string Path, long Size, bool? IsExecutable, UInt128 Hash, UInt128 Rest);
}

/// <summary>The part of an <see cref="AnalysisMemory"/> that is one owner's.</summary>
public sealed class OwnedMemory
{
    private readonly AnalysisMemory _memory;
    private readonly string _owner;

    internal OwnedMemory(AnalysisMemory memory, string owner) => (_memory, _owner) = (memory, owner);

    /// <summary>What is remembered of runs of these rules, as this build of the program has them.</summary>
    internal FileMemory Of(IEnumerable<IFileRule> rules) => new(_memory, _owner, rules);
}

/// <summary>An <see cref="OwnedMemory"/>, asked about one set of rules.</summary>
internal sealed class FileMemory
{
    private static readonly Guid Build = typeof(RuleCatalog).Module.ModuleVersionId;

    private readonly AnalysisMemory _memory;
    private readonly byte[] _scope;

    public FileMemory(AnalysisMemory memory, string owner, IEnumerable<IFileRule> rules)
    {
        _memory = memory;
        _scope = SHA256.HashData([.. Build.ToByteArray(), .. Encoding.UTF8.GetBytes($"{owner}\n{string.Join(',', rules.Select(rule => rule.Descriptor.Id))}")]);
    }

    /// <summary>What was said of the file before, else what examining it says; that is kept, if it would be said again.</summary>
    public RuleOutcome Recall(SnapshotFile file, Func<SnapshotFile, RuleOutcome> examine)
    {
        var key = KeyOf(file);
        if (key is not null && _memory.Recall(key.Value) is { } known)
        {
            return known;
        }

        var outcome = examine(file);
        if (key is not null && outcome.IsRepeatable && file.Changed is null)
        {
            _memory.Keep(key.Value, outcome);
        }

        return outcome;
    }

    /// <returns>Null when the file could not be read as it was listed.</returns>
    private AnalysisMemory.Key? KeyOf(SnapshotFile file)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(_scope);
        hash.AppendData(MemoryMarshal.AsBytes(file.Text.AsSpan()));
        var whole = MemoryMarshal.Cast<byte, UInt128>(hash.GetHashAndReset());
        return file.Changed is null ? new(file.Path, file.Size, file.IsExecutable, whole[0], whole[1]) : null;
    }
}
