namespace AutoDevOps.Analyzer.Parsing.Workflows.Schema;

/// <summary>What a job's token may be allowed to do.</summary>
internal static class PermissionSchema
{
    private static readonly WorkflowShape Any = Shapes.OneOf("read", "write", "none");
    private static readonly WorkflowShape Read = Shapes.OneOf("read", "none");
    private static readonly WorkflowShape Write = Shapes.OneOf("write", "none");

    public static WorkflowShape Permissions { get; } = new()
    {
        Name = "'permissions'",
        Scalars = ScalarKinds.Text,
        Values = ["read-all", "write-all"],
        Keys = new Dictionary<string, WorkflowShape>
        {
            ["actions"] = Any,
            ["artifact-metadata"] = Any,
            ["attestations"] = Any,
            ["checks"] = Any,
            ["code-quality"] = Any,
            ["contents"] = Any,
            ["copilot-requests"] = Write,
            ["deployments"] = Any,
            ["discussions"] = Any,
            ["drives"] = Any,
            ["id-token"] = Write,
            ["issues"] = Any,
            ["models"] = Read,
            ["packages"] = Any,
            ["pages"] = Any,
            ["pull-requests"] = Any,
            ["repository-projects"] = Any,
            ["security-events"] = Any,
            ["statuses"] = Any,
            ["vulnerability-alerts"] = Read,
        },
    };
}
