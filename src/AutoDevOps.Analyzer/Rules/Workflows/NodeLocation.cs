using AutoDevOps.Analyzer.Parsing;

namespace AutoDevOps.Analyzer.Rules.Workflows;

/// <summary>Where a node stands, as findings say it.</summary>
internal static class NodeLocation
{
    public static Location Of(SnapshotFile file, DataNode node) =>
        node.Kind == NodeKind.Scalar && node.BlockLine == 0 && node.End.Line == node.Line && node.End.Column > node.Start.Column
            ? new(file.Path, node.Line, node.Line, node.Start.Column, node.End.Column)
            : new(file.Path, node.Line, node.Line);
}
