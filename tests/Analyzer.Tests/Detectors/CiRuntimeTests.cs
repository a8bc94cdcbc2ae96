using AutoDevOps.Analyzer.Detectors;

namespace AutoDevOps.Analyzer.Tests.RepositoryModels;

/// <summary>The runtime versions that the CI of each vendor tests with.</summary>
public sealed class CiRuntimeTests
{
    private const string Node = "package.json";
    private const string Python = "requirements.txt";

    [Theory]
    [InlineData("image: node:18\ntest:\n  script: npm test\n", "18")]
    [InlineData("default:\n  image: node:18-alpine\ntest:\n  script: npm test\n", "18")]
    [InlineData("image: node:16\ntest:\n  image: node:20.11.1-bookworm\n  script: npm test\n", "20.11.1")]
    [InlineData(".n:\n  image:\n    name: node:22\ntest:\n  extends: .n\n  script: npm test\n", "22")]
    [InlineData("variables:\n  V: \"20\"\ntest:\n  image: node:$V\n  script: npm test\n", "20")]
    [InlineData("test:\n  image: node:${V}-slim\n  parallel:\n    matrix:\n      - V: [\"20\", \"22\"]\n  script: npm test\n", "20 22")]
    [InlineData("test18:\n  image: node:18\n  script: npm test\ntest20:\n  image: node:20\n  script: npm test\ndeploy:\n  image: node:14\n  script: ./x\n", "18 20")]
    [InlineData("test:\n  image: registry.example.com/team/node:20\n  script: npm test\n", "20")]
    [InlineData("test:\n  image: node:latest\n  script: npm test\n", "")]
    [InlineData("test:\n  image: node:$UNKNOWN\n  script: npm test\n", "")]
    public void GitLab(string ci, string versions) => Assert.Equal(versions, Versions(Node, ".gitlab-ci.yml", ci));

    [Theory]
    [InlineData("jobs:\n  test:\n    docker:\n      - image: cimg/node:18.20-browsers\n      - image: cimg/postgres:16.1\n    steps:\n      - run: npm test\n", "18.20")]
    [InlineData("executors:\n  e:\n    docker:\n      - image: cimg/node:20.11\njobs:\n  test:\n    executor: e\n    steps:\n      - run: npm test\n", "20.11")]
    [InlineData("jobs:\n  test:\n    parameters:\n      v:\n        type: string\n        default: \"18.20\"\n    docker:\n      - image: cimg/node:<< parameters.v >>\n    steps:\n      - run: npm test\n", "18.20")]
    [InlineData("jobs:\n  test:\n    parameters:\n      v:\n        type: string\n    docker:\n      - image: cimg/node:<< parameters.v >>\n    steps:\n      - run: npm test\nworkflows:\n  all:\n    jobs:\n      - test:\n          matrix:\n            parameters:\n              v: [\"18.20\", \"20.11\"]\n", "18.20 20.11")]
    [InlineData("orbs:\n  node: circleci/node@5\nworkflows:\n  all:\n    jobs:\n      - node/test:\n          version: \"16.10\"\n", "16.10")]
    [InlineData("orbs:\n  node: circleci/node@5\njobs:\n  test:\n    executor:\n      name: node/default\n      tag: \"20.11\"\n    steps:\n      - run: npm test\n", "20.11")]
    [InlineData("jobs:\n  test:\n    machine: true\n    steps:\n      - node/install:\n          node-version: \"22.1\"\n      - run: npm test\n", "22.1")]
    public void CircleCi(string ci, string versions) => Assert.Equal(versions, Versions(Node, ".circleci/config.yml", ci));

