namespace AutoDevOps.Analyzer.Detectors.TaskRunners;

/// <summary>Recognises commands that wait for changes or serve, and so would never end in CI.</summary>
internal static class LongRunning
{
    private static readonly string[] Starters =
    [
        "nodemon", "ts-node-dev", "tsx watch", "next dev", "next start", "vite dev", "vite preview", "vite serve", "webpack serve",
        "webpack-dev-server", "nuxt dev", "astro dev", "ng serve", "ng test", "live-server", "http-server", "docusaurus start", "vitepress dev",
        "storybook dev", "parcel serve", "flask run", "uvicorn", "mkdocs serve", "manage.py runserver", "dotnet watch", "air",
        "rails server", "rails s", "bin/rails server", "bin/dev", "bundle exec jekyll serve", "php artisan serve", "mix phx.server", "flutter run",
    ];

    public static bool Is(string body)
    {
        if (body.Contains("--watch=false", StringComparison.Ordinal) || body.Contains("--no-watch", StringComparison.Ordinal)
            || body.Contains("--watchAll=false", StringComparison.Ordinal) || body.Contains("--watch false", StringComparison.Ordinal))
        {
            return false;
        }

        var words = body.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        return words.Any(word => word is "--watch" or "--watchAll" or "--watch-all" or "--serve")
            || words is ["vite"] or ["webpack", "-w"] or ["tsc", "-w"] or ["jest", "-w"] or ["vitest", "watch"] or ["vitest", "dev"] or ["vitest", "-w"] or ["mocha", "-w"]
            || Starters.Any(starter => StartsCommand(body, starter));
    }

    private static bool StartsCommand(string body, string starter) =>
        body.Split(["&&", ";", "\n", "||"], StringSplitOptions.TrimEntries)
            .Any(command => command == starter || command.StartsWith(starter + " ", StringComparison.Ordinal));
}
