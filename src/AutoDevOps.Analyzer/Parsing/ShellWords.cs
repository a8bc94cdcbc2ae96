using System.Text;

namespace AutoDevOps.Analyzer.Parsing;

/// <summary>Splits a line into words as a POSIX shell does, without expanding anything.</summary>
internal static class ShellWords
{
    public static List<string> Split(string line)
    {
        List<string> words = [];
        var word = new StringBuilder();
        var inWord = false;
        var quote = '\0';
        for (var index = 0; index < line.Length; index++)
        {
            var character = line[index];
            if (quote == '\0' && char.IsWhiteSpace(character))
            {
                if (inWord)
                {
                    words.Add(word.ToString());
                    word.Clear();
                    inWord = false;
                }

                continue;
            }

            inWord = true;
            if (character == quote)
            {
                quote = '\0';
            }
            else if (quote == '\0' && character is '"' or '\'')
            {
                quote = quote == '\0' ? character : quote;
                if (quote != character)
                {
                    word.Append(character);
                }
            }
            else if (character == '\\' && quote != '\'' && index + 1 < line.Length)
            {
                word.Append(line[++index]);
            }
            else
            {
                word.Append(character);
            }
        }

        if (inWord)
        {
            words.Add(word.ToString());
        }

        return words;
    }
}