    [Theory]
    [InlineData("pipeline {\n  agent { docker { image 'node:18-alpine' } }\n  stages { stage('test') { steps { sh 'npm test' } } }\n}\n", "18")]
    [InlineData("pipeline {\n  agent { docker 'node:18' }\n  stages { stage('test') { steps { sh 'npm test' } } }\n}\n", "18")]
    [InlineData("node {\n  docker.image('node:20').inside {\n    sh 'npm test'\n  }\n}\n", "20")]
    [InlineData("pipeline {\n  agent none\n  stages { stage('t') { matrix {\n    axes { axis { name 'NODE'; values '18', '20' } }\n    agent { docker { image \"node:${NODE}\" } }\n    stages { stage('test') { steps { sh 'npm test' } } }\n  } } }\n}\n", "18 20")]
    [InlineData("// image 'node:12'\npipeline { agent { docker { image \"node:${env.X}\" } } }\n", "")]
    public void Jenkins(string ci, string versions) => Assert.Equal(versions, Versions(Node, "Jenkinsfile", ci));

    [Theory]
    [InlineData(Python, "language: python\npython:\n  - \"3.11\"\n  - \"3.12\"\n  - nightly\nscript: pytest\n", "3.11 3.12")]
    [InlineData(Python, "language: python\njobs:\n  include:\n    - python: 3.11\n    - python: \"3.12\"\nscript: pytest\n", "3.11 3.12")]
    [InlineData(Node, "language: node_js\nnode_js:\n  - 18\n  - lts/*\n  - 20\n", "18 20")]
    [InlineData(Node, "language: node_js\nnode_js: 22\n", "22")]
    [InlineData("Gemfile", "language: ruby\nrvm:\n  - 3.2\n  - 3.3.1\n  - ruby-head\n", "3.2 3.3.1")]
    [InlineData("go.mod", "language: go\ngo:\n  - 1.22.x\n  - 1.23.x\n", "1.22.x 1.23.x")]
    public void Travis(string manifest, string ci, string versions) => Assert.Equal(versions, Versions(manifest, ".travis.yml", ci));

    [Theory]
    [InlineData(Node, "steps:\n- task: UseNode@1\n  inputs:\n    version: 20.x\n- script: npm test\n", "20.x")]
    [InlineData(Python, "strategy:\n  matrix:\n    a:\n      python.version: '3.11'\n    b:\n      python.version: '3.12'\nsteps:\n- task: UsePythonVersion@0\n  inputs:\n    versionSpec: $(python.version)\n- script: pytest\n", "3.11 3.12")]
    [InlineData(Node, "variables:\n  v: 22.x\njobs:\n- job: t\n  steps:\n  - task: NodeTool@0\n    inputs:\n      versionSpec: $(v)\n  - script: npm test\n", "22.x")]
    [InlineData(Node, "container: node:20\nsteps:\n- script: npm test\n", "20")]
    public void Azure(string manifest, string ci, string versions) => Assert.Equal(versions, Versions(manifest, "azure-pipelines.yml", ci));

    [Fact]
    public void A_file_of_Travis_that_was_left_behind_does_not_say_what_is_tested()
    {
        var model = RepositoryModelBuilder.Build(RepositorySnapshot.FromText(("package.json", "{\"name\":\"a\",\"scripts\":{\"test\":\"node --test\"}}"),
            (".travis.yml", "language: node_js\nnode_js:\n  - 4\n  - 6\n"), (".github/workflows/ci.yml", "on: push\njobs:\n  test:\n    steps:\n      - run: npm test\n"))).Model;
        Assert.Empty(model.Components[0].Runtimes);
    }

    private static string Versions(string manifest, string path, string ci)
    {
        var text = manifest switch { Node => "{\"name\":\"a\",\"scripts\":{\"test\":\"node --test\"}}", "go.mod" => "module a\n", "Gemfile" => "gem \"rake\"\n", _ => "pytest\n" };
        var model = RepositoryModelBuilder.Build(RepositorySnapshot.FromText((manifest, text), (path, ci), ("a.py", ""), ("test_a.py", ""), ("a.go", "package a\n"))).Model;
        return string.Join(' ', model.Components[0].Runtimes.SelectMany(runtime => runtime.Versions));
    }
}
