using AutoDevOps.Analyzer.Detectors;

namespace AutoDevOps.Analyzer.Tests.RepositoryModels;

public sealed class GoWorkspaceTests
{
    [Theory]
    [InlineData("go 1.25\n\nuse ./a // and no other\n")]
    [InlineData("go 1.25\n\nuse (\n\t./a\n)\n")]
    public void A_module_that_the_workspace_does_not_use_got_commands_that_go_refuses(string work)
    {
        var model = RepositoryModelBuilder.Build(RepositorySnapshot.FromText(
            ("go.work", work), ("a/go.mod", "module a\n\ngo 1.25\n"), ("a/a_test.go", "package a\n"), ("tools/go.mod", "module tools\n\ngo 1.25\n"), ("tools/t_test.go", "package tools\n"))).Model;
        Assert.Equal(("go test ./...", null), (model.Components[0].Command(CommandKind.Test)?.Run, model.Components[1].Command(CommandKind.Test)?.Run));
        Assert.Equal("tools", Assert.Single(model.NotInferred).Component);
    }
}
