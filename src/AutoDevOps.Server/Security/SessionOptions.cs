using System.ComponentModel.DataAnnotations;

namespace AutoDevOps.Server.Security;

/// <summary>How long people stay signed in.</summary>
public sealed class SessionOptions
{
    /// <summary>How long a session lives without a request.</summary>
    /// <value>5 minutes to 7 days. Default: 1 hour.</value>
    [Range(typeof(TimeSpan), "00:05:00", "7.00:00:00")]
    public TimeSpan IdleTimeout { get; set; } = TimeSpan.FromHours(1);

    /// <summary>How long a session lives at most, however busy.</summary>
    /// <value>1 hour to 90 days. Default: 7 days.</value>
    [Range(typeof(TimeSpan), "01:00:00", "90.00:00:00")]
    public TimeSpan MaxLifetime { get; set; } = TimeSpan.FromDays(7);

    /// <summary>How long a sign-in link from the terminal works.</summary>
    /// <value>1 minute to 1 hour. Default: 10 minutes.</value>
    [Range(typeof(TimeSpan), "00:01:00", "01:00:00")]
    public TimeSpan LinkLifetime { get; set; } = TimeSpan.FromMinutes(10);
}
