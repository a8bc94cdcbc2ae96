using AutoDevOps.Analyzer.Parsing.Workflows;

namespace AutoDevOps.Analyzer.Rules.Workflows;

/// <summary>Where an expression stands, as findings say it.</summary>
internal static class ExpressionLocation
{
    public static Location Of(Workflow workflow, EmbeddedExpression expression) =>
        expression.Length == 0
            ? new(workflow.File.Path, expression.Start.Line, expression.Start.Line)
            : new(workflow.File.Path, expression.Start.Line, expression.Start.Line, expression.Start.Column, expression.Start.Column + expression.Length);
}
