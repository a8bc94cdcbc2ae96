using AutoDevOps.Analyzer.Detectors;

namespace AutoDevOps.Analyzer.Rules;

/// <summary>Flags one kind of mistake. Implement <see cref="IFileRule"/>, <see cref="IRepositoryRule"/> or <see cref="IDatedRule"/>.</summary>
public interface IRule
{
    RuleDescriptor Descriptor { get; }
}

/// <summary>A rule whose findings depend on one file only, so that its result can be kept as long as that file is the same.</summary>
public interface IFileRule : IRule
{
    /// <summary>Whether the rule wants to see this file; decided by path and size only.</summary>
    bool Reads(SnapshotFile file);

    IEnumerable<Finding> Check(SnapshotFile file);
}

/// <summary>A rule that needs more than one file, or what the detectors established.</summary>
public interface IRepositoryRule : IRule
{
    /// <summary>Whether there is something in the repository that the rule could speak about. Without, it does not run, and says nothing for
    /// the score of its category.</summary>
    bool HasSubject(RepositorySnapshot snapshot, RepositoryModel model);

    IEnumerable<Finding> Check(RepositorySnapshot snapshot, RepositoryModel model);
}

/// <summary>A rule whose findings depend on the day: it runs only when the analysis is told which it is.</summary>
public interface IDatedRule : IRule
{
    /// <summary>Whether there is something that the rule could speak about.</summary>
    bool HasSubject(RepositorySnapshot snapshot);

    IEnumerable<Finding> Check(RepositorySnapshot snapshot, DateOnly today);
}
