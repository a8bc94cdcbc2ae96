using AutoDevOps.Analyzer.Detectors;
using AutoDevOps.Analyzer.Detectors.Cpp;

namespace AutoDevOps.Analyzer.Tests.RepositoryModels;

public sealed class CMakeReadingTests
{
    [Fact]
    public void Commands_are_read_with_the_conditions_around_them()
    {
        var calls = CMakeScript.Read(SnapshotFile.FromText("CMakeLists.txt", """
            # if(NO)
            #[[ if(NO)
            ]] project("a (b)" # )
              CXX)
            if(A AND (B OR C))
              Add_Test(x "y;z" [=[ ) ]] ]=])
            else()
              foo()
            endif()
            bar(${X})
            """));

        Assert.Equal(
            ["3 project(a (b)|CXX) if []", "6 add_test(x|y;z|[=[ ) ]] ]=]) if [A AND B OR C]", "8 foo() if [ELSE A AND B OR C]", "10 bar(${X}) if []"],
            calls.Select(call => $"{call.Line} {call.Name}({string.Join('|', call.Arguments)}) if [{string.Join(", ", call.Guards.Select(guard => string.Join(' ', guard)))}]"));
    }

    [Theory]
    [InlineData("test:\n\tcc -o one one.c\n\t./one\n", "ctest --test-dir build --output-on-failure")]
    [InlineData("build:\n\tcmake -S . -B out\n\tcmake --build out\n\ntest: build\n\tctest --test-dir out\n", "make test")]
    public void What_cmake_built_is_tested_by_ctest_unless_the_makefile_builds_too(string makefile, string test)
    {
        var snapshot = new RepositorySnapshot(
        [
            SnapshotFile.FromText("CMakeLists.txt", "project(x C)\nadd_executable(one one.c)\nenable_testing()\nadd_test(one one)\n"),
            SnapshotFile.FromText("Makefile", makefile),
            SnapshotFile.FromText("one.c", "int main(void) { return 0; }\n"),
        ]);

        var component = Assert.Single(RepositoryModelBuilder.Build(snapshot).Model.Components);

        Assert.Equal(test, component.Command(CommandKind.Test)?.Run);
    }

    [Theory]
    [InlineData("", "enable_testing()\nadd_test(a b)", "", true)]
    [InlineData("option(T \"x\" OFF)", "if(T)\nenable_testing()\nadd_test(a b)\nendif()", "T", true)]
    [InlineData("option(T \"x\")", "enable_testing()\nif(${T})\nadd_test(a b)\nendif()", "T", true)]
    [InlineData("option(T \"x\" ON)", "if(T)\nenable_testing()\nadd_test(a b)\nendif()", "", true)]
    [InlineData("option(T \"x\" ${PROJECT_IS_TOP_LEVEL})", "if(T)\nenable_testing()\nadd_test(a b)\nendif()", "", true)]
    [InlineData("option(T \"x\" ${COMPUTED})", "if(T)\nenable_testing()\nadd_test(a b)\nendif()", "", false)]
    [InlineData("option(BENCH \"x\" OFF)\noption(TESTS \"x\" OFF)", "if(BENCH OR TESTS)\nenable_testing()\nadd_test(a b)\nendif()", "TESTS", true)]
    [InlineData("option(A \"x\" OFF)\noption(B \"x\" OFF)", "if(A AND B)\nenable_testing()\nadd_test(a b)\nendif()", "A B", true)]
    [InlineData("option(A \"x\" OFF)", "enable_testing()\nif(NOT A)\nadd_test(a b)\nendif()", "", true)]
    [InlineData("", "include(CTest)\nif(BUILD_TESTING AND CMAKE_SOURCE_DIR STREQUAL PROJECT_SOURCE_DIR)\nadd_test(a b)\nendif()", "", true)]
    [InlineData("", "if(WIN32)\nenable_testing()\nadd_test(a b)\nendif()", null, false)]
    [InlineData("", "add_test(a b)", null, false)]
    [InlineData("", "enable_testing()", null, false)]
    [InlineData("option(\"T;id\" \"x\" OFF)", "if(\"T;id\")\nenable_testing()\nadd_test(a b)\nendif()", "", false)]
    public void Tests_are_built_with_the_options_that_guard_them(string options, string tests, string? set, bool certain)
    {
        var found = Project($"project(x CXX)\n{options}\n{tests}\n").Tests();
        Assert.Equal(set, found is null ? null : string.Join(' ', found.Options.Select(option => option.Name)));
        Assert.Equal(certain, found?.IsCertain == true);
    }

    [Theory]
    [InlineData("find_package(fmt REQUIRED)", true)]
    [InlineData("find_package(fmt)", false)]
    [InlineData("find_package(Threads REQUIRED)", false)]
    [InlineData("if(WIN32)\nfind_package(fmt REQUIRED)\nendif()", false)]
    [InlineData("option(B \"x\" OFF)\nif(B)\nfind_package(fmt REQUIRED)\nendif()", false)]
    [InlineData("FetchContent_Declare(fmt GIT_REPOSITORY https://example.com/fmt)\nfind_package(fmt REQUIRED)", false)]
    [InlineData("pkg_check_modules(GTK REQUIRED gtk4)", true)]
    public void A_package_that_nothing_installs_is_missing(string text, bool missing) =>
        Assert.Equal(missing, Project($"project(x CXX)\n{text}\n").Missing(null) is not null);

    private static CMakeProject Project(string text) =>
        CMakeProject.Read(new DetectionContext(RepositorySnapshot.FromText(("CMakeLists.txt", text)), []), "")!;
}
