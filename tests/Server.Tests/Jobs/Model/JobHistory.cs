using Npgsql;

namespace AutoDevOps.Server.Tests.Jobs.Model;

/// <summary>Lets the same things happen to the program and to the model, and compares what they answer and what is to be seen after each.</summary>
internal sealed class JobHistory(RealJobs real, IReadOnlySet<(string From, string To)> transitions)
{
    private static readonly TimeSpan Keep = TimeSpan.FromSeconds(100);

    private readonly JobModel _model = new();
    private readonly HashSet<Claim> _crashed = [];
    private readonly List<string> _tale = [];
    private int _jobs;
    private Sight _before = new(null, [], [], []);

    /// <summary>Plays the history.</summary>
    /// <exception cref="ModelMismatchException">They differ: with the shortest history that the steps could be cut down to.</exception>
    public static async Task PlayAsync(RealJobs real, IReadOnlySet<(string From, string To)> transitions, IReadOnlyList<Step> steps)
    {
        if (await FailureOfAsync(real, transitions, steps) is not { } failure)
        {
            return;
        }

        // Everything after the difference is idle; of the rest, halves are left out, then quarters, then single steps.
        var shortest = steps.Take(failure.Step).ToList();
        for (var part = Math.Max(1, shortest.Count / 2); part > 0; part /= 2)
        {
            for (var at = 0; at < shortest.Count;)
            {
                List<Step> shorter = [.. shortest.Take(at), .. shortest.Skip(at + part)];
                if (await FailureOfAsync(real, transitions, shorter) is { } still)
                {
                    (shortest, failure) = ([.. shorter.Take(still.Step)], still);
                }
                else
                {
                    at += part;
                }
            }
        }

        throw failure;
    }

    /// <summary>Plays the history as it is.</summary>
    /// <returns>How they differ, or null.</returns>
    public static async Task<ModelMismatchException?> FailureOfAsync(
        RealJobs real, IReadOnlySet<(string From, string To)> transitions, IReadOnlyList<Step> steps)
    {
        await real.ResetAsync();
        var history = new JobHistory(real, transitions);
        try
        {
            for (var at = 0; at < steps.Count; at++)
            {
                await history.StepAsync(steps[at], at + 1);
            }

            return null;
        }
        catch (ModelMismatchException mismatch)
        {
            return mismatch;
        }
    }

    private async Task StepAsync(Step step, int number)
    {
        if (Choose(step) is not { } choice)
        {
            return;
        }

        var (expected, actual) = (await choice.Do(_model), await AnswerAsync(choice));
        _tale.Add($"{Times.Seconds(_model.Now - JobModel.Start),11} s  {choice.What}: {expected}");
        if (expected != actual)
        {
            throw Mismatch(number, expected, actual);
        }

        var (model, seen) = (await _model.LookAsync(), await real.LookAsync());
        Compare(number, [model.Served], [seen.Served]);
        Compare(number, model.Jobs, seen.Jobs);
        Compare(number, model.Events, seen.Events);
        Compare(number, model.Schedules, seen.Schedules);
        var violation = Invariants.Violation(seen, transitions, _jobs) ?? Invariants.Loss(_before, seen, step.Kind == StepKind.Prune ? _model.Now - Keep : null);
        _before = seen;
        if (violation is not null)
        {
            throw Mismatch(number, "the invariants of the protocol", violation);
        }
    }

    private async Task<string> AnswerAsync(Choice choice)
    {
        try
        {
            return await choice.Do(real);
        }
        catch (PostgresException refusal)
        {
            return refusal.Message;
        }
    }

