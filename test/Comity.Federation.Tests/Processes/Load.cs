using System.Collections.Concurrent;
using System.Text.Json;
using Comity.Core;
using Comity.Core.Feeds;

namespace Comity.Federation.Tests.Processes;

/// <summary>Officers at work on one node: publishes and checks at once, and what of them was acknowledged.</summary>
internal sealed class Load
{
    private readonly ConcurrentDictionary<string, bool> _published = new(StringComparer.Ordinal);   // number -> acknowledged
    private readonly ConcurrentBag<long> _checks = [];
    private readonly ConcurrentDictionary<int, int> _statuses = [];
    private int _next;

    /// <summary>Numbers that were acknowledged as published.</summary>
    public IEnumerable<string> Acknowledged => _published.Where(pair => pair.Value).Select(pair => pair.Key);

    /// <summary>How many answers came with each status; 0 where none came.</summary>
    public IReadOnlyDictionary<int, int> Statuses => _statuses;

    public int Checks => _checks.Count;

    /// <summary>How much was acknowledged in all.</summary>
    public int Answers => _statuses.GetValueOrDefault(200);

    /// <summary>Names a number that is about to be published under its own key.</summary>
    public void Await(string number) => _published.TryAdd(number, false);

    /// <summary>Counts a number among the acknowledged that somebody else published.</summary>
    public void Expect(string number) => _published[number] = true;

    /// <summary>Works until told to stop, whatever the node answers.</summary>
    public Task RunAsync(NodeProcess node, int workers, CancellationToken stop) => Task.WhenAll(Enumerable.Range(0, workers).Select(worker => Task.Run(async () =>
    {
        while (!stop.IsCancellationRequested)
        {
            try
            {
                await (worker % 3 == 2 ? CheckAsync(node) : PublishAsync(node, $"N{Interlocked.Increment(ref _next):0000000}"));
            }
            catch (Exception e) when (e is HttpRequestException or IOException or System.Net.Sockets.SocketException or OperationCanceledException)
            {
                _statuses.AddOrUpdate(0, 1, (_, n) => n + 1);
                await Task.Delay(5, CancellationToken.None);
            }
        }
    }, CancellationToken.None)));

    /// <summary>Sends again, under the same keys, what was not acknowledged.</summary>
    public async Task RetryAsync(NodeProcess node)
    {
        foreach (var number in _published.Where(pair => !pair.Value).Select(pair => pair.Key).ToList())
        {
            var answer = await PublishAsync(node, number);
            Assert.True(_published[number], $"{number} was not taken: {answer.Status} {answer.Text}");
        }
    }

    /// <summary>Asserts that what was acknowledged is in the store, once, and that no other number is there twice.</summary>
    /// <returns>How many records are in force.</returns>
    public int AssertKept(Node node)
    {
        var (numbers, checks) = node.Context.Store.Read(session => (
            session.Query(
                "SELECT r.log, r.idx FROM record r JOIN log l ON l.log = r.log WHERE l.kind = 'own'", row => (Log: row.GetInt64(0), Index: row.GetInt64(1)))
                .Select(at => JsonDocument.Parse(node.Indexes.Open(session.Body(at.Log, at.Index))!.Content).RootElement.GetProperty("number").GetString()!).ToList(),
            session.Query(
                "SELECT e.idx, e.leaf FROM entry e JOIN log l ON l.log = e.log WHERE l.kind = 'ledger'",
                row => (Index: row.GetInt64(0), Kind: JsonDocument.Parse((byte[])row.GetValue(1)).RootElement.GetProperty("kind").GetString()))
                .Where(entry => entry.Kind == "check").Select(entry => entry.Index).ToHashSet()));
        var once = numbers.ToHashSet(StringComparer.Ordinal);
        Assert.Equal(once.Count, numbers.Count);
        var size = node.Context.Store.Read(session => session.First("SELECT COALESCE(SUM(size), 0) FROM log WHERE kind = 'own'", row => row.GetInt64(0)));
        Assert.Equal(numbers.Count, size);   // nothing was withdrawn or amended: each entry is a record
        Assert.DoesNotContain(Acknowledged, number => !once.Contains(number));
        Assert.DoesNotContain(_checks, entry => !checks.Contains(entry));
        Assert.DoesNotContain(once, number => !_published.ContainsKey(number));
        return numbers.Count;
    }

    private async Task<ApiAnswer> PublishAsync(NodeProcess node, string number)
    {
        _published.TryAdd(number, false);
        var answer = await node.PublishAsync(number, once: "key-" + number);
        _statuses.AddOrUpdate(answer.Status, 1, (_, n) => n + 1);
        if (answer.Acknowledged)
        {
            Assert.Equal("published", answer.Json["results"]![0]!["outcome"]!.GetValue<string>());
            _published[number] = true;
        }
        else
        {
            await Task.Delay(20);   // who was refused does not hammer
        }

        return answer;
    }

    private async Task CheckAsync(NodeProcess node)
    {
        var answer = await node.CheckAsync($"N{_next:0000000}");
        _statuses.AddOrUpdate(answer.Status, 1, (_, n) => n + 1);
        if (answer.Acknowledged)
        {
            _checks.Add(answer.Json["ledgerEntry"]!.GetValue<long>());
        }
    }
}
