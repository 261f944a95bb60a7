using System.Text;
using Comity.Core.Access;
using Comity.Core.Contacts;
using Comity.Core.Exchange;
using Comity.Core.Feeds;
using Comity.Core.Ledger;
using Comity.Core.Members;
using Comity.Core.Storage;
using Comity.TransparencyLog;

namespace Comity.Core.Recovery;

/// <summary>Finds out from partners whether this node's store has all that it ever signed, and draws the conclusion.</summary>
/// <remarks>See docs/decisions/0023-a-restored-node-asks-before-it-signs.md.</remarks>
public sealed class PastInquiry(NodeContext node, Correspondent correspondent)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private OwnPast Past => node.Membership.Past;

    /// <summary>Asks one partner, while the node is in doubt; the last answer that is awaited ends the doubt.</summary>
    public Task<RoundResult> AskAsync(MemberCode partner, CancellationToken cancel) => AskAsync(partner, Patience, cancel);

    /// <summary>Asks everybody at once for a moment before the first signature after a start, which is when a machine that was rolled back would sign its past anew.</summary>
    /// <param name="patience">How long a start may wait for partners that do not answer.</param>
    /// <param name="cancel">Stops.</param>
    public async Task AskAllAsync(TimeSpan patience, CancellationToken cancel)
    {
        if (!node.Membership.Expired(node.Now))
        {
            await Task.WhenAll(node.Membership.Partners.Select(partner => AskAsync(partner.Code, patience, cancel)));
        }
    }

    /// <summary>Goes on without the word of partners that do not answer; an operator answers for it.</summary>
    /// <param name="by">Who decides.</param>
    /// <param name="without">The partners.</param>
    /// <param name="reason">Why; names nobody.</param>
    public async Task GoOnWithoutAsync(Actor by, IEnumerable<MemberCode> without, string reason)
    {
        if (Past.Now.State != PastState.Unconfirmed)
        {
            return;
        }

        var excused = without.Except(Past.Now.Heard).ToList();
        await node.Store.WriteAsync(session =>
        {
            foreach (var member in excused)
            {
                Hear(session, member, reason);
                node.Membership.Ledger.AppendOrOwe(session, Past, new LedgerNote(LedgerKind.WentOnWithout, node.Now, by).With("member", member.ToString()).With("reason", reason));
            }

            Conclude(session);
        });
        await SettleAsync();
    }

    /// <summary>Takes in what a partner showed of this node's own logs.</summary>
    /// <returns>Whether the partner has what this store has not.</returns>
    public async Task<bool> HearAsync(MemberCode partner, IEnumerable<string> notes, bool all)
    {
        var heads = notes.Select(Encoding.UTF8.GetBytes).Select(note => (Note: note, Head: Read(note))).Where(item => item.Head is not null).ToList();
        var ahead = node.Store.Read(session => heads.Where(item => IsAhead(session, item.Head!.Origin, item.Head.Head)).ToList());
        var before = Past.Now;
        if (ahead.Count == 0 && (before.State == PastState.Sound || !all) && before.Ahead.All(head => head.Member != partner))
        {
            return false;
        }

        await node.Store.WriteAsync(session =>
        {
            if (all)
            {
                session.Execute("DELETE FROM own_head WHERE member = @member", ("@member", partner.ToString()));
            }

            foreach (var (note, head) in ahead)
            {
                session.Execute(
                    """
                    INSERT INTO own_head (origin, member, size, root, note, at) VALUES (@origin, @member, @size, @root, @note, @now)
                    ON CONFLICT (origin, member) DO UPDATE SET size = excluded.size, root = excluded.root, note = excluded.note, at = excluded.at WHERE excluded.size > own_head.size
                    """,
                    ("@origin", head!.Origin), ("@member", partner.ToString()), ("@size", head.Head.Size), ("@root", head.Head.Root.ToArray()), ("@note", note), ("@now", node.Now.ToUnixTimeMilliseconds()));
            }

            var standing = OwnPast.Read(session);
            if (standing.State == PastState.Sound && ahead.Count > 0)
            {
                // Whoever else knows more must be asked before the next epoch of a log is chosen.
                session.Execute("DELETE FROM own_past_heard");
                OwnPast.Write(session, PastState.Unconfirmed, $"{partner} has entries of {ahead[0].Head!.Origin} that are not here: this store was set back", node.Now, standing.Ledger);
            }

            if (all && OwnPast.Read(session).State != PastState.Sound)
            {
                Hear(session, partner, null);
            }

            Conclude(session);
        });
        await SettleAsync();
        return ahead.Count > 0;
    }

    /// <summary>Draws the conclusion anew, after entries came back or an epoch began.</summary>
    public async Task ConcludeAsync()
    {
        await node.Store.WriteAsync(Conclude);
        await SettleAsync();
    }

    /// <summary>Within a transaction that has changed what is here: forgets heads that it has now, and concludes.</summary>
    internal void Conclude(WriteSession session)
    {
        foreach (var head in OwnPast.Read(session).Ahead.Where(head => !IsAhead(session, head.Origin, head.Head)))
        {
            session.Execute("DELETE FROM own_head WHERE origin = @origin AND member = @member", ("@origin", head.Origin), ("@member", head.Member.ToString()));
        }

        var standing = OwnPast.Read(session);
        var awaited = node.Membership.Partners.Select(partner => partner.Code).Where(code => !standing.Heard.Contains(code)).Order().ToList();
        if (standing.State == PastState.Sound || (standing.State == PastState.Unconfirmed && awaited.Count > 0))
        {
            return;
        }

        if (standing.Ahead.Count == 0)
        {
            OwnPast.Write(session, PastState.Sound, "", node.Now, standing.Ledger);
            return;
        }

        var logs = standing.Ahead.Select(head => head.Origin).Distinct().ToList();
        OwnPast.Write(
            session, PastState.Behind, $"partners have entries of {logs[0]}{(logs.Count > 1 ? $" and {logs.Count - 1} more logs" : "")} that are not here: comity recover", node.Now, NextLedger(session, standing));
    }

    /// <summary>The epoch of the ledger to go on in: one that nobody has seen any of, where somebody has more of the newest one.</summary>
    private int NextLedger(ReadSession session, PastStanding standing)
    {
        var (network, self) = (node.Membership.Network, node.Membership.Self);
        var now = Math.Max(node.Membership.Directory.LedgerEpoch(self), standing.Ledger);
        var ahead = standing.Ahead.Select(head => LedgerName.TryParse(head.Origin, out var ledger) ? ledger.Epoch : 0).Max();
        return ahead < now ? standing.Ledger
            : session.Query("SELECT origin FROM log WHERE kind = 'ledger'", row => row.GetString(0))
                .Select(origin => LedgerName.TryParse(origin, out var ledger) && ledger.Network == network && ledger.Owner == self ? ledger.Epoch : 0).Append(ahead).Append(now).Max() + 1;
    }

    private async Task<RoundResult> AskAsync(MemberCode partner, TimeSpan patience, CancellationToken cancel)
    {
        var message = new Message(
            node.Randomness.NewId(), partner, RecoverHeads.ServiceName, "", "", node.Membership.Allows(Realm.Live) ? Realm.Live : Realm.Exercise, SaltedBody.Make("{}"u8, node.Randomness));
        var reply = await correspondent.AskAsync(message, patience, cancel);
        string? fault = null;
        if (reply is not Reply.Answered answered || RecoverHeads.Read(answered.Content, out fault) is not { } heads)
        {
            return new RoundResult(false, false, reply switch
            {
                Reply.Refused refused => $"refused: {refused.Problem.Code}",
                Reply.Silent silent => silent.Reason,
                _ => fault,
            });
        }

        var behind = await HearAsync(partner, heads, all: true);
        return new RoundResult(true, false, behind ? "it knows more of this node's own past than is here" : Past.ReadOnly);
    }

    /// <summary>Reads the new standing, and pays what the ledger is owed once it may be written to.</summary>
    private async Task SettleAsync()
    {
        Past.Refresh();
        if (Past.Refuses(node.Membership.Ledger.Origin) is null)
        {
            await node.Store.WriteAsync(session => OwedNotes.Pay(session, node.Membership.Ledger));
        }
    }

    private void Hear(WriteSession session, MemberCode member, string? excused) => session.Execute(
        "INSERT INTO own_past_heard (member, at, excused) VALUES (@member, @now, @excused) ON CONFLICT (member) DO UPDATE SET at = excluded.at, excused = excluded.excused",
        ("@member", member.ToString()), ("@now", node.Now.ToUnixTimeMilliseconds()), ("@excused", excused));

    private Checkpoint? Read(byte[] note) =>
        SignedNote.TryParse(note, out var parsed, out _) && Checkpoint.TryParse(parsed.Text, out var checkpoint, out _)
        && IsOwn(checkpoint.Origin) && CheckpointReader.Read(node.Membership, node.Membership.Self, checkpoint.Origin, note) is CheckpointReading.Valid ? checkpoint : null;

    private bool IsOwn(string origin) =>
        (FeedName.TryParse(origin, out var feed) && feed.Network == node.Membership.Network && feed.Owner == node.Membership.Self)
        || (LedgerName.TryParse(origin, out var ledger) && ledger.Network == node.Membership.Network && ledger.Owner == node.Membership.Self);

    /// <summary>Whether a head, signed by this node, is not of a past of this store. What its root has ended is settled.</summary>
    private bool IsAhead(ReadSession session, string origin, TreeHead head)
    {
        if (node.Membership.Directory.End(node.Membership.Self, origin) is not null)
        {
            return false;
        }

        var (log, size) = session.First("SELECT log, size FROM log WHERE origin = @origin AND kind <> 'mirror'", row => (row.GetInt64(0), row.GetInt64(1)), ("@origin", origin));
        return log == 0 || size < head.Size || new StoredTree(session, log).RootAt(head.Size) != head.Root;
    }
}