    /// <returns>What it is in words, and how it is done; null: there is nothing that it could be done to.</returns>
    private Choice? Choose(Step step) => step.Kind switch
    {
        StepKind.Queue => Queue(step),
        StepKind.Turn => Turn(step),
        StepKind.Beat => Beat(step.Which % JobModel.Workers),
        StepKind.Cancel when _jobs > 0 => Cancel(1 + (step.Which % _jobs), step),
        StepKind.Replay when _jobs > 0 => Replay(step),
        StepKind.Prune => new($"what ended over {Times.Seconds(Keep)} s ago is removed", system => system.PruneAsync(Keep)),
        StepKind.Rescue => new("the sweep rescues", system => system.RescueAsync()),
        StepKind.Crash => Crash(step.Which % JobModel.Workers),
        StepKind.Pass => Pass(step),
        StepKind.Schedule => Schedule(step.Which % JobModel.Tenants, isRemoved: step.How % 4 == 3),
        StepKind.Tick => Tick(step.Which % JobModel.Workers),
        _ => Act(step),
    };

    private Choice Queue(Step step)
    {
        var (tenant, priority, isKnown, key) = (step.Which % JobModel.Tenants, step.How % 3, step.How % 10 != 9, step.Which % 5 == 0 ? "key" : null);
        // A number is used up even when the job is refused.
        var job = ++_jobs;
        return new(
            $"tenant {tenant} queues job {job}{(priority > 0 ? $" (priority {priority})" : "")}{(key is null ? "" : " with the key")}{(isKnown ? "" : " of an unknown kind")}",
            system => system.QueueAsync(job, tenant, key, priority, isKnown));
    }

    private Choice Turn(Step step)
    {
        var worker = step.Which % JobModel.Workers;
        List<Claim> ended = [.. Working(worker).Take(step.How % 3)];
        // Now and then what it has lost long ago is among them.
        if (step.How % 7 == 0 && _model.Claims.FindLast(claim => claim.Worker == worker && !_model.Holds(claim)) is { } lost)
        {
            ended.Add(lost);
        }

        // Each claim once, and a turn that does nothing is not taken.
        var slots = ended.Count == 0 ? 1 + (step.How % 4) : step.How % 4;
        return new(
            $"worker {worker} completes {(ended.Count == 0 ? "nothing" : string.Join(", ", ended.Select(Named)))} and takes up to {slots}",
            system => system.TakeTurnAsync(worker, ended, slots));
    }

    private Choice? Beat(int worker)
    {
        List<Claim> claims = [.. _model.Claims.Where(claim => claim.Worker == worker && !_crashed.Contains(claim))];
        return claims.Count == 0 ? null : new($"worker {worker} beats", system => system.BeatAsync(worker, claims));
    }

    private Choice Cancel(int job, Step step)
    {
        var tenant = Asking(job, step);
        return new($"tenant {tenant} cancels job {job}", system => system.CancelAsync(job, tenant));
    }

    /// <summary>Whose job it is, and now and then anybody.</summary>
    private int Asking(int job, Step step) => step.How % 3 > 0 && _model.OwnerOf(job) is { } owner ? owner : step.How / 3 % JobModel.Tenants;

    /// <summary>A dead letter, if there is one, and now and then any job.</summary>
    private Choice Replay(Step step)
    {
        var dead = _model.DeadLetters;
        var job = step.Which % 4 == 3 || dead.Count == 0 ? 1 + (step.Which % _jobs) : dead[step.Which % dead.Count];
        var (tenant, replay) = (Asking(job, step), ++_jobs);
        return new($"tenant {tenant} tries job {job} again as job {replay}", system => system.ReplayAsync(job, replay, tenant));
    }

    /// <summary>Nothing happens, which is the point: its leases run out.</summary>
    private Choice? Crash(int worker)
    {
        List<Claim> claims = [.. Working(worker)];
        _crashed.UnionWith(claims);
        return claims.Count == 0 ? null : new($"worker {worker} crashes with {string.Join(", ", claims.Select(Named))}", _ => Task.FromResult("silence"));
    }

