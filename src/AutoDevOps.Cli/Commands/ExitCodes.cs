namespace AutoDevOps.Cli.Commands;

/// <summary>What scripts may rely on.</summary>
internal static class ExitCodes
{
    public const int Fine = 0;
    public const int Findings = 1;
    public const int BadInput = 2;
    public const int OurError = 3;
}

/// <summary>Something the person typed or pointed at is not usable; the message says what, why and what instead.</summary>
internal sealed class InputException(string message) : Exception(message);
