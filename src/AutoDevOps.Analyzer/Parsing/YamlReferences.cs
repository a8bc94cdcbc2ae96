namespace AutoDevOps.Analyzer.Parsing;

/// <summary>The anchors and aliases of a YAML file. In the tree an alias is the node that it stands for.</summary>
internal sealed class YamlReferences
{
    public Dictionary<DataNode, string> Anchors { get; } = [];

    /// <summary>The aliases by the mapping or list they stand in, and which pair or item of it they are.</summary>
    public Dictionary<(DataNode Parent, int Index), YamlAlias> Aliases { get; } = [];
}

/// <param name="Name">Without its <c>*</c>.</param>
internal sealed record YamlAlias(string Name, Position Start, Position End);
