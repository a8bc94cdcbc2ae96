namespace AutoDevOps.Analyzer.Parsing.Workflows.Schema;

/// <summary>The shapes that the schema is put together from.</summary>
internal static class Shapes
{
    public static WorkflowShape Text { get; } = new() { Scalars = ScalarKinds.Text | ScalarKinds.Empty };

    public static WorkflowShape FilledText { get; } = new() { Scalars = ScalarKinds.Text };

    public static WorkflowShape Shell { get; } = new() { Scalars = ScalarKinds.Text, AllowsConstantExpressions = true };

    public static WorkflowShape Boolean { get; } = new() { Scalars = ScalarKinds.Boolean };

    public static WorkflowShape Number { get; } = new() { Scalars = ScalarKinds.Number };

    /// <summary>One text, or a list of them.</summary>
    public static WorkflowShape Texts { get; } = new() { Scalars = ScalarKinds.Text, Items = FilledText };

    public static WorkflowShape ListOfTexts { get; } = new() { Items = FilledText };

    public static WorkflowShape Anything { get; } = AnythingShape();

    public static WorkflowShape OneOf(params string[] values) => new() { Scalars = ScalarKinds.Text, Values = values };

    /// <summary>One of the values, or a list of some.</summary>
    public static WorkflowShape SomeOf(params string[] values) =>
        new() { Scalars = ScalarKinds.Text, Values = values, Items = OneOf(values) };

    public static WorkflowShape MapOf(WorkflowShape value) => new() { OtherKeys = value };

    public static WorkflowShape TextAt(params string[] names) => new() { Scalars = ScalarKinds.Text | ScalarKinds.Empty, Adds = names };

    public static WorkflowShape Scalar(ScalarKinds kinds, params string[] names) => new() { Scalars = kinds, Adds = names };

    public static WorkflowShape Mapping(string name, Dictionary<string, WorkflowShape> keys, params string[] required) =>
        new() { Name = name, Keys = keys, Required = required };

    private static WorkflowShape AnythingShape()
    {
        WorkflowShape mapping = null!;
        WorkflowShape list = null!;
        var anything = new WorkflowShape
        {
            Choose = node => node.Kind switch { NodeKind.Mapping => mapping, NodeKind.Sequence => list, _ => Text },
        };
        mapping = MapOf(anything);
        list = new() { Items = anything };
        return anything;
    }
}
