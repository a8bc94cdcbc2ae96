namespace AutoDevOps.Analyzer.Parsing.Workflows.Schema;

/// <summary>What GitHub accepts as a workflow: keys, types, and where which context and function may be used.</summary>
/// <remarks>Facts of GitHub's "Workflow syntax" and "Contexts reference", checked against the test cases of its own language services. The
/// pieces come first: a shape names those above it.</remarks>
internal static class WorkflowSchema
{
    private static readonly string[] General = ["github", "inputs", "vars"];
    private static readonly string[] WithNeeds = [.. General, "needs"];
    private static readonly string[] WithMatrix = [.. WithNeeds, "strategy", "matrix"];
    private static readonly string[] OnRunnerWithoutSecrets = [.. WithMatrix, "steps", "job", "runner", "env"];
    private static readonly string[] OnRunner = [.. OnRunnerWithoutSecrets, "secrets"];
    private static readonly string[] InStep = [.. OnRunner, "hashFiles"];
    private static readonly string[] Status = ["always", "failure", "cancelled", "success"];

    private static readonly WorkflowShape RunDefaults = Shapes.Mapping("'defaults.run'", new() { ["shell"] = Shapes.Shell, ["working-directory"] = Shapes.FilledText });

    private static readonly WorkflowShape Concurrency = new()
    {
        Name = "'concurrency'",
        Scalars = ScalarKinds.Text,
        Keys = new Dictionary<string, WorkflowShape>
        {
            ["group"] = Shapes.FilledText,
            ["cancel-in-progress"] = Shapes.Boolean,
            ["queue"] = Shapes.OneOf("single", "max"),
        },
        Required = ["group"],
    };

    private static readonly WorkflowShape Strategy = new()
    {
        Name = "'strategy'",
        Adds = WithNeeds,
        Keys = new Dictionary<string, WorkflowShape>
        {
            ["fail-fast"] = Shapes.Boolean,
            ["max-parallel"] = Shapes.Number,
            ["matrix"] = new()
            {
                Name = "'matrix'",
                Keys = new Dictionary<string, WorkflowShape>
                {
                    ["include"] = new() { Items = Shapes.MapOf(Shapes.Anything) },
                    ["exclude"] = new() { Items = Shapes.MapOf(Shapes.Anything) },
                },
                OtherKeys = new() { Items = Shapes.Anything, NeedsItem = true },
            },
        },
    };

    private static readonly WorkflowShape RunnerGroup = new()
    {
        Scalars = ScalarKinds.Text,
        Check = group => group.Split('/') is [_] or ["org" or "organization" or "ent" or "enterprise", not ""]
            ? null
            : $"'{group}' is no runner group: one name, or 'organization/' or 'enterprise/' and one name.",
    };

    private static readonly WorkflowShape RunsOn = new()
    {
        Name = "'runs-on'",
        Adds = WithMatrix,
        Scalars = ScalarKinds.Text,
        Items = Shapes.FilledText,
        Keys = new Dictionary<string, WorkflowShape> { ["group"] = RunnerGroup, ["labels"] = Shapes.Texts },
    };

    private static readonly WorkflowShape Environment = new()
    {
        Name = "'environment'",
        Adds = WithMatrix,
        Scalars = ScalarKinds.Text | ScalarKinds.Empty,
        Keys = new Dictionary<string, WorkflowShape>
        {
            ["name"] = Shapes.Text,
            ["url"] = Shapes.TextAt(OnRunnerWithoutSecrets),
            ["deployment"] = Shapes.Boolean,
        },
        Required = ["name"],
    };

    private static readonly Dictionary<string, WorkflowShape> ContainerKeys = new()
    {
        ["image"] = Shapes.FilledText,
        ["options"] = Shapes.Text,
        ["env"] = Shapes.MapOf(Shapes.TextAt(OnRunner)),
        ["ports"] = Shapes.ListOfTexts,
        ["volumes"] = Shapes.ListOfTexts,
        ["credentials"] = new()
        {
            Name = "'credentials'",
            Adds = ["secrets", "env"],
            Keys = new Dictionary<string, WorkflowShape> { ["username"] = Shapes.FilledText, ["password"] = Shapes.FilledText },
            Required = ["username", "password"],
        },
    };

    private static readonly WorkflowShape Container = new()
    {
        Name = "a container",
        Adds = WithMatrix,
        Scalars = ScalarKinds.Text | ScalarKinds.Empty,
        Keys = ContainerKeys,
        Required = ["image"],
        RequiresOnlyWithoutExpressions = true,
    };