    /// <summary>Up to the next edge or just beyond it, as most mistakes are made there; or any time.</summary>
    private Choice Pass(Step step)
    {
        var edge = (step.Which % 8) switch { 0 or 3 or 6 => _model.NextLeaseEnd, 1 or 4 => _model.NextDue, 2 => _model.NextTick, _ => null };
        var time = edge - _model.Now + TimeSpan.FromMicroseconds(step.How % 2) ?? TimeSpan.FromSeconds(1 + (step.How % 4 * 40));
        return new(
            $"{Times.Seconds(time)} s pass",
            async system =>
            {
                await system.PassAsync(time);
                return "";
            });
    }

    private static Choice Schedule(int tenant, bool isRemoved) => isRemoved
        ? new($"the schedule of tenant {tenant} is removed", system => system.UnscheduleAsync(tenant))
        : new($"tenant {tenant} is given a schedule", system => system.ScheduleAsync(tenant));

    private Choice Tick(int worker)
    {
        // A number for each tenant is used up, whether it is due or not.
        var first = _jobs + 1;
        _jobs += JobModel.Tenants;
        return new($"worker {worker} looks for what is due", system => system.TickAsync(worker, first));
    }

    private Choice? Act(Step step)
    {
        // One in three acts on what may be lost long ago, as a worker does that was frozen.
        List<Claim> claims = [.. step.Which % 3 == 2 ? _model.Claims : Enumerable.Range(0, JobModel.Workers).SelectMany(Working)];
        if (claims.Count == 0)
        {
            return null;
        }

        var claim = claims[step.Which / 3 % claims.Count];
        return step.Kind switch
        {
            StepKind.Advance when step.How % 2 == 0 => On(claim, "enters processing", system => system.AdvanceAsync(claim, "processing")),
            StepKind.Advance => On(claim, "enters ai_request", system => system.AdvanceAsync(claim, "ai_request")),
            StepKind.Report => On(claim, "reports", system => system.ReportAsync(claim)),
            StepKind.Complete => On(claim, "completes with a result", system => system.CompleteAsync(claim)),
            StepKind.Fail => On(claim, "fails", system => system.FailAsync(claim, isFatal: false)),
            StepKind.FailForGood => On(claim, "fails for good", system => system.FailAsync(claim, isFatal: true)),
            StepKind.Bury => On(claim, "fails for good with a result", system => system.BuryAsync(claim)),
            StepKind.Snooze => On(claim, $"snoozes for {step.How % 3 * 20} s", system => system.SnoozeAsync(claim, TimeSpan.FromSeconds(step.How % 3 * 20))),
            StepKind.EndCancelled => On(claim, "ends as cancelled", system => system.EndCancelledAsync(claim)),
            _ => null,
        };
    }

    private static Choice On(Claim claim, string what, Func<IJobSystem, Task<string>> action) => new($"worker {claim.Worker}: {Named(claim)} {what}", action);

    private static string Named(Claim claim) => $"job {claim.Job} of fence {claim.Fence}";

    // What the worker rightly believes to run.
    private IEnumerable<Claim> Working(int worker) =>
        _model.Claims.Where(claim => claim.Worker == worker && _model.Holds(claim) && !_crashed.Contains(claim));

    private void Compare<T>(int number, IReadOnlyList<T> expected, IReadOnlyList<T> actual)
    {
        for (var at = 0; at < Math.Max(expected.Count, actual.Count); at++)
        {
            var (should, does) = (at < expected.Count ? expected[at] : default, at < actual.Count ? actual[at] : default);
            if (!EqualityComparer<T>.Default.Equals(should, does))
            {
                throw Mismatch(number, $"{should}", $"{does}");
            }
        }
    }

    private ModelMismatchException Mismatch(int number, string expected, string actual) => new(
        number, $"After this history\n{string.Join('\n', _tale)}\nthe model has:   {expected}\nthe program has: {actual}");

    private sealed record Choice(string What, Func<IJobSystem, Task<string>> Do);
}

/// <param name="step">The step, from 1, after which they differed.</param>
internal sealed class ModelMismatchException(int step, string message) : Exception(message)
{
    public int Step => step;
}
