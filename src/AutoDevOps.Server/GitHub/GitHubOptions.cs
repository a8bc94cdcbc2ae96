using System.ComponentModel.DataAnnotations;

namespace AutoDevOps.Server.GitHub;

/// <summary>The GitHub that people sign in with and repositories come from. Without a client id nobody is offered either.</summary>
public sealed class GitHubOptions : IValidatableObject
{
    private const int MinSecret = 16;

    /// <summary>Where people see GitHub.</summary>
    /// <value>An https address without a path. Default: https://github.com</value>
    [Required]
    public Uri WebAddress { get; set; } = new("https://github.com");

    /// <summary>Where programs reach it; of a GitHub Enterprise Server this is https://HOST/api/v3</summary>
    /// <value>An https address. Default: https://api.github.com</value>
    [Required]
    public Uri ApiAddress { get; set; } = new("https://api.github.com");

    /// <summary>The id of the OAuth app, or of the GitHub App, that people sign in with. Its callback address there is
    /// Http:PublicAddress with /auth/github/callback behind it.</summary>
    /// <value>As GitHub shows it. Default: none, which leaves GitHub out.</value>
    public string ClientId { get; set; } = "";

    /// <summary>The secret that belongs to <see cref="ClientId"/>.</summary>
    /// <value>As GitHub shows it. Default: none.</value>
    public string ClientSecret { get; set; } = "";

    /// <summary>A file that holds <see cref="ClientSecret"/>, instead of it.</summary>
    /// <value>The path of a file. Default: none.</value>
    public string ClientSecretFile { get; set; } = "";

    /// <summary>What people are asked to allow an OAuth app. A GitHub App has permissions of its own instead, and takes no notice.</summary>
    /// <value>Scopes, separated by spaces. Default: repo workflow read:org</value>
    public string Scopes { get; set; } = "repo workflow read:org";

    /// <summary>The id of the GitHub App, if there is one: it reaches the repositories that it was installed on, by itself.</summary>
    /// <value>A whole number. Default: 0, for none.</value>
    [Range(0, long.MaxValue)]
    public long AppId { get; set; }

    /// <summary>The last part of the App's address, https://github.com/apps/SLUG</summary>
    /// <value>As GitHub shows it. Default: none.</value>
    public string AppSlug { get; set; } = "";

    /// <summary>A file that holds the App's private key.</summary>
    /// <value>The path of a PEM file. Default: none.</value>
    public string AppPrivateKeyFile { get; set; } = "";

    /// <summary>The secret that GitHub signs the App's deliveries with. Hooks of single repositories have secrets of their own.</summary>
    /// <value>At least 16 characters. Default: none; where there is an App, it must be set.</value>
    public string WebhookSecret { get; set; } = "";

    /// <summary>A file that holds <see cref="WebhookSecret"/>, instead of it.</summary>
    /// <value>The path of a file. Default: none.</value>
    public string WebhookSecretFile { get; set; } = "";

    /// <summary>The secret that belongs to <see cref="ClientId"/>, wherever it is kept.</summary>
    /// <exception cref="IOException">Its file cannot be read.</exception>
    internal string ReadClientSecret() => Read(ClientSecret, ClientSecretFile);

    /// <summary>What the App's deliveries are signed with, wherever it is kept; empty: there is none.</summary>
    /// <exception cref="IOException">Its file cannot be read.</exception>
    internal string ReadWebhookSecret() => Read(WebhookSecret, WebhookSecretFile);

    internal bool IsOn => ClientId.Length > 0;

    internal bool HasApp => AppId > 0;

    /// <summary>Below what Apps have their pages: a GitHub Enterprise Server, whose API lies below its own address, calls it otherwise.</summary>
    internal string AppsPath => ApiRoot.AbsolutePath == "/api/v3/" && ApiRoot.Host == WebAddress.Host && !WebAddress.IsLoopback ? "github-apps" : "apps";

    /// <summary>The last part of the API's path, with a slash at its end, so that relative addresses stay below it.</summary>
    internal Uri ApiRoot => new(ApiAddress.AbsoluteUri.TrimEnd('/') + "/");

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        foreach (var (name, address) in new[] { (nameof(WebAddress), WebAddress), (nameof(ApiAddress), ApiAddress) })
        {
            if (!address.IsAbsoluteUri || (address.Scheme != Uri.UriSchemeHttps && !(address.Scheme == Uri.UriSchemeHttp && address.IsLoopback)))
            {
                yield return new ValidationResult("must begin with https://: tokens are sent there.", [name]);
            }
        }

        if (IsOn && ClientSecret.Length == 0 && ClientSecretFile.Length == 0)
        {
            yield return new ValidationResult("needs ClientSecret or ClientSecretFile beside it.", [nameof(ClientId)]);
        }

        if (HasApp && AppPrivateKeyFile.Length == 0)
        {
            yield return new ValidationResult("must be set where there is an App (AppId).", [nameof(AppPrivateKeyFile)]);
        }

        if (HasApp && WebhookSecret.Length == 0 && WebhookSecretFile.Length == 0)
        {
            yield return new ValidationResult(
                "or WebhookSecretFile must be set where there is an App (AppId): what it delivers is signed with it, and without it nothing would arrive.", [nameof(WebhookSecret)]);
        }

        foreach (var (name, path) in new[] { (nameof(ClientSecretFile), ClientSecretFile), (nameof(AppPrivateKeyFile), AppPrivateKeyFile), (nameof(WebhookSecretFile), WebhookSecretFile) })
        {
            if (path.Length > 0 && !File.Exists(path))
            {
                yield return new ValidationResult("does not exist or cannot be read.", [name]);
            }
        }

        foreach (var (name, secret, file) in new[] { (nameof(ClientSecret), ClientSecret, ClientSecretFile), (nameof(WebhookSecret), WebhookSecret, WebhookSecretFile) })
        {
            if (secret.Length > 0 && file.Length > 0)
            {
                yield return new ValidationResult($"is set beside {name}File: leave one of them out.", [name]);
            }
        }

        if (WebhookSecret.Length is > 0 and < MinSecret)
        {
            yield return new ValidationResult($"must have at least {MinSecret} characters.", [nameof(WebhookSecret)]);
        }

        if (WebhookSecretFile.Length > 0 && File.Exists(WebhookSecretFile) && ReadWebhookSecret().Length < MinSecret)
        {
            yield return new ValidationResult($"must hold at least {MinSecret} characters.", [nameof(WebhookSecretFile)]);
        }
    }

    private static string Read(string secret, string file) => file.Length > 0 ? File.ReadAllText(file).Trim() : secret;
}
