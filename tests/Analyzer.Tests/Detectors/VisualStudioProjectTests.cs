using AutoDevOps.Analyzer.Detectors;

namespace AutoDevOps.Analyzer.Tests.RepositoryModels;

/// <summary>What only MSBuild of Visual Studio builds is no work for <c>dotnet</c>.</summary>
public sealed class VisualStudioProjectTests
{
    private const string OldProject = """<Project ToolsVersion="15.0" xmlns="http://schemas.microsoft.com/developer/msbuild/2003"><Import Project="$(MSBuildToolsPath)\Microsoft.CSharp.targets" /></Project>""";
    private const string Project = """<Project Sdk="Microsoft.NET.Sdk"><PropertyGroup><TargetFramework>net10.0</TargetFramework></PropertyGroup></Project>""";

    [Fact]
    public void A_solution_of_projects_in_cpp_gets_no_dotnet_build()
    {
        var model = Build(("vc10/zlib.sln", Entry("zlib.vcxproj")), ("vc10/zlib.vcxproj", "<Project/>"));
        Assert.Empty(model.Components);
        Assert.Equal(("vc10", "build"), Assert.Single(model.NotInferred.Select(gap => (gap.Component, gap.What))));
    }

    [Fact]
    public void A_project_that_names_no_sdk_gets_no_dotnet_build() =>
        Assert.Empty(Build(("Old/Old.csproj", OldProject), ("Old.sln", Entry(@"Old\Old.csproj"))).Components);

    [Theory]
    [InlineData(Project)]
    [InlineData("""<Project><Sdk Name="Microsoft.NET.Sdk" /></Project>""")]
    [InlineData("""<Project><Import Project="Sdk.props" Sdk="Microsoft.NET.Sdk" /></Project>""")]
    public void Beside_them_a_project_of_today_is_built_by_itself(string project)
    {
        var model = Build(("All.sln", Entry(@"native\n.vcxproj") + Entry(@"tool\Tool.csproj")), ("native/n.vcxproj", "<Project/>"), ("tool/Tool.csproj", project));
        Assert.Equal(("tool", "dotnet build --no-restore"), Assert.Single(model.Components.Select(component => (component.Path, component.Command(CommandKind.Build)?.Run))));
    }

    [Fact]
    public void A_solution_of_projects_of_today_is_built_as_a_whole() =>
        Assert.Equal(".", Assert.Single(Build(("All.sln", Entry(@"tool\Tool.csproj")), ("tool/Tool.csproj", Project)).Components).Path);

    [Theory]
    [InlineData("", "dotnet restore -p:EnableWindowsTargeting=true")]
    [InlineData("<EnableWindowsTargeting>true</EnableWindowsTargeting>", "dotnet restore")]
    public void A_solution_with_a_sample_for_windows_is_restored_on_linux_with_the_switch_that_allows_it(string property, string restore)
    {
        var model = Build(
            ("All.sln", Entry(@"lib\Lib.csproj") + Entry(@"samples\Wpf\Wpf.csproj")), ("lib/Lib.csproj", Project),
            ("samples/Wpf/Wpf.csproj", $"""<Project Sdk="Microsoft.NET.Sdk"><PropertyGroup>{property}<TargetFramework>net10.0-windows</TargetFramework></PropertyGroup></Project>"""));
        Assert.Equal(restore, Assert.Single(model.Components).Command(CommandKind.Install)?.Run);
    }

    private static string Entry(string path) => $"Project(\"{{FAE04EC0-301F-11D3-BF4B-00C04F79EFBC}}\") = \"x\", \"{path}\", \"{{FAE04EC0-301F-11D3-BF4B-00C04F79EFB0}}\"\nEndProject\n";

    private static RepositoryModel Build(params (string, string)[] files) => RepositoryModelBuilder.Build(RepositorySnapshot.FromText(files)).Model;
}
