namespace AutoDevOps.Analyzer.Parsing;

/// <param name="Image">As written, variables and all.</param>
/// <param name="Name">After <c>AS</c>, or null.</param>
internal sealed record DockerStage(DockerInstruction From, string Image, string? Name, List<DockerInstruction> Instructions);
