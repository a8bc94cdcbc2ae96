namespace AutoDevOps.Server.Ui.Text;

/// <summary>A piece of a line of code with the colour it gets.</summary>
/// <param name="Class">A class of the stylesheet: <c>k</c> key or keyword, <c>s</c> string, <c>n</c> number or constant, <c>c</c> comment,
/// <c>w</c> expression; null for plain text.</param>
public readonly record struct CodeToken(string Text, string? Class);
