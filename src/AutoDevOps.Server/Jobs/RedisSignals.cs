using StackExchange.Redis;

namespace AutoDevOps.Server.Jobs;

/// <summary>Redis as the carrier: PUBLISH and SUBSCRIBE.</summary>
/// <remarks>The client mends its connections by itself, at its own pace and without a word. Here a connection that failed is thrown away
/// and the next one is opened by whoever needs it, as with PostgreSQL: so there is one back-off and one log for both.</remarks>
internal sealed class RedisSignals(ConfigurationOptions server, TimeProvider time) : ISignalCarrier, IDisposable
{
    private ConnectionMultiplexer? _sender;

    public string Name => "redis";

    public string WhySilent => "Messages do not arrive. Every process must use the same Redis, and be allowed its channels (ACL: &autodevops_*).";

    public async Task SendAsync(IReadOnlyCollection<Signal> signals, CancellationToken cancellationToken)
    {
        try
        {
            _sender ??= await ConnectAsync(cancellationToken);
            await PublishAsync(_sender, signals, cancellationToken);
        }
        catch when (!cancellationToken.IsCancellationRequested)
        {
            if (_sender is { } broken)
            {
                _sender = null;
                await CloseAsync(broken);
            }

            throw;
        }
    }

    public async Task<ISignalEar> ListenAsync(Action<Signal> hear, CancellationToken cancellationToken)
    {
        var ear = new Ear(await ConnectAsync(cancellationToken), time);
        try
        {
            await ear.SubscribeAsync(hear, cancellationToken);
            return ear;
        }
        catch
        {
            await ear.DisposeAsync();
            throw;
        }
    }

    public void Dispose() => _sender?.Dispose();

    private async Task<ConnectionMultiplexer> ConnectAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var connecting = ConnectionMultiplexer.ConnectAsync(server);
        try
        {
            return await connecting.WaitAsync(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            // The client cannot be told to give up, and takes all of its time even when it is refused at once.
            _ = connecting.ContinueWith(late => late.Result.Dispose(), CancellationToken.None, TaskContinuationOptions.OnlyOnRanToCompletion, TaskScheduler.Default);
            throw;
        }
    }

    // All of them go out before the first answer is waited for.
    private static Task<long[]> PublishAsync(ConnectionMultiplexer connection, IEnumerable<Signal> signals, CancellationToken cancellationToken) =>
        Task.WhenAll(signals.Select(signal => connection.GetSubscriber().PublishAsync(RedisChannel.Literal(signal.Channel), signal.About)))
            .WaitAsync(cancellationToken);

    // Without waiting for what is under way on it: that may never come.
    private static async Task CloseAsync(ConnectionMultiplexer connection)
    {
        await connection.CloseAsync(allowCommandsToComplete: false);
        await connection.DisposeAsync();
    }

    private sealed class Ear : ISignalEar
    {
        private readonly ConnectionMultiplexer _connection;
        private readonly TimeProvider _time;
        private readonly TaskCompletionSource<ConnectionFailedEventArgs> _broken = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Ear(ConnectionMultiplexer connection, TimeProvider time)
        {
            (_connection, _time) = (connection, time);
            _connection.ConnectionFailed += Break;
        }

        public Task SubscribeAsync(Action<Signal> hear, CancellationToken cancellationToken) => Task.WhenAll(Signal.Channels.Select(channel =>
            _connection.GetSubscriber().SubscribeAsync(RedisChannel.Literal(channel), (_, about) => hear(new Signal(channel, about.ToString()))))).WaitAsync(cancellationToken);

        public Task EchoAsync(Signal echo, CancellationToken cancellationToken) => PublishAsync(_connection, [echo], cancellationToken);

        public async Task HearAsync(TimeSpan duration, CancellationToken cancellationToken)
        {
            ConnectionFailedEventArgs broken;
            try
            {
                broken = await _broken.Task.WaitAsync(duration, _time, cancellationToken);
            }
            catch (TimeoutException)
            {
                return;
            }

            throw new IOException($"The connection to Redis was lost ({broken.FailureType}).", broken.Exception);
        }

        public ValueTask DisposeAsync()
        {
            _connection.ConnectionFailed -= Break;
            return new ValueTask(CloseAsync(_connection));
        }

        private void Break(object? sender, ConnectionFailedEventArgs args) => _broken.TrySetResult(args);
    }
}
