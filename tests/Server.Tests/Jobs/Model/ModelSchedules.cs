namespace AutoDevOps.Server.Tests.Jobs.Model;

/// <summary>The schedules of the model: one of a tenant, whose times are the quarters of an hour. A tick is one job, and ticks that nobody
/// looked for are one.</summary>
internal sealed class ModelSchedules(ModelLedger ledger)
{
    private const long Quarter = 15 * TimeSpan.TicksPerMinute;

    private readonly SortedDictionary<int, ScheduleView> _schedules = [];

    public DateTime? Next => _schedules.Values.Where(schedule => schedule.NextAt > ledger.Now).Min(schedule => schedule.NextAt);

    public IReadOnlyList<ScheduleView> Views => [.. _schedules.Values];

    public string Set(int tenant)
    {
        _schedules[tenant] = new ScheduleView(tenant, NextAfter(ledger.Now), _schedules.GetValueOrDefault(tenant)?.LastAt);
        return "scheduled";
    }

    public string Remove(int tenant) => _schedules.Remove(tenant) ? "removed" : "there is none";

    /// <returns>Whose schedules were due.</returns>
    public List<int> Tick(int first)
    {
        var due = _schedules.Values.Where(schedule => schedule.NextAt <= ledger.Now).ToList();
        foreach (var schedule in due)
        {
            ledger.TryAdd(new ModelJob
            {
                Number = first + schedule.Tenant,
                Tenant = schedule.Tenant,
                DedupeKey = null,
                Priority = 0,
                IsKnown = true,
                IsTick = true,
                RunAt = ledger.Now,
            });
            _schedules[schedule.Tenant] = schedule with { NextAt = NextAfter(ledger.Now), LastAt = schedule.NextAt };
        }

        return [.. due.Select(schedule => schedule.Tenant)];
    }

    private static DateTime NextAfter(DateTime time) => new(((time.Ticks / Quarter) + 1) * Quarter, DateTimeKind.Utc);
}
