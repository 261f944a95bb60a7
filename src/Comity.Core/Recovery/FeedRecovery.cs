using Comity.Core.Access;
using Comity.Core.Contacts;
using Comity.Core.Exchange;
using Comity.Core.Feeds;
using Comity.Core.Members;
using Comity.Core.Registers;
using Comity.Core.Storage;

namespace Comity.Core.Recovery;

/// <summary>What came back of one log.</summary>
/// <param name="Log">Its origin.</param>
/// <param name="Entries">Entries that came back.</param>
/// <param name="Size">Entries here now.</param>
/// <param name="Known">The greatest size that a partner has seen, signed.</param>
/// <param name="WithoutBody">Records in force whose body nobody gave.</param>
/// <param name="Detail">Why not all came back; null where all did.</param>
public sealed record RecoveredLog(string Log, long Entries, long Size, long Known, long WithoutBody, string? Detail);

/// <summary>Fetches from partners what they hold of this node's own feeds, proves it against what this node signed, and stores it.</summary>
public sealed class FeedRecovery(NodeContext node, Correspondent correspondent, RegisterIndexes registers, PastInquiry inquiry, Standings standings)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>Fetches everything that partners have shown and the store has not; may be run again.</summary>
    /// <returns>Every log of which somebody had more; a ledger's entries are held by nobody else, so they never come back.</returns>
    public async Task<IReadOnlyList<RecoveredLog>> RunAsync(Actor by, CancellationToken cancel)
    {
        var ahead = node.Membership.Past.Now.Ahead.ToLookup(head => head.Origin);
        var incomplete = node.Store.Read(session => session.Feeds()).Where(feed => feed.Own && Awaited(feed.Name).Count > 0).Select(feed => feed.Name.Origin);
        List<RecoveredLog> report = [];
        foreach (var origin in ahead.Select(heads => heads.Key).Union(incomplete).Order(StringComparer.Ordinal))
        {
            report.Add(FeedName.TryParse(origin, out var feed)
                ? await FetchAsync(by, feed, [.. ahead[origin].OrderByDescending(head => head.Head.Size)], cancel)
                : new RecoveredLog(origin, 0, SizeOf(origin), ahead[origin].Max(head => head.Head.Size), 0, "nobody else holds the entries of a ledger: a new epoch begins under the root key"));
        }

        standings.Refresh();
        await inquiry.ConcludeAsync();
        return report;
    }

    private async Task<RecoveredLog> FetchAsync(Actor by, FeedName feed, IReadOnlyList<OwnHead> heads, CancellationToken cancel)
    {
        var before = SizeOf(feed.Origin);
        string? detail = null;
        foreach (var head in heads)
        {
            detail = await FetchAsync(by, feed, head.Member, cancel) ?? detail;
        }

        // A record that one partner was not given, or has ended unasked, another may still have.
        foreach (var partner in heads.Select(head => head.Member).Concat(node.Membership.Partners.Select(partner => partner.Code)).Distinct())
        {
            await FillAsync(feed, partner, cancel);
        }

        var size = SizeOf(feed.Origin);
        var known = heads.Count == 0 ? size : heads[0].Head.Size;
        return new RecoveredLog(feed.Origin, size - before, size, known, Awaited(feed).Count, size >= known ? null : detail ?? "the partner has seen this size and holds fewer entries");
    }

    /// <summary>Fetches from one partner as far as it goes; why it stopped, or null.</summary>
    private async Task<string?> FetchAsync(Actor by, FeedName feed, MemberCode partner, CancellationToken cancel)
    {
        while (true)
        {
            var from = SizeOf(feed.Origin);
            var (run, fault) = await AskAsync(feed, partner, from, PullAnswer.MostEntries, cancel);
            if (run is null || run.From != from || run.Entries.Count == 0)
            {
                return fault;
            }

            if (CheckpointReader.Read(node.Membership, feed.Owner, feed.Origin, run.Checkpoint) is not CheckpointReading.Valid { Head: var head })
            {
                return $"{partner} gave a checkpoint that this node has not signed";
            }

            var entries = ReadEntry.All(feed, run, node, registers);
            var refused = await node.Store.WriteAsync(session => new OwnReplay(session, node, registers, feed).Take(by, partner, run, entries, head));
            if (refused is not null)
            {
                return refused;
            }
        }
    }

    /// <summary>Fetches bodies of records in force that are still awaited.</summary>
    private async Task FillAsync(FeedName feed, MemberCode partner, CancellationToken cancel)
    {
        for (var awaited = Awaited(feed); awaited.Count > 0;)
        {
            var (run, _) = await AskAsync(feed, partner, awaited[0], (int)Math.Min(PullAnswer.MostEntries, awaited[^1] - awaited[0] + 1), cancel);
            if (run is null || run.From != awaited[0] || run.Entries.Count == 0)
            {
                return;
            }

            var entries = ReadEntry.All(feed, run, node, registers);
            await node.Store.WriteAsync(session => new OwnReplay(session, node, registers, feed).Fill(run.From, entries));
            awaited = [.. awaited.Where(index => index >= run.End)];
        }
    }

    private List<long> Awaited(FeedName feed) => node.Store.Read(session => session.Query(
        "SELECT r.idx FROM record r JOIN log l ON l.log = r.log WHERE l.origin = @origin AND r.state = @awaited ORDER BY r.idx",
        row => row.GetInt64(0), ("@origin", feed.Origin), ("@awaited", (long)RecordState.BodyAwaited)));

    private long SizeOf(string origin) => node.Store.Read(session => session.First("SELECT size FROM log WHERE origin = @origin", row => row.GetInt64(0), ("@origin", origin)));

    private async Task<(PullAnswer? Run, string? Fault)> AskAsync(FeedName feed, MemberCode partner, long from, int most, CancellationToken cancel)
    {
        var message = new Message(
            node.Randomness.NewId(), partner, RecoverEntries.ServiceName, "", "", node.Membership.Allows(feed.Realm) ? feed.Realm : Realm.Exercise,
            SaltedBody.Make(new FeedQuestion(feed.Origin, from, most).ToJson(), node.Randomness));
        return await correspondent.AskAsync(message, Patience, cancel) switch
        {
            Reply.Answered answered => PullAnswer.TryRead(answered.Content.Span, out var run, out var fault) ? (run, null) : (null, $"{partner}: {fault}"),
            Reply.Refused refused => (null, $"{partner}: refused: {refused.Problem.Code}"),
            Reply.Silent silent => (null, $"{partner}: {silent.Reason}"),
            _ => (null, $"{partner}: no answer"),
        };
    }
}
