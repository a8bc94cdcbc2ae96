using CsCheck;

namespace AutoDevOps.Server.Tests.Jobs.Model;

internal enum StepKind
{
    Queue,
    Turn,
    Beat,
    Advance,
    Report,
    Complete,
    Fail,
    FailForGood,
    Bury,
    Snooze,
    EndCancelled,
    Cancel,
    Replay,
    Rescue,
    Prune,
    Crash,
    Pass,
    Schedule,
    Tick,
}

/// <summary>One thing that happens, before it is known to which job: the numbers choose among what there is then. So any part of a history is
/// a history too, and a long one that fails can be shortened.</summary>
internal sealed record Step(StepKind Kind, int Which, int How)
{
    private static readonly (int, IGen<StepKind>)[] Shares =
    [
        (6, Gen.Const(StepKind.Queue)), (8, Gen.Const(StepKind.Turn)), (3, Gen.Const(StepKind.Beat)), (3, Gen.Const(StepKind.Advance)),
        (1, Gen.Const(StepKind.Report)), (2, Gen.Const(StepKind.Complete)), (4, Gen.Const(StepKind.Fail)), (1, Gen.Const(StepKind.FailForGood)),
        (1, Gen.Const(StepKind.Bury)), (2, Gen.Const(StepKind.Snooze)), (1, Gen.Const(StepKind.EndCancelled)), (2, Gen.Const(StepKind.Cancel)),
        (2, Gen.Const(StepKind.Replay)), (2, Gen.Const(StepKind.Rescue)), (1, Gen.Const(StepKind.Prune)), (1, Gen.Const(StepKind.Crash)), (8, Gen.Const(StepKind.Pass)),
        (2, Gen.Const(StepKind.Schedule)), (3, Gen.Const(StepKind.Tick)),
    ];

    public static Gen<Step[]> Histories { get; } =
        Gen.Select(Gen.Frequency(Shares), Gen.Int[0, 59], Gen.Int[0, 59], (kind, which, how) => new Step(kind, which, how)).Array[1, 50];
}