    private static readonly WorkflowShape Service = new()
    {
        Name = "a service",
        Scalars = ScalarKinds.Text,
        Keys = new Dictionary<string, WorkflowShape>(ContainerKeys) { ["entrypoint"] = Shapes.Text, ["command"] = Shapes.Text },
        Required = ["image"],
        RequiresOnlyWithoutExpressions = true,
    };

    private static readonly WorkflowShape Snapshot = new()
    {
        Name = "'snapshot'",
        Scalars = ScalarKinds.Text,
        Keys = new Dictionary<string, WorkflowShape>
        {
            ["image-name"] = Shapes.FilledText,
            ["if"] = new() { Scalars = ScalarKinds.Text | ScalarKinds.Empty, IsCondition = true, Adds = WithMatrix },
            ["version"] = Shapes.FilledText,
        },
        Required = ["image-name"],
    };

    private static readonly WorkflowShape JobIf = new()
    {
        Scalars = ScalarKinds.Text | ScalarKinds.Empty,
        IsCondition = true,
        Adds = [.. WithNeeds, .. Status],
    };

    private static readonly WorkflowShape Steps = StepSchema.Steps(InStep, [.. OnRunnerWithoutSecrets, .. Status, "hashFiles"]);

    private static readonly WorkflowShape Job = Shapes.Mapping("a job", new()
    {
        ["needs"] = Shapes.Texts,
        ["if"] = JobIf,
        ["strategy"] = Strategy,
        ["name"] = Shapes.TextAt(WithMatrix),
        ["runs-on"] = RunsOn,
        ["timeout-minutes"] = Shapes.Scalar(ScalarKinds.Number, WithMatrix),
        ["cancel-timeout-minutes"] = Shapes.Scalar(ScalarKinds.Number, WithMatrix),
        ["continue-on-error"] = Shapes.Scalar(ScalarKinds.Boolean, WithMatrix),
        ["container"] = Container,
        ["services"] = new() { Adds = WithMatrix, OtherKeys = Service },
        ["env"] = new() { Adds = [.. WithMatrix, "secrets"], OtherKeys = Shapes.Text },
        ["environment"] = Environment,
        ["permissions"] = PermissionSchema.Permissions,
        ["concurrency"] = With(Concurrency, WithMatrix),
        ["outputs"] = Shapes.MapOf(Shapes.TextAt(OnRunner)),
        ["defaults"] = Shapes.Mapping("'defaults'", new() { ["run"] = With(RunDefaults, [.. WithMatrix, "env"]) }),
        ["steps"] = Steps,
        ["snapshot"] = Snapshot,
    });

    /// <summary>A job that calls a workflow. That it has neither runner nor steps is said by the rule on jobs.</summary>
    private static readonly WorkflowShape CallingJob = Shapes.Mapping("a job that calls a workflow", new()
    {
        ["name"] = Shapes.TextAt(WithMatrix),
        ["uses"] = Shapes.FilledText,
        ["with"] = new() { Adds = WithMatrix, OtherKeys = Shapes.Text },
        ["secrets"] = new()
        {
            Scalars = ScalarKinds.Text,
            Values = ["inherit"],
            OtherKeys = Shapes.TextAt([.. WithMatrix, "secrets"]),
        },
        ["needs"] = Shapes.Texts,
        ["if"] = JobIf,
        ["permissions"] = PermissionSchema.Permissions,
        ["concurrency"] = With(Concurrency, WithMatrix),
        ["strategy"] = Strategy,
        ["runs-on"] = Shapes.Anything,
        ["steps"] = Shapes.Anything,
    });

    public static WorkflowShape Root { get; } = Shapes.Mapping("the top level", new()
    {
        ["on"] = EventSchema.On,
        ["name"] = Shapes.Text,
        ["description"] = Shapes.Text,
        ["run-name"] = Shapes.TextAt(General),
        ["defaults"] = Shapes.Mapping("'defaults'", new() { ["run"] = RunDefaults }),
        ["env"] = new() { Adds = [.. General, "secrets"], OtherKeys = Shapes.Text },
        ["permissions"] = PermissionSchema.Permissions,
        ["concurrency"] = With(Concurrency, General, ScalarKinds.Text | ScalarKinds.Empty),
        ["jobs"] = Shapes.MapOf(new() { Choose = node => node["uses"] is null ? Job : CallingJob }),
    });

    /// <summary>The same shape where other contexts may be used.</summary>
    private static WorkflowShape With(WorkflowShape shape, string[] adds, ScalarKinds? scalars = null) => new()
    {
        Name = shape.Name,
        Scalars = scalars ?? shape.Scalars,
        Keys = shape.Keys,
        Required = shape.Required,
        Adds = adds,
    };
}
