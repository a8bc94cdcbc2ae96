namespace AutoDevOps.Analyzer.Tests.Conformance;

/// <summary>Why a case does not pass, by set and name: read, judged, and meant or at least understood.</summary>
internal static class KnownDeviations
{
    private static readonly (string Set, string Prefix, string Reason)[] All =
    [
        ("workflow reader", "concurrency.yml", "The file as a whole GitHub refuses: 'No steps defined in `steps` and no workflow called in `uses`'."),
        ("workflow reader", "misc-jobs.yml", "The file as a whole GitHub refuses: 'No steps defined in `steps` and no workflow called in `uses`'."),
        ("workflow reader", "errors-anchor-tag.yml", "GitHub has read anchors since September 2025."),
        ("workflow reader", "errors-max-", "The case sets a limit of its own."),
        ("workflow reader", "errors-reusable-workflow-max-", "The case sets a limit of its own."),
        ("workflow reader", "errors-reusable-workflow-job-nested-depth", "The case sets a limit of its own."),
        ("workflow reader", "errors-reusable-workflow-permissions-not-allowed-", "What a token may do when no workflow says so is a setting of the repository, which we do not see."),
        ("workflow reader", "events-mapping-all.yml", "GitHub takes one of the two filters only, and says so when it reads the events."),
        ("workflow reader", "events-single-invalid.yml", "A case of the editor; GitHub ignores filters of an event that has none."),
        ("workflow reader", "yaml-schema-", "YamlDotNet reads by the letter; GitHub still reads these as its older version did."),
        ("workflow schema", "accepted/", "The file as a whole GitHub refuses: 'No steps defined in `steps` and no workflow called in `uses`'."),
        ("workflow schema", "refused/workflow_dispatch-inputs-", "GitHub converts the default."),
        ("workflow linter", "ok/nested_workflow_call.yaml", "GitHub calls workflows in '.github/workflows' only."),
        ("workflow linter", "ok/workflow_call_job.yaml", "GitHub calls workflows in '.github/workflows' only."),
        ("workflow linter", "err/cron_5minutes_limit.yaml", "It is valid, and started every five minutes."),
        ("workflow linter", "err/deprecated_", "Advice on one action, which is no mistake in the workflow."),
        ("workflow linter", "err/docker_specific_inputs", "The inputs of single actions are not known to these rules."),
        ("workflow linter", "err/outputs_of_action", "The outputs of single actions are not known to these rules."),
        ("workflow linter", "err/empty_image_names", "An empty list filters nothing."),
        ("workflow linter", "err/invalid_runner_labels.yaml", "A label we do not know may be that of a larger or of a self-hosted runner."),
        ("workflow linter", "err/runner_labels_conflict_matrix.yaml", "A self-hosted runner may have several of the labels."),
        ("workflow linter", "err/matrix_exclude_no_match", "GitHub ignores an exclusion that fits nothing."),
        ("workflow linter", "err/pyflakes_", "What a script says is not the business of these rules."),
        ("workflow linter", "err/shellcheck_", "What a script says is not the business of these rules."),
        ("workflow linter", "err/schedule_event_with_no_config_", "GitHub takes the event and never sends it."),
        ("workflow linter", "err/workflow_call_secrets.yaml", "Who calls the workflow may let it inherit secrets that it does not declare."),
        ("workflow linter", "err/workflow_call_inputs.yaml", "It is valid: the default is for nobody."),
        ("workflow linter", "err/workflow_dispatch_more_than_25_inputs.yaml", "The number is raised now and then, and is not held against a file."),
        ("YAML, accepted or refused", "4MUZ", "YamlDotNet: a colon on the line after its key in a flow mapping."),
        ("YAML, the value", "4MUZ", "YamlDotNet: a colon on the line after its key in a flow mapping."),
        ("YAML, accepted or refused", "VJP3", "YamlDotNet: a colon on the line after its key in a flow mapping."),
        ("YAML, the value", "VJP3", "YamlDotNet: a colon on the line after its key in a flow mapping."),
        ("YAML, accepted or refused", "DK95", "YamlDotNet: tabs as indentation."),
        ("YAML, the value", "DK95", "YamlDotNet: tabs as indentation."),
        ("YAML, accepted or refused", "Y79Y", "YamlDotNet: tabs as indentation."),
        ("YAML, accepted or refused", "JEF9", "YamlDotNet: empty lines of a block scalar."),
        ("YAML, the value", "JEF9", "YamlDotNet: empty lines of a block scalar."),
        ("YAML, the value", "L24T", "YamlDotNet: empty lines of a block scalar."),
        ("YAML, accepted or refused", "ZYU8", "YamlDotNet: directives of the future, which should be passed over."),
        ("YAML, the value", "ZYU8", "YamlDotNet: directives of the future, which should be passed over."),
        ("YAML, accepted or refused", "MUS6", "YamlDotNet: a directive with too much in it."),
        ("YAML, accepted or refused", "M2N8", "YamlDotNet: an empty key as a mapping of its own."),
        ("YAML, accepted or refused", "UKK6", "YamlDotNet: an empty key as a mapping of its own."),
    ];

    /// <summary>The reason, or null.</summary>
    public static string? Reason(ConformanceSet set, ConformanceCase item) =>
        Array.Find(All, known => known.Set == set.Name && item.Name.StartsWith(known.Prefix, StringComparison.Ordinal)).Reason;
}
