using System.Collections.Concurrent;
using System.Text;
using System.Text.Json;
using Comity.Core.Access;
using Comity.Core.Exchange;
using Comity.Core.Feeds;
using Comity.Core.Members;
using Comity.Core.Registers;
using Comity.TransparencyLog;

namespace Comity.Core.Contacts;

/// <summary>What a round with one partner came to.</summary>
/// <param name="Reached">Whether it answered.</param>
/// <param name="Complete">Whether everything it offers is here.</param>
/// <param name="Detail">What was wrong, for an operator.</param>
public sealed record RoundResult(bool Reached, bool Complete, string? Detail);

/// <summary>One round with one partner: contact, charters, feeds, cosignatures, what waits to be sent.</summary>
internal sealed class ContactRound(
    NodeContext node, Correspondent correspondent, Witness witness, Gossip gossip, FeedMirror mirror, Outbox outbox, RegisterIndexes registers, Standings standings)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly ConcurrentDictionary<string, string> _toSend = new(StringComparer.Ordinal);   // cosignatures of a partner's logs, by origin
    private readonly ConcurrentDictionary<string, string> _cosigned = new(StringComparer.Ordinal); // the checkpoint last cosigned, by origin
    private readonly ConcurrentDictionary<(MemberCode, string), long> _witnessedFrom = new();      // sizes from which a partner wants the proof of this node's ledger

    /// <summary>Runs a round.</summary>
    /// <param name="partner">With whom.</param>
    /// <param name="wait">How long the partner may wait for news, seconds.</param>
    /// <param name="cancel">Stops.</param>
    public async Task<RoundResult> RunAsync(MemberCode partner, int wait, CancellationToken cancel)
    {
        var sent = node.Now;
        if (node.Membership.Expired(sent))
        {
            await FetchDocumentsAsync(partner, cancel);
        }

        var question = Question(partner, wait);
        var shown = gossip.ShownOf(partner);
        var reply = await AskAsync(partner, "contact", JsonSerializer.SerializeToUtf8Bytes(question, ContactJson.Default.ContactQuestion), Patience + TimeSpan.FromSeconds(wait), cancel);
        var fault = Explain(reply);
        if (reply is not Reply.Answered answered || ContactJson.Read(answered.Content, ContactJson.Default.ContactAnswer, out fault) is not { } answer)
        {
            gossip.Forget(partner);
            await standings.FailedAsync(partner, fault ?? "no answer");
            return new RoundResult(false, false, fault);
        }

        foreach (var note in question.Cosignatures)
        {
            _toSend.TryRemove(new KeyValuePair<string, string>(note[..note.IndexOf('\n', StringComparison.Ordinal)], note));   // its first line is the origin
        }

        var allNotices = await TakeDocumentsAsync(partner, answer, cancel);
        await TakeTestimonyAsync(partner, question, answer);
        await gossip.HearAsync(partner, answer.Seen.Take(ContactLimits.MaxNotes));
        var missing = await TakeFeedsAsync(partner, answer, cancel) ?? Withheld(shown);
        await outbox.SendDueAsync(partner, cancel);
        // What it offered was everything at some time after the question left; nothing later is certain.
        await standings.SucceededAsync(partner, answer.Charter, missing is null ? sent : null, answered.Receipt.IssuedAt, missing, allNotices ? sent : null);
        return new RoundResult(true, missing is null, missing);
    }

    private ContactQuestion Question(MemberCode partner, int wait)
    {
        var (ledger, feeds) = node.Store.Read(session => (
            LedgerClaims.For(session, node.Membership, partner, _witnessedFrom.TryGetValue((partner, node.Membership.Ledger.Origin), out var from) ? from : null),
            session.Feeds().Where(feed => !feed.Own && feed.Name.Owner == partner).ToList()));
        var owners = _toSend.Where(pair => OwnerOf(pair.Key) == partner).Select(pair => pair.Value);
        return new ContactQuestion
        {
            Versions = [.. node.Membership.Versions],
            Charter = node.Membership.Number,
            Notices = ContactService.DigestOf(node.Membership),
            Ledger = ledger,
            Cosignatures = [.. owners],
            Seen = gossip.For(partner),
            Prove = gossip.ToProve(partner),
            Known = feeds.ToDictionary(feed => feed.Name.Origin, feed => feed.Size),
            Wait = wait,
        };
    }

    /// <summary>Takes in what the partner has and this node has not; whether every notice that it has is here now.</summary>
    private async Task<bool> TakeDocumentsAsync(MemberCode partner, ContactAnswer answer, CancellationToken cancel)
    {
        node.Membership.NoteVersions(partner, answer.Versions);
        var membership = node.Membership;
        if (answer.Charter <= membership.Number && answer.Notices == ContactService.DigestOf(membership))
        {
            return true;
        }

        for (var before = -1L; before < membership.Number;)
        {
            before = membership.Number;
            if (!await FetchDocumentsAsync(partner, cancel))
            {
                return false;
            }

            if (answer.Charter <= membership.Number)
            {
                return true;
            }
        }

        return false;   // what is said under a charter that is not here cannot be judged
    }

    /// <summary>Takes in the charters and notices that a partner has and this node has not; whether it answered.</summary>
    public async Task<bool> FetchDocumentsAsync(MemberCode partner, CancellationToken cancel)
    {
        var membership = node.Membership;
        var question = new DocumentsQuestion(membership.Number, [.. membership.Notices.All.Select(notice => notice.Hash.ToString())]);
        var reply = await AskAsync(partner, DocumentsService.ServiceName, JsonSerializer.SerializeToUtf8Bytes(question, ContactJson.Default.DocumentsQuestion), Patience, cancel);
        if (reply is not Reply.Answered answered || ContactJson.Read(answered.Content, ContactJson.Default.DocumentsAnswer, out _) is not { Charters: not null, Notices: not null } documents)
        {
            return false;
        }

        foreach (var charter in documents.Charters)
        {
            await membership.AddAsync(Decode(charter), Actor.Node);
        }

        foreach (var notice in documents.Notices)
        {
            await membership.AddNoticeAsync(Decode(notice), Actor.Node);
        }

        return true;
    }

    private async Task TakeTestimonyAsync(MemberCode partner, ContactQuestion question, ContactAnswer answer)
    {
        if (answer.Cosigned is { } cosigned)
        {
            _witnessedFrom.TryRemove((partner, node.Membership.Ledger.Origin), out _);
            await node.Store.WriteAsync(session => witness.Keep(session, partner, cosigned));
        }
        else if (answer.Witnessed is { } known && SignedNote.TryParse(Encoding.UTF8.GetBytes(known), out var note, out _) && Checkpoint.TryParse(note.Text, out var checkpoint, out _))
        {
            _witnessedFrom[(partner, checkpoint.Origin)] = checkpoint.Head.Size;
            await gossip.HearAsync(partner, [known]);   // our own past as the partner knows it
        }

        if (answer.Ledger is { } claim)
        {
            var note1 = Encoding.UTF8.GetBytes(claim.Note);
            var origin = Witness.OriginOf(note1) ?? "";
            var testimony = await witness.ConsiderAsync(partner, claim);
            if (testimony is Testimony.OtherSize other && answer.Proofs.FirstOrDefault(proof => proof.From == other.Size) is { } proof)
            {
                // The partner never got the last cosignature; the question asked for the proof from what is known here.
                testimony = await witness.ConsiderAsync(partner, claim with { From = proof.From, Proof = proof.Proof });
            }

            if (testimony is Testimony.Cosigned mine)
            {
                Send(origin, note1, mine.Note);
            }

            if (witness.IsLedgerOf(partner, origin) && CheckpointReader.Read(node.Membership, partner, origin, note1) is CheckpointReading.Valid valid)
            {
                await gossip.JudgeProofsAsync(origin, valid.Head, note1, question.Prove, answer.Proofs);
            }
        }
    }

    /// <summary>Pulls what is offered; returns what keeps the partner's records from being complete here, or null.</summary>
    private async Task<string?> TakeFeedsAsync(MemberCode partner, ContactAnswer answer, CancellationToken cancel)
    {
        string? missing = null;
        HashSet<string> offered = new(StringComparer.Ordinal);
        foreach (var text in answer.Feeds.Take(ContactLimits.MaxNotes))
        {
            if (SignedNote.TryParse(Encoding.UTF8.GetBytes(text), out var note, out _) && Checkpoint.TryParse(note.Text, out var checkpoint, out _)
                && FeedName.TryParse(checkpoint.Origin, out var feed) && feed.Network == node.Membership.Network && feed.Owner == partner
                && PullService.MayHave(node.Membership, feed, node.Membership.Self) && registers.Find(feed.Register) is not null)
            {
                offered.Add(feed.Origin);
                await gossip.HearAsync(partner, [text]);   // against what is here: an owner may show another past of its own feed
                missing = await PullAsync(feed, checkpoint.Head.Size, cancel) ?? missing;
            }
        }

        var withheld = node.Store.Read(session => session.Feeds()).FirstOrDefault(feed => !feed.Own && feed.Name.Owner == partner && !offered.Contains(feed.Name.Origin)
            && node.Membership.Directory.End(partner, feed.Name.Origin) is null
            && PullService.MayHave(node.Membership, feed.Name, node.Membership.Self));
        return withheld is null ? missing : $"{withheld.Name.Origin} is no longer offered";
    }

    /// <summary>What others were shown before the question left and the owner has not offered here; null where there is nothing.</summary>
    private string? Withheld(IReadOnlyList<Shown> shown)
    {
        var sizes = node.Store.Read(session => session.Feeds()).ToDictionary(feed => feed.Name.Origin, feed => feed.Size, StringComparer.Ordinal);
        return shown.FirstOrDefault(feed => sizes.GetValueOrDefault(feed.Origin) < feed.Size) is { } missing
            ? $"{missing.Origin} was shown to {missing.To} with {missing.Size} entries; {sizes.GetValueOrDefault(missing.Origin)} are offered here" : null;
    }

    /// <summary>Pulls one feed up to a size; returns why it is not complete, or null.</summary>
    public async Task<string?> PullAsync(FeedName feed, long size, CancellationToken cancel)
    {
        for (var pulled = false; ; pulled = true)
        {
            var row = node.Store.Read(session => session.Feed(feed));
            if (row?.Fault is { } fault && (fault.Stops || row.Size >= size))
            {
                return $"{feed.Origin} is in quarantine: {fault.Text}";
            }

            if (row?.Size > size && !pulled)
            {
                return $"{feed.Origin} is offered with {size} entries; {row.Size} are here: its owner was set back";
            }

            if (row is not null && row.Size >= size)
            {
                if (row.Checkpoint is { } checkpoint && witness.Cosign(checkpoint) is { } note)
                {
                    Send(feed.Origin, checkpoint, note);
                }

                return null;
            }

            var reply = await AskAsync(feed.Owner, "feed.pull", PullService.Question(feed, row?.Size ?? 0), Patience, cancel, feed.Realm);
            if (reply is not Reply.Answered answered)
            {
                return $"{feed.Origin}: {Explain(reply)}";
            }

            if (!PullAnswer.TryRead(answered.Content.Span, out var run, out var unreadable))
            {
                return $"{feed.Origin}: {unreadable}";
            }

            var result = await mirror.TakeInAsync(feed, run);
            if (result is TakeIn.NotTaken notTaken || (result is TakeIn.Taken { Count: 0, Complete: false }))
            {
                return $"{feed.Origin}: {(result as TakeIn.NotTaken)?.Reason ?? "nothing more came"}";
            }

            await gossip.RecheckAsync(feed);
        }
    }

    /// <summary>Has a cosignature sent with the next contact, once for each checkpoint.</summary>
    private void Send(string origin, byte[] checkpoint, string cosignature)
    {
        var text = Encoding.UTF8.GetString(checkpoint);
        if (_cosigned.GetValueOrDefault(origin) != text)
        {
            _cosigned[origin] = text;
            _toSend[origin] = cosignature;
        }
    }

    private Task<Reply> AskAsync(MemberCode to, string service, byte[] content, TimeSpan timeout, CancellationToken cancel, Realm realm = Realm.Live) =>
        correspondent.AskAsync(
            new Message(node.Randomness.NewId(), to, service, "", "", node.Membership.Allows(realm) ? realm : Realm.Exercise, SaltedBody.Make(content, node.Randomness)), timeout, cancel);

    private static string? Explain(Reply reply) => reply switch
    {
        Reply.Refused refused => $"refused: {refused.Problem.Code}",
        Reply.Silent silent => silent.Reason,
        _ => null,
    };

    private static ReadOnlyMemory<byte> Decode(string text) => Jose.StrictBase64Url.TryDecode(text, out var bytes) ? bytes : default(ReadOnlyMemory<byte>);

    private static MemberCode? OwnerOf(string origin) => origin.Split('/') is [_, _, var owner, ..] && MemberCode.TryParse(owner, null, out var code) ? code : null;
}
