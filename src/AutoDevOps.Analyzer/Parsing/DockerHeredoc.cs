namespace AutoDevOps.Analyzer.Parsing;

/// <summary>A text between a mark and its repetition.</summary>
internal sealed record DockerHeredoc(string Delimiter, TracedText Text);
