using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Comity.Core.Exchange;
using Comity.Core.Feeds;
using Comity.Core.Members;
using Comity.Core.Storage;

namespace Comity.Core.Contacts;

/// <summary>Answers contacts: what is new for the asker, whose ledger is cosigned, what was seen of others.</summary>
internal sealed class ContactService(NodeContext node, Witness witness, Gossip gossip, NewsSignal news) : IExchangeService
{
    /// <inheritdoc/>
    public string Name => "contact";

    /// <inheritdoc/>
    public int MaxBody => ContactLimits.MaxBytes;

    /// <inheritdoc/>
    public bool MustBeFresh => false;

    /// <inheritdoc/>
    public async Task<ServiceAnswer> AnswerAsync(Incoming message, CancellationToken cancel)
    {
        var question = ContactJson.Read(message.Content, ContactJson.Default.ContactQuestion, out var fault);
        if (question is null || question.Cosignatures.Length + question.Seen.Length + question.Known.Count > ContactLimits.MaxNotes || question.Prove.Length > ContactLimits.MaxProofs)
        {
            return ServiceAnswer.No(ProblemKind.BodyMalformed, fault ?? "a list is too long");
        }

        node.Membership.NoteVersions(message.From, question.Versions);
        if (question.Cosignatures.Length > 0)
        {
            await node.Store.WriteAsync(session => { foreach (var note in question.Cosignatures) { witness.Keep(session, message.From, note); } });
        }

        await gossip.HearAsync(message.From, question.Seen);
        var testimony = question.Ledger is null ? null : await witness.ConsiderAsync(message.From, question.Ledger);
        await WaitForNewsAsync(message.From, question, cancel);
        var answer = Answer(message.From, question) with
        {
            Cosigned = (testimony as Testimony.Cosigned)?.Note,
            Witnessed = (testimony as Testimony.OtherSize)?.Known,
        };
        return new ServiceAnswer.Content(JsonSerializer.SerializeToUtf8Bytes(answer, ContactJson.Default.ContactAnswer));
    }

    /// <summary>
    /// Equal on two nodes with the same charter exactly where the same notices count there. Those that the charter has taken
    /// into account are left out: a node that joined later is never given them.
    /// </summary>
    public static string DigestOf(Membership membership)
    {
        var charter = membership.Directory.Charter;
        var hashes = membership.Notices.All.Where(notice => notice.Sequence > (charter.Find(notice.Member)?.Noticed ?? long.MaxValue))
            .Select(notice => notice.Hash.ToString()).Order(StringComparer.Ordinal);
        return System.Buffers.Text.Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(string.Join('\n', hashes))));
    }

    private async Task WaitForNewsAsync(MemberCode asker, ContactQuestion question, CancellationToken cancel)
    {
        var until = node.Now + TimeSpan.FromSeconds(Math.Clamp(question.Wait, 0, ContactLimits.MaxWait));
        while (node.Now < until)
        {
            var signal = news.Next;
            if (question.Charter != node.Membership.Number || question.Notices != DigestOf(node.Membership)
                || FeedsFor(asker).Any(feed => question.Known.GetValueOrDefault(feed.Name.Origin, -1) != feed.Size))
            {
                return;
            }

            await Task.WhenAny(signal, Task.Delay(until - node.Now, node.Clock, cancel));
            cancel.ThrowIfCancellationRequested();
        }
    }

    private ContactAnswer Answer(MemberCode asker, ContactQuestion question)
    {
        var (ledger, proofs) = node.Store.Read(session => Own(session, asker, question.Prove));
        return new ContactAnswer
        {
            Versions = [.. node.Membership.Versions],
            Charter = node.Membership.Number,
            Notices = DigestOf(node.Membership),
            Ledger = ledger,
            Proofs = proofs,
            Seen = gossip.For(asker),
            Feeds = [.. FeedsFor(asker).Select(feed => Encoding.UTF8.GetString(feed.Checkpoint!))],
        };
    }

    private List<FeedRow> FeedsFor(MemberCode asker) => [.. node.Store.Read(session => session.Feeds())
        .Where(feed => feed.Own && feed.Checkpoint is not null && node.Membership.Directory.End(feed.Name.Owner, feed.Name.Origin) is null && PullService.MayHave(node.Membership, feed.Name, asker))];

    private (LogClaim? Ledger, LedgerProof[] Proofs) Own(ReadSession session, MemberCode asker, long[] prove)
    {
        if (LedgerClaims.For(session, node.Membership, asker) is not { } claim)
        {
            return (null, []);
        }

        var (log, size) = session.First(
            "SELECT log, size FROM log WHERE origin = @origin", row => (row.GetInt64(0), row.GetInt64(1)), ("@origin", node.Membership.Ledger.Origin));
        return (claim, [.. prove.Where(from => from > 0 && from <= size).Select(from => new LedgerProof(from, Proofs.Write(new StoredTree(session, log).Consistency(from, size))))]);
    }
}

/// <summary>The head of this node's ledger as it is shown to a partner.</summary>
internal static class LedgerClaims
{
    /// <summary>The newest head with its proof from the size that the partner last cosigned; null before the first entry.</summary>
    public static LogClaim? For(ReadSession session, Membership membership, MemberCode partner, long? from = null)
    {
        if (membership.Past.Refuses(membership.Ledger.Origin) is not null)
        {
            return null;   // what is here may be less than what partners have seen: shown, it would look like a past undone
        }

        var (log, size, note) = session.First(
            "SELECT log, size, checkpoint FROM log WHERE origin = @origin AND checkpoint IS NOT NULL",
            row => (row.GetInt64(0), row.GetInt64(1), row.Bytes(2)),
            ("@origin", membership.Ledger.Origin));
        if (log == 0)
        {
            return null;
        }

        var cosigned = from ?? session.First(
            "SELECT size FROM cosignature WHERE log = @log AND member = @member", row => row.GetInt64(0), ("@log", log), ("@member", partner.ToString()));
        return cosigned > size ? null
            : new LogClaim(Encoding.UTF8.GetString(note), cosigned, cosigned == 0 ? [] : Proofs.Write(new StoredTree(session, log).Consistency(cosigned, size)));
    }
}

/// <summary>Wakes those who wait for something new of this node's feeds or charters.</summary>
public sealed class NewsSignal
{
    private TaskCompletionSource _next = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Completes at the next news.</summary>
    public Task Next => Volatile.Read(ref _next).Task;

    /// <summary>There is news.</summary>
    public void Ring() => Interlocked.Exchange(ref _next, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).SetResult();
}
