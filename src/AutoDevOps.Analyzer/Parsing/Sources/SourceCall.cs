namespace AutoDevOps.Analyzer.Parsing.Sources;

/// <summary>One argument, from its first token to before <paramref name="End"/>.</summary>
/// <param name="Name">Python's and C#'s <c>name=</c> or <c>name:</c>; else empty.</param>
internal readonly record struct SourceArgument(string Name, int First, int End);

/// <summary>A call: the token of its last name, and those of its brackets.</summary>
internal readonly record struct SourceCall(SourceTokens Tokens, int Word, int Open, int Close)
{
    private const int MaxArguments = 200;

    /// <summary>The names before the last: <c>a.b</c> of <c>a.b.c()</c>; <c>()</c> stands for what is no name.</summary>
    public string Receiver
    {
        get
        {
            var at = Word - 1;
            var name = "";
            for (var names = 0; names < 6 && Tokens.Is(at, "."); names++)
            {
                at -= Tokens.Is(at - 1, "?") ? 2 : 1;
                if (!Tokens.IsWord(at))
                {
                    return "()" + (name.Length > 0 ? "." + name : "");
                }

                name = name.Length > 0 ? $"{Tokens.Text(at)}.{name}" : Tokens.Text(at).ToString();
                at--;
            }

            return name;
        }
    }

    /// <summary>The first token of the names.</summary>
    public int First
    {
        get
        {
            var at = Word;
            while (Tokens.Is(at - 1, ".") && Tokens.IsWord(at - 2) && at > Word - 12)
            {
                at -= 2;
            }

            return at;
        }
    }

    public bool IsNew => Tokens.Is(First - 1, "new");

    /// <summary>Whether it declares the function instead of calling it.</summary>
    public bool IsDeclaration => Tokens.Is(Word - 1, "def") || Tokens.Is(Word - 1, "function") || Tokens.Is(Word - 1, "func")
        || (Tokens.Language != SourceLanguage.Python && Tokens.Is(Close + 1, "{") && !IsNew && !Tokens.Is(Word - 1, "."));

    public IReadOnlyList<SourceArgument> Arguments
    {
        get
        {
            List<SourceArgument> arguments = [];
            var first = Open + 1;
            for (var at = Open + 1; at <= Close && arguments.Count < MaxArguments; at = at < Close ? Math.Min(Tokens.After(at), Close) : at + 1)
            {
                WorkBudget.Spend(1);
                if (at == Close || Tokens.Is(at, ","))
                {
                    if (at > first)
                    {
                        arguments.Add(Argument(first, at));
                    }

                    first = at + 1;
                }
            }

            return arguments;
        }
    }

    /// <summary>The argument with this name, else null.</summary>
    public SourceArgument? Named(string name)
    {
        foreach (var argument in Arguments)
        {
            if (argument.Name == name)
            {
                return argument;
            }
        }

        return null;
    }

    /// <summary>Whether an argument has this name and this one token for its value.</summary>
    public bool Has(string name, string value) => Named(name) is { } argument && argument.End == argument.First + 1 && Tokens.Is(argument.First, value);

    private SourceArgument Argument(int first, int end)
    {
        var isNamed = Tokens.IsWord(first) && end > first + 2
            && (Tokens.Language == SourceLanguage.Python ? Tokens.Is(first + 1, "=") && !Tokens.Is(first + 2, "=") : Tokens.Language == SourceLanguage.CSharp && Tokens.Is(first + 1, ":"));
        return isNamed ? new(Tokens.Text(first).ToString(), first + 2, end) : new("", first, end);
    }
}
