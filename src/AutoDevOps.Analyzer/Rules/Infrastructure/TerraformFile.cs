using AutoDevOps.Analyzer.Parsing.Hcl;

namespace AutoDevOps.Analyzer.Rules.Infrastructure;

/// <summary>Files of Terraform or OpenTofu and their resources.</summary>
internal static class TerraformFile
{
    public static bool IsPath(SnapshotFile file) => file.Extension is ".tf" or ".tofu" && !file.IsTest;

    /// <summary>The file, read once for the rules that follow each other.</summary>
    public static HclBlock Read(SnapshotFile file) => file.Remembered(HclReader.Read);

    public static IEnumerable<HclBlock> Resources(SnapshotFile file, params string[] types) => Blocks(file, "resource", types);

    public static IEnumerable<HclBlock> Data(SnapshotFile file, params string[] types) => Blocks(file, "data", types);

    /// <summary><c>aws_s3_bucket.logs</c>.</summary>
    public static string Address(HclBlock block) => string.Join('.', block.Labels);

    /// <summary>Whether a list, or a text in its place, has an address of everybody written in it.</summary>
    public static HclValue? Everybody(HclValue? addresses) =>
        addresses?.Literals.FirstOrDefault(address => address.Text is "0.0.0.0/0" or "::/0" or "0::/0");

    private static IEnumerable<HclBlock> Blocks(SnapshotFile file, string kind, string[] types)
    {
        if (!Array.Exists(types, type => file.Text.Contains(type, StringComparison.Ordinal)))
        {
            yield break;
        }

        foreach (var block in Read(file).Blocks)
        {
            WorkBudget.Spend(1);
            if (block.Type == kind && block.Labels is [var type, _] && types.Contains(type))
            {
                yield return block;
            }
        }
    }
}
