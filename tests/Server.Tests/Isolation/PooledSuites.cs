using AutoDevOps.Server.Tests.Data;
using AutoDevOps.Server.Tests.Features;
using AutoDevOps.Server.Tests.Jobs;
using AutoDevOps.Server.Tests.Jobs.Model;
using AutoDevOps.Server.Tests.Security;
using AutoDevOps.Server.Tests.Support;

// The same suites with the program's connections through PgBouncer in transaction mode; the matrix of endpoints, side channels and canaries stand
// beside the others of theirs. Not among them: what tests LISTEN, which needs a direct connection, and what looks into the database as its superuser.
namespace AutoDevOps.Server.Tests.Isolation;

public sealed class PooledFencingTests(PooledJobDatabase database) : FencingTests(database), IClassFixture<PooledJobDatabase>;

public sealed class PooledRescueTests(PooledJobDatabase database) : RescueTests(database), IClassFixture<PooledJobDatabase>;

public sealed class PooledEnqueueTests(PooledJobDatabase database) : EnqueueTests(database), IClassFixture<PooledJobDatabase>;

public sealed class PooledResultTests(PooledJobDatabase database) : ResultTests(database), IClassFixture<PooledJobDatabase>;

public sealed class PooledScheduleTests(PooledJobDatabase database) : ScheduleTests(database), IClassFixture<PooledJobDatabase>;

public sealed class PooledJobStateTests(PooledJobDatabase database) : JobStateTests(database), IClassFixture<PooledJobDatabase>;

public sealed class PooledHeartbeatTests(PooledJobDatabase database) : HeartbeatTests(database), IClassFixture<PooledJobDatabase>;

public sealed class PooledStopTests(PooledJobDatabase database) : StopTests(database), IClassFixture<PooledJobDatabase>;

public sealed class PooledRetryTests(PooledJobDatabase database) : RetryTests(database), IClassFixture<PooledJobDatabase>;

public sealed class PooledProtocolStressTests(PooledJobDatabase database) : ProtocolStressTests(database), IClassFixture<PooledJobDatabase>;

public sealed class PooledSharedReadTests(PooledJobDatabase database) : SharedReadTests(database), IClassFixture<PooledJobDatabase>;

public sealed class PooledClaimTests(PostgresFixture postgres) : ClaimTests(postgres, isPooled: true);

public sealed class PooledJobModelTests(PostgresFixture postgres) : JobModelTests(postgres, isPooled: true);

public sealed class PooledRunAnalysisTests(PostgresFixture postgres) : RunAnalysisTests(postgres, isPooled: true);

/// <summary>The server hears on a direct connection, and reads through the pooler what it sends.</summary>
public sealed class PooledEventStreamMemberTests(PostgresFixture postgres) : EventStreamMemberTests(postgres, isPooled: true);

/// <inheritdoc cref="PooledEventStreamMemberTests"/>
public sealed class PooledEventStreamTests(PostgresFixture postgres) : EventStreamTests(postgres, isPooled: true);

public sealed class PooledJobEndpointTests(PostgresFixture postgres) : JobEndpointTests(postgres, isPooled: true);

public sealed class PooledAuditLogTests(PostgresFixture postgres) : AuditLogTests(postgres, isPooled: true);

public sealed class PooledIsolationTests(PooledIsolatedRows rows) : IsolationTests(rows), IClassFixture<PooledIsolatedRows>;

public sealed class PooledIsolatedRows(PostgresFixture postgres) : IsolatedRows(new TestDatabase(postgres, isPooled: true));
