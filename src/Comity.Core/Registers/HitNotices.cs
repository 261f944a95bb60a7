using System.Text.Json;
using Comity.Core.Access;
using Comity.Core.Exchange;
using Comity.Core.Feeds;
using Comity.Core.Jose;
using Comity.Core.Ledger;
using Comity.Core.Members;
using Comity.Core.Storage;

namespace Comity.Core.Registers;

/// <summary>
/// Tells owners of hits on their records, and keeps what others tell of hits on this State's: never the probe, never a person.
/// docs/protocol/hit-notice.md.
/// </summary>
public sealed class HitNotices(NodeContext node, RegisterIndexes registers) : IExchangeService
{
    /// <summary>The service's name.</summary>
    public const string ServiceName = "register.hit";

    /// <summary>The most records in one notice; a check with more hits on one owner's records sends several.</summary>
    public const int MostRecords = 100;

    /// <summary>So many records of one member in one register and UTC day are taken in; what comes beyond may come again the next day.</summary>
    public const int MostPerDay = 10_000;

    /// <summary>So many notices of one member about records that this node does not know are kept.</summary>
    public const int MostUnknown = 1000;

    private const string QuotaName = "hit notice";   // no purpose of a charter has a space

    /// <inheritdoc/>
    public string Name => ServiceName;

    /// <inheritdoc/>
    public int MaxBody => 64 * 1024;

    /// <inheritdoc/>
    public bool MustBeFresh => false;

    /// <summary>Has every owner told of its records that a check hit; durable with the check. Own records' hits are kept here at once.</summary>
    /// <param name="session">The check's transaction.</param>
    /// <param name="by">Who asked.</param>
    /// <param name="question">What was asked.</param>
    /// <param name="check">The check's ledger entry, its commitment and its time.</param>
    /// <param name="hits">Its hits; those of queried members, who were asked themselves, are passed over.</param>
    public void Tell(WriteSession session, Actor by, CheckQuestion question, (long Entry, byte[] Commitment, DateTimeOffset At) check, IEnumerable<Match> hits)
    {
        foreach (var owned in hits.Where(hit => hit.At is not null).GroupBy(hit => hit.Owner))
        {
            var records = owned.Select(hit => RecordOf(hit.At!.Value, hit.Strength)).ToList();
            if (owned.Key == node.Membership.Self)
            {
                Keep(session, new HitReport(owned.Key, by.Desk, question.Register, question.Realm, question.Purpose.ToString(), check.At, null, check.Commitment), check.Entry, records);
                continue;
            }

            foreach (var some in records.Chunk(MostRecords))
            {
                Outbox.Queue(session, node, owned.Key, ServiceName, question.Realm, Content(question.Register, check, some), question.Purpose.ToString(), question.Basis);
            }
        }
    }

    /// <summary>Keeps the hits of a partner's question that this node answered itself.</summary>
    internal void Answered(WriteSession session, Incoming message, IRegister register, Purpose purpose, long entry, IEnumerable<Found> hits) =>
        Keep(
            session,
            new HitReport(message.From, DeskOf(message.From), register.Name, message.Envelope.Realm, purpose.ToString(), node.Now, null, message.Envelope.Digest),
            entry,
            [.. hits.Select(hit => RecordOf(hit.At, hit.Strength))]);

    private HitRecord RecordOf(RecordAddress at, string strength) => new(registers.FeedOf(at.Log)!.Origin, at.Index, strength, at);

    /// <inheritdoc/>
    public Task<ServiceAnswer> AnswerAsync(Incoming message, CancellationToken cancel)
    {
        var (report, records, fault) = Read(message);
        return Task.FromResult(
            fault is not null ? ServiceAnswer.No(ProblemKind.BodyMalformed, fault)
            : !Allowed(message, report!) ? ServiceAnswer.No(ProblemKind.NotAllowed)
            : node.Store.Read(session => Quotas.Used(session, report!.Register, message.From, QuotaName, node.Now)) >= MostPerDay ? ServiceAnswer.No(ProblemKind.QuotaExceeded)
            : new ServiceAnswer.Change(session => TakeIn(session, report!, records)));
    }

    private byte[] Content(RegisterName register, (long Entry, byte[] Commitment, DateTimeOffset At) check, IEnumerable<HitRecord> records)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("register", register.ToString());
            json.WriteNumber("at", check.At.ToUnixTimeMilliseconds());
            json.WriteString("desk", DeskOf(node.Membership.Self));
            json.WriteNumber("entry", check.Entry);
            json.WriteString("commitment", StrictBase64Url.Encode(check.Commitment));
            json.WriteStartArray("records");
            foreach (var record in records)
            {
                json.WriteStartObject();
                json.WriteString("feed", record.Feed);
                json.WriteNumber("index", record.Index);
                json.WriteString("strength", record.Strength);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        return buffer.ToArray();
    }

