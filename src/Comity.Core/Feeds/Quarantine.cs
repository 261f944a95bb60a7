using Comity.Core.Access;
using Comity.Core.Contacts;
using Comity.Core.Ledger;
using Comity.Core.Registers;
using Comity.Core.Storage;

namespace Comity.Core.Feeds;

/// <summary>Lets a quarantined feed go on, by an operator's word.</summary>
public sealed class Quarantine(NodeContext node, RegisterIndexes registers, Standings standings)
{
    /// <summary>
    /// Releases a feed: records held back come into force where they may; those refused stay refused. A feed that contradicts
    /// what it signed goes on being pulled, and is quarantined again where it still does.
    /// </summary>
    /// <returns>How many records came into force; null where the feed is not in quarantine.</returns>
    public async Task<int?> ReleaseAsync(Actor by, FeedName feed, string reason)
    {
        var released = await node.Store.WriteAsync(session => Release(session, by, feed, reason));
        standings.Refresh();
        return released;
    }

    /// <summary>Puts in quarantine what a revocation no longer vouches for: records after the trusted size are held back.</summary>
    public async Task DistrustAsync()
    {
        foreach (var feed in node.Store.Read(session => session.Feeds()).Where(feed => !feed.Own && feed.Fault is not { Stops: true } && feed.Checkpoint is not null))
        {
            if (CheckpointReader.Read(node.Membership, feed.Name.Owner, feed.Name.Origin, feed.Checkpoint) is CheckpointReading.Revoked revoked
                && node.Membership.TrustedSize(feed.Name.Owner, feed.Name.Origin) is var trusted && trusted < feed.Size)
            {
                await node.Store.WriteAsync(session => HoldBack(session, feed, trusted, revoked.Reason));
                standings.Refresh();
            }
        }
    }

    private void HoldBack(WriteSession session, FeedRow feed, long trusted, string reason)
    {
        var register = registers.Find(feed.Name.Register);
        foreach (var index in session.Query(
            "SELECT idx FROM record WHERE log = @log AND idx >= @trusted AND state = @live", row => row.GetInt64(0),
            ("@log", feed.Log), ("@trusted", trusted), ("@live", (long)RecordState.Live)))
        {
            session.SetState(feed.Log, index, RecordState.Held);
            if (registers.Open(session.Body(feed.Log, index)) is { } body && register?.Judge(body.Content, static _ => true) is Judgement.Accepted accepted)
            {
                session.AfterCommit(() => register.Remove(new RecordAddress((int)feed.Log, index), accepted.Record));
            }
        }

        var fault = new FeedFault(FeedFaultCode.KeyRevoked, trusted, reason, node.Now);
        session.SetFault(feed.Log, fault);
        node.Membership.Ledger.Append(session, new LedgerNote(LedgerKind.Quarantined, fault.At, Actor.Node)
            .With("feed", feed.Name.Origin).With("fault", fault.Name).With("index", trusted));
    }

    private int? Release(WriteSession session, Actor by, FeedName name, string reason)
    {
        if (session.Feed(name) is not { Fault: { } fault } feed)
        {
            return null;
        }

        var register = registers.Find(name.Register);
        var admitted = 0;
        foreach (var index in session.Query(
            "SELECT idx FROM record WHERE log = @log AND state = @held ORDER BY idx", row => row.GetInt64(0), ("@log", feed.Log), ("@held", (long)RecordState.Held)))
        {
            var accepted = registers.Open(session.Body(feed.Log, index)) is { } body
                && register?.Judge(body.Content, code => node.Membership.MayPublish(name.Register, name.Owner, code)) is Judgement.Accepted judged ? judged.Record : null;
            session.SetState(feed.Log, index, accepted is null ? RecordState.Refused : RecordState.Live);
            if (accepted is not null)
            {
                admitted++;
                session.AfterCommit(() => register!.Add(new RecordAddress((int)feed.Log, index), accepted));
            }
        }

        session.SetFault(feed.Log, null);
        node.Membership.Ledger.Append(session, new LedgerNote(LedgerKind.Released, node.Now, by)
            .With("feed", name.Origin).With("fault", fault.Name).With("reason", reason).With("admitted", admitted));
        return admitted;
    }
}
