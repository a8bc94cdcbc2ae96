using AutoDevOps.Analyzer.Rules.Code;
using AutoDevOps.Analyzer.Rules.Containers;
using AutoDevOps.Analyzer.Rules.Dependencies;
using AutoDevOps.Analyzer.Rules.Infrastructure;
using AutoDevOps.Analyzer.Rules.Policy;
using AutoDevOps.Analyzer.Rules.Repository;
using AutoDevOps.Analyzer.Rules.Secrets;
using AutoDevOps.Analyzer.Rules.Workflows;

namespace AutoDevOps.Analyzer.Rules;

/// <summary>Every rule there is, in the order of the documentation.</summary>
public static class RuleCatalog
{
    public static IReadOnlyList<IRule> All { get; } =
    [
        new WorkflowSyntax(),
        new UnknownWorkflowKey(),
        new InvalidNeeds(),
        new InvalidStep(),
        new InvalidCron(),
        new InvalidExpression(),
        new UnknownEvent(),
        new RetiredRunner(),
        new InvalidWorkflowValue(),
        new UnavailableContext(),
        new InvalidIdentifier(),
        new InvalidEventFilter(),
        new InvalidWorkflowCall(),
        new InvalidShell(),
        new ConstantCondition(),
        new UnknownReference(),
        new MistypedExpression(),
        new UnpinnedAction(),
        new TemplateInjection(),
        new ExcessivePermissions(),
        new DangerousTrigger(),
        new PersistedCredentials(),
        new SecretsInherit(),
        new SelfHostedRunner(),
        new TemplateExpansion(),
        new MissingTimeout(),
        new MissingConcurrency(),
        new NoCi(),
        new TestsNotRun(),
        new NoDependencyCache(),
        new NoPullRequestTrigger(),
        new RuntimeVersionDrift(),
        new DeadCiCommand(),
        new ComponentNotInCi(),
        new JobNeverRuns(),
        new InvalidPolicy(),
        new ActionNotAllowed(),
        new RunnerNotAllowed(),
        new RequiredWorkMissing(),
        new UnpinnedBaseImage(),
        new RootUser(),
        new SecretInImage(),
        new MissingDockerignore(),
        new CopyBeforeDependencies(),
        new GitHubToken(),
        new AwsAccessKey(),
        new PrivateKey(),
        new SlackToken(),
        new StripeKey(),
        new GoogleApiKey(),
        new NpmToken(),
        new MissingLockFile(),
        new SeveralLockFiles(),
        new RemoteDependencySource(),
        new NoUpdateTool(),
        new EndOfLifeRuntime(),
        new MissingLicence(),
        new MissingReadme(),
        new MissingSecurityPolicy(),
        new LargeFile(),
        new CommittedBinary(),
        new PrivilegedService(),
        new DockerSocketMount(),
        new HostNetwork(),
        new PrivilegedPod(),
        new HostNamespacePod(),
        new CSharpTlsVerificationOff(),
        new PythonTlsVerificationOff(),
        new NodeTlsVerificationOff(),
        new GoTlsVerificationOff(),
    ];
}