    private static (HitReport? Report, List<HitRecord> Records, string? Fault) Read(Incoming message)
    {
        List<HitRecord> records = [];
        if (!StrictJson.TryParseObject(message.Content, 8, out var json, out var fault))
        {
            return (null, records, fault);
        }

        var fields = new Fields(json);
        var report = new HitReport(
            message.From, fields.Text("desk", 100), fields.Value<RegisterName>("register", (string text, out RegisterName name) => RegisterName.TryParse(text, null, out name)),
            message.Envelope.Realm, message.Envelope.Purpose, fields.Instant("at"), fields.Size("entry"), fields.Bytes("commitment", 32));
        foreach (var (n, item) in fields.Items("records", MostRecords).Index())
        {
            if (item.ValueKind != JsonValueKind.Object)
            {
                return (null, records, $"records[{n}] is no object");
            }

            var record = new Fields(item, $"records[{n}].");
            records.Add(new HitRecord(record.Text("feed", 300), record.Size("index"), record.Text("strength", 40)));
            fault ??= record.Fault;
        }

        return (report, records, fields.Fault ?? fault ?? (records.Count == 0 ? "records is missing or empty" : null));
    }

    /// <summary>Only a member that may read this State's records of the register can have hit one, for a purpose that the register serves.</summary>
    private bool Allowed(Incoming message, HitReport report) =>
        node.Membership.Terms(report.Register) is { Mode: SharingMode.Replicated } terms && Purpose.TryParse(report.Purpose, null, out var purpose) && terms.Serves(purpose)
        && node.Membership.Directory.MayRead(report.Register, node.Membership.Self, message.From);

    private byte[] TakeIn(WriteSession session, HitReport report, List<HitRecord> records)
    {
        Quotas.Count(session, report.Register, report.From, QuotaName, node.Now, records.Count);
        var entry = node.Membership.Ledger.Append(session, new LedgerNote(LedgerKind.HitNotice, node.Now, Actor.Node)
            .With("from", report.From.ToString()).With("register", report.Register.ToString()).With("realm", report.Realm.Text()).With("purpose", report.Purpose)
            .With("records", records.Count).With("check", report.TheirEntry!.Value).With("asked", report.Commitment));
        Keep(session, report, entry, records);
        return "{}"u8.ToArray();
    }

    private void Keep(WriteSession session, HitReport report, long entry, IReadOnlyList<HitRecord> records)
    {
        var log = node.Membership.Ledger.Find(session);
        foreach (var (n, record) in records.Index())
        {
            var (standing, key) = Standing(session, report, record);
            if (standing != HitStanding.Unknown || HitTable.Unknown(session, report.From, MostUnknown) < MostUnknown)
            {
                HitTable.Insert(session, new HitAddress(log, entry, n), report, record, standing, key, node.Now);
            }
        }
    }

    /// <summary>How the record stands now. One that the teller may not know of is unknown like one that never was.</summary>
    private (HitStanding Standing, byte[]? NaturalKey) Standing(ReadSession session, HitReport report, HitRecord record)
    {
        if (record.At is { } here)
        {
            return StandingAt(session, here.Log, record.Index);
        }

        if (!FeedName.TryParse(record.Feed, out var name) || name.Register != report.Register || name.Realm != report.Realm || session.Feed(name) is not { Own: true } feed
            || record.Index >= feed.Size || (report.TheirEntry is not null && !name.Audience.Includes(report.From)))
        {
            return (HitStanding.Unknown, null);
        }

        return StandingAt(session, feed.Log, record.Index);
    }

    private static (HitStanding Standing, byte[]? NaturalKey) StandingAt(ReadSession session, long log, long index) =>
        session.Record(log, index) is { } row ? (HitStanding.InForce, row.NaturalKey) : (HitStanding.EndedBefore, null);

    private string DeskOf(MemberCode member) => node.Membership.Directory.Find(member)?.Listed.Contact.Desk ?? "";
}

/// <summary>What is told of a check that hit.</summary>
/// <param name="From">The member that asked.</param>
/// <param name="Desk">Whom to call there, as it says; for a check of this node's own, the desk that made it.</param>
/// <param name="Register">In which register.</param>
/// <param name="Realm">Live or exercise.</param>
/// <param name="Purpose">For which purpose.</param>
/// <param name="At">When, by the asker's clock.</param>
/// <param name="TheirEntry">The check in the asker's ledger; null where it stands in this node's own.</param>
/// <param name="Commitment">Digest of the question: what the asker can prove to have asked.</param>
public sealed record HitReport(MemberCode From, string Desk, RegisterName Register, Realm Realm, string Purpose, DateTimeOffset At, long? TheirEntry, byte[] Commitment);

/// <summary>A record that was hit.</summary>
/// <param name="Feed">The feed's origin.</param>
/// <param name="Index">The entry.</param>
/// <param name="Strength">The register's code for how well it answers.</param>
/// <param name="At">Where it is in this node's store, where this node itself found it; null where a partner says so.</param>
public sealed record HitRecord(string Feed, long Index, string Strength, RecordAddress? At = null);
