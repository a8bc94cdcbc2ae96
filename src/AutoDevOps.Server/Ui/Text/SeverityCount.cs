namespace AutoDevOps.Server.Ui.Text;

/// <summary>How many open findings there are of each severity.</summary>
public readonly record struct SeverityCount(int Critical, int High, int Medium, int Low, int Info)
{
    public int Total => Critical + High + Medium + Low + Info;

    /// <summary>Those there are any of, the worst first.</summary>
    public IEnumerable<(string Severity, int Count)> Present() =>
        new[] { ("critical", Critical), ("high", High), ("medium", Medium), ("low", Low), ("info", Info) }.Where(pair => pair.Item2 > 0);
}
