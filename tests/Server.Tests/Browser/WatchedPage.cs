using Microsoft.Playwright;

namespace AutoDevOps.Server.Tests.Browser;

/// <summary>A page that remembers every message of its console, every exception, and every request that failed.</summary>
internal sealed class WatchedPage : IAsyncDisposable
{
    private readonly IBrowserContext _context;
    private readonly List<string> _troubles = [];

    private WatchedPage(IBrowserContext context, IPage page)
    {
        (_context, Page) = (context, page);
        page.Console += (_, message) =>
        {
            if (message.Type is "error" or "warning")
            {
                _troubles.Add($"{message.Type}: {message.Text} ({message.Location})");
            }
        };
        page.PageError += (_, error) => _troubles.Add($"exception: {error}");
        page.Dialog += (_, dialog) =>
        {
            _troubles.Add($"dialog: {dialog.Message}");
            _ = dialog.DismissAsync();
        };
    }

    public IPage Page { get; }

    public static async Task<WatchedPage> OpenAsync(IBrowserContext context) => new(context, await context.NewPageAsync());

    /// <summary>A refused inline style or script is an error in the console, so this covers the content security policy.</summary>
    public void AssertNoTrouble() => Assert.Empty(_troubles);

    /// <summary>Forgets troubles of one kind that the test itself brings about.</summary>
    public void Expect(string text) => _troubles.RemoveAll(trouble => trouble.Contains(text, StringComparison.Ordinal));

    public async ValueTask DisposeAsync() => await _context.DisposeAsync();
}
