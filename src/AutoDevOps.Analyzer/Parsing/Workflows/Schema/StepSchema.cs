namespace AutoDevOps.Analyzer.Parsing.Workflows.Schema;

/// <summary>The steps of a job: scripts, actions, and what waits for those that run in the background.</summary>
internal static class StepSchema
{
    /// <summary>The keys that say what a step does; each has exactly one.</summary>
    public static IReadOnlyList<string> Deeds { get; } = ["run", "uses", "wait", "wait-all", "cancel", "parallel"];

    /// <param name="inStep">The contexts and functions that a step may use.</param>
    /// <param name="inCondition">Those that its <c>if</c> may use.</param>
    public static WorkflowShape Steps(string[] inStep, string[] inCondition)
    {
        Dictionary<string, WorkflowShape> named = new()
        {
            ["name"] = Shapes.TextAt(inStep),
            ["id"] = Shapes.FilledText,
            ["continue-on-error"] = Shapes.Scalar(ScalarKinds.Boolean, inStep),
        };
        Dictionary<string, WorkflowShape> conditional = new(named)
        {
            ["if"] = new() { Scalars = ScalarKinds.Text | ScalarKinds.Empty, IsCondition = true, Adds = inCondition },
            ["timeout-minutes"] = Shapes.Scalar(ScalarKinds.Number, inStep),
            ["env"] = new() { Adds = inStep, OtherKeys = Shapes.Text },
            ["background"] = Shapes.Boolean,
        };
        Dictionary<string, WorkflowShape> script = new(conditional)
        {
            ["run"] = Shapes.TextAt(inStep),
            ["working-directory"] = Shapes.TextAt(inStep),
            ["shell"] = Shapes.Shell,
        };
        Dictionary<string, WorkflowShape> action = new(conditional)
        {
            ["uses"] = Shapes.FilledText,
            ["with"] = new() { Adds = inStep, OtherKeys = Shapes.Text },
        };

        WorkflowShape steps = null!;
        var shapes = new Dictionary<string, WorkflowShape>
        {
            ["run"] = Shapes.Mapping("a step with 'run'", script),
            ["uses"] = Shapes.Mapping("a step with 'uses'", action),
            ["wait"] = Shapes.Mapping("a step with 'wait'", new(named) { ["wait"] = Shapes.Texts }),
            ["wait-all"] = Shapes.Mapping("a step with 'wait-all'", new(named) { ["wait-all"] = Shapes.Scalar(ScalarKinds.Null | ScalarKinds.Boolean) }),
            ["cancel"] = Shapes.Mapping("a step with 'cancel'", new(named) { ["cancel"] = Shapes.FilledText }),
            ["parallel"] = Shapes.Mapping("a step with 'parallel'", new() { ["parallel"] = new() { Choose = _ => steps } }),
        };

        // That nothing says what the step does is another rule's business, and so is that two things do.
        var undecided = Shapes.Mapping("a step", new(script.Concat(action.Where(pair => !script.ContainsKey(pair.Key)))));
        steps = new() { Items = new() { Choose = node => Chosen(node, shapes, undecided) } };
        return steps;
    }

    private static WorkflowShape Chosen(DataNode step, Dictionary<string, WorkflowShape> shapes, WorkflowShape undecided)
    {
        WorkflowShape? chosen = null;
        foreach (var deed in Deeds)
        {
            if (step[deed] is not null)
            {
                if (chosen is not null)
                {
                    return undecided;
                }

                chosen = shapes[deed];
            }
        }

        return chosen ?? undecided;
    }
}
