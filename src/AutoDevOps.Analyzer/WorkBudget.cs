namespace AutoDevOps.Analyzer;

/// <summary>How much work one rule may do on one file, counted in steps and not in time: a rule that a hostile file leads astray is given
/// up on at the same place on every machine.</summary>
/// <remarks>What rules are built from pays: reading lines, parsing, masking, asking a node for a key, reading an expression. A step is some
/// ten to fifty nanoseconds of work.</remarks>
internal static class WorkBudget
{
    /// <summary>Steps a rule may take on a file: a few times what the largest file that is read needs.</summary>
    public const long PerRuleAndFile = 5_000_000;

    [ThreadStatic]
    private static bool _isLimited;

    [ThreadStatic]
    private static long _left;

    /// <summary>Gives what runs on this thread a budget, until the scope is disposed of.</summary>
    public static Scope Limit(long steps)
    {
        var around = new Scope(_isLimited, _left);
        (_isLimited, _left) = (true, steps);
        return around;
    }

    /// <summary>Takes steps from the budget of whoever is running, if there is one.</summary>
    /// <exception cref="WorkBudgetException">Nothing is left.</exception>
    public static void Spend(long steps)
    {
        if (_isLimited && (_left -= steps) < 0)
        {
            throw new WorkBudgetException();
        }
    }

    /// <summary>Gives back what held before.</summary>
    internal readonly ref struct Scope(bool wasLimited, long left)
    {
        private readonly bool _wasLimited = wasLimited;
        private readonly long _leftBefore = left;

        public void Dispose() => (_isLimited, _left) = (_wasLimited, _leftBefore);
    }
}

/// <summary>A rule has used up its <see cref="WorkBudget"/>.</summary>
internal sealed class WorkBudgetException() : Exception("The file takes more work than a rule may do on it.");
