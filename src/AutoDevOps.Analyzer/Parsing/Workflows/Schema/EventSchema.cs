namespace AutoDevOps.Analyzer.Parsing.Workflows.Schema;

/// <summary>The events that start a workflow, and what each can be narrowed down by.</summary>
/// <remarks>GitHub, "Events that trigger workflows".</remarks>
internal static class EventSchema
{
    private static readonly string[] Branches = ["branches", "branches-ignore"];
    private static readonly string[] Paths = ["paths", "paths-ignore"];
    private static readonly string[] Tags = ["tags", "tags-ignore"];

    private static readonly string[] PullRequestTypes =
    [
        "assigned", "unassigned", "labeled", "unlabeled", "opened", "edited", "closed", "reopened", "synchronize", "converted_to_draft", "locked",
        "unlocked", "enqueued", "dequeued", "milestoned", "demilestoned", "ready_for_review", "review_requested", "review_request_removed",
        "auto_merge_enabled", "auto_merge_disabled", "stacked",
    ];

    private static readonly WorkflowShape Schedule = new()
    {
        Items = Shapes.Mapping("a schedule", new() { ["cron"] = Shapes.FilledText, ["timezone"] = Shapes.FilledText }, "cron"),
    };

    // Whatever else an input says, GitHub ignores.
    private static readonly WorkflowShape DispatchInput = new()
    {
        Name = "an input",
        Scalars = ScalarKinds.Null,
        Keys = new Dictionary<string, WorkflowShape>
        {
            ["description"] = Shapes.Text,
            ["type"] = Shapes.OneOf("string", "boolean", "number", "environment", "choice"),
            ["required"] = Shapes.Boolean,
            ["default"] = Shapes.Text,
            ["options"] = new() { Items = Shapes.Text },
        },
        OtherKeys = Shapes.Anything,
    };

    private static readonly WorkflowShape Call = new()
    {
        Name = "'workflow_call'",
        Scalars = ScalarKinds.Null,
        Keys = new Dictionary<string, WorkflowShape>
        {
            ["inputs"] = Shapes.MapOf(Shapes.Mapping(
                "an input",
                new()
                {
                    ["description"] = Shapes.Text,
                    ["type"] = Shapes.OneOf("string", "boolean", "number"),
                    ["required"] = Shapes.Boolean,
                    ["default"] = Shapes.TextAt("github", "inputs", "vars"),
                },
                "type")),
            ["secrets"] = Shapes.MapOf(new()
            {
                Name = "a secret",
                Scalars = ScalarKinds.Null,
                Keys = new Dictionary<string, WorkflowShape> { ["description"] = Shapes.Text, ["required"] = Shapes.Boolean },
            }),
            ["outputs"] = Shapes.MapOf(Shapes.Mapping(
                "an output",
                new() { ["description"] = Shapes.Text, ["value"] = Shapes.TextAt("github", "inputs", "vars", "jobs") },
                "value")),
        },
    };

    /// <summary>An event without filters. GitHub ignores those that are given all the same, such as 'tags' of 'create'.</summary>
    private static readonly WorkflowShape Plain = new() { Scalars = ScalarKinds.Null, OtherKeys = Shapes.Anything };

    private static readonly Dictionary<string, WorkflowShape> Events = new()
    {
        ["branch_protection_rule"] = Event(["created", "edited", "deleted"]),
        ["check_run"] = Event(["completed", "created", "rerequested", "requested_action"]),
        ["check_suite"] = Event(["completed"]),
        ["create"] = Plain,
        ["delete"] = Plain,
        ["deployment"] = Plain,
        ["deployment_status"] = Plain,
        ["discussion"] = Event([
            "created", "edited", "deleted", "transferred", "pinned", "unpinned", "labeled", "unlabeled", "locked", "unlocked", "category_changed",
            "answered", "unanswered"]),
        ["discussion_comment"] = Event(["created", "edited", "deleted"]),
        ["fork"] = Plain,
        ["gollum"] = Plain,
        ["image_version"] = Event(["created", "ready", "deleted"], "names", "versions"),
        ["issue_comment"] = Event(["created", "edited", "deleted"]),
        ["issues"] = Event([
            "opened", "edited", "deleted", "transferred", "pinned", "unpinned", "closed", "reopened", "assigned", "unassigned", "labeled",
            "unlabeled", "locked", "unlocked", "milestoned", "demilestoned", "field_added", "field_removed", "typed", "untyped"]),
        ["label"] = Event(["created", "edited", "deleted"]),
        ["merge_group"] = Event(["checks_requested"], Branches),
        ["milestone"] = Event(["created", "closed", "opened", "edited", "deleted"]),
        ["page_build"] = Plain,
        ["project"] = Event(["created", "closed", "reopened", "edited", "deleted"]),
        ["project_card"] = Event(["created", "moved", "converted", "edited", "deleted"]),
        ["project_column"] = Event(["created", "updated", "moved", "deleted"]),
        ["public"] = Plain,
        // That a pull request has no tags, GitHub does not mind.
        ["pull_request"] = Event(PullRequestTypes, [.. Branches, .. Tags, .. Paths]),
        ["pull_request_comment"] = Event(["created", "edited", "deleted"]),
        ["pull_request_review"] = Event(["submitted", "edited", "dismissed"]),
        ["pull_request_review_comment"] = Event(["created", "edited", "deleted"]),
        ["pull_request_target"] = Event(PullRequestTypes, [.. Branches, .. Tags, .. Paths]),
        ["push"] = Event([], [.. Branches, .. Tags, .. Paths]),
        ["registry_package"] = Event(["published", "updated"]),
        ["release"] = Event(["published", "unpublished", "created", "edited", "deleted", "prereleased", "released"]),
        // Any type: whoever sends the event invents them.
        ["repository_dispatch"] = new() { Name = "'repository_dispatch'", Scalars = ScalarKinds.Null, Keys = new Dictionary<string, WorkflowShape> { ["types"] = Shapes.Texts } },
        ["schedule"] = Schedule,
        ["status"] = Plain,
        ["watch"] = Event(["started"]),
        ["workflow_call"] = Call,
        ["workflow_dispatch"] = new()
        {
            Name = "'workflow_dispatch'",
            Scalars = ScalarKinds.Null,
            Keys = new Dictionary<string, WorkflowShape> { ["inputs"] = new() { Scalars = ScalarKinds.Null, OtherKeys = DispatchInput } },
            OtherKeys = Shapes.Anything,
        },
        ["workflow_run"] = Event(["requested", "completed", "in_progress"], ["workflows", .. Branches]),
    };

    /// <summary>What <c>on</c> may be. An unknown event is another rule's business.</summary>
    public static WorkflowShape On { get; } = new()
    {
        Scalars = ScalarKinds.Text,
        Items = Shapes.FilledText,
        Keys = Events,
        OtherKeys = Shapes.Anything,
    };

    public static IReadOnlyCollection<string> Names => Events.Keys;

    private static WorkflowShape Event(string[] types, params string[] filters)
    {
        var keys = filters.ToDictionary(filter => filter, _ => Shapes.Texts);
        if (types.Length > 0)
        {
            keys.Add("types", Shapes.SomeOf(types));
        }

        return new() { Name = "this event", Scalars = ScalarKinds.Null, Keys = keys };
    }
}
