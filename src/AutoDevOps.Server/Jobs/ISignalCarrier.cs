namespace AutoDevOps.Server.Jobs;

/// <summary>Carries signals from one process to all others of the installation, and back to itself. What is sent while a process does
/// not listen never reaches it.</summary>
public interface ISignalCarrier
{
    /// <summary>As the processes call it among each other: <c>postgresql</c> or <c>redis</c>.</summary>
    string Name { get; }

    /// <summary>What to say when a connection stands and nothing arrives on it.</summary>
    string WhySilent { get; }

    /// <summary>Sends all of them. Of one sender at a time.</summary>
    /// <exception cref="Exception">Any: perhaps some of them were sent.</exception>
    Task SendAsync(IReadOnlyCollection<Signal> signals, CancellationToken cancellationToken);

    /// <summary>Begins to listen, on a connection of its own.</summary>
    /// <param name="hear">Gets each signal, on any thread. Must be quick and not fail.</param>
    /// <exception cref="Exception">Any: nobody listens.</exception>
    Task<ISignalEar> ListenAsync(Action<Signal> hear, CancellationToken cancellationToken);
}

/// <summary>A connection that hears signals until it is disposed of.</summary>
public interface ISignalEar : IAsyncDisposable
{
    /// <summary>Sends a signal over the very connection that should hear it.</summary>
    Task EchoAsync(Signal echo, CancellationToken cancellationToken);

    /// <summary>Hears for so long.</summary>
    /// <exception cref="Exception">Any but that of cancellation: the connection broke.</exception>
    Task HearAsync(TimeSpan duration, CancellationToken cancellationToken);
}

/// <param name="Channel">One of <see cref="Channels"/>.</param>
/// <param name="About">What it is about, as the channel has it; <see cref="Everything"/>: perhaps about all there is.</param>
public readonly record struct Signal(string Channel, string About)
{
    public const string Everything = "";

    /// <summary>Jobs may be waiting in a queue.</summary>
    public const string Wake = "autodevops_wake";

    /// <summary>A job was asked to stop.</summary>
    public const string Cancel = "autodevops_cancel";

    /// <summary>A job has new events: an <see cref="EventNotice"/>.</summary>
    public const string Events = "autodevops_events";

    /// <summary>A process asks whether it hears itself.</summary>
    public const string Echo = "autodevops_echo";

    public static IReadOnlyList<string> Channels { get; } = [Wake, Cancel, Events, Echo];
}
