using System.Threading.Channels;

namespace AutoDevOps.Server.Jobs;

/// <summary>Wakes those who watch the events of an organization or of one job. A bell says "look": it may ring once for many events,
/// or for none.</summary>
internal sealed class EventBells : IDisposable
{
    private readonly Dictionary<Guid, HashSet<EventBell>> _bells = [];
    private readonly Lock _lock = new();
    private readonly JobSignals _signals;

    public EventBells(JobSignals signals)
    {
        _signals = signals;
        _signals.EventsAdded += Ring;
    }

    /// <summary>A bell for one job, or for all jobs of an organization, until it is disposed of.</summary>
    public EventBell Hang(params IReadOnlyCollection<Guid> jobsOrOrganizations)
    {
        var bell = new EventBell(this);
        Hang(bell, jobsOrOrganizations);
        return bell;
    }

    public void Dispose() => _signals.EventsAdded -= Ring;

    internal void Hang(EventBell bell, IReadOnlyCollection<Guid> jobsOrOrganizations)
    {
        lock (_lock)
        {
            foreach (var subject in bell.Subjects)
            {
                if (_bells.TryGetValue(subject, out var others) && others.Remove(bell) && others.Count == 0)
                {
                    _bells.Remove(subject);
                }
            }

            bell.Subjects = jobsOrOrganizations;
            foreach (var subject in jobsOrOrganizations)
            {
                if (!_bells.TryGetValue(subject, out var others))
                {
                    _bells.Add(subject, others = []);
                }

                others.Add(bell);
            }
        }
    }

    private void Ring(EventNotice? notice)
    {
        lock (_lock)
        {
            if (notice is { } known)
            {
                Ring(_bells.GetValueOrDefault(known.OrganizationId));
                Ring(_bells.GetValueOrDefault(known.JobId));
                return;
            }

            foreach (var bells in _bells.Values)
            {
                Ring(bells);
            }
        }
    }

    private static void Ring(HashSet<EventBell>? bells)
    {
        foreach (var bell in bells ?? [])
        {
            bell.Ring();
        }
    }
}

/// <summary>One watcher's bell.</summary>
internal sealed class EventBell(EventBells bells) : IDisposable
{
    private readonly Channel<bool> _rung = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    /// <summary>What it rings for.</summary>
    public IReadOnlyCollection<Guid> Subjects { get; internal set; } = [];

    /// <summary>Rings for these from now on, and for nothing else.</summary>
    public void HangFor(IReadOnlyCollection<Guid> jobsOrOrganizations) => bells.Hang(this, jobsOrOrganizations);

    public void Ring() => _rung.Writer.TryWrite(true);

    /// <summary>Waits for the bell, at most so long. A ring while nobody waited counts.</summary>
    /// <returns>Whether it rang.</returns>
    public async Task<bool> WaitAsync(TimeSpan most, TimeProvider time, CancellationToken cancellationToken)
    {
        using var patience = new CancellationTokenSource(most, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        try
        {
            return await _rung.Reader.ReadAsync(either.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return false;
        }
    }

    public void Dispose() => bells.Hang(this, []);
}
