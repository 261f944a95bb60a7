using System.Text.Json;
using Comity.Core.Access;
using Comity.Core.Contacts;
using Comity.Core.Feeds;
using Comity.Core.Ledger;
using Comity.Core.Members;
using Comity.Core.Storage;

namespace Comity.Core.Registers;

/// <summary>A record to be published.</summary>
/// <param name="Record">Its content, judged.</param>
/// <param name="Handling">Who may use it for what.</param>
/// <param name="Expires">When every holder deletes it; null for the longest that the charter allows.</param>
/// <param name="Review">When its owner looks at it again.</param>
public sealed record Publication(IRegisterRecord Record, Handling Handling, DateTimeOffset? Expires = null, DateOnly? Review = null);

/// <summary>What to do where a record about the same thing is in force.</summary>
public enum WhenThere
{
    /// <summary>Refuse, unless it says the same.</summary>
    Refuse,

    /// <summary>Amend it, unless it says the same.</summary>
    Amend,
}

/// <summary>What became of one publication.</summary>
public enum ChangeKind
{
    /// <summary>A new record is in force.</summary>
    Published,

    /// <summary>A new version is in force.</summary>
    Amended,

    /// <summary>The same was in force: nothing changed.</summary>
    Unchanged,

    /// <summary>Another is in force, and amending was not asked for.</summary>
    Differs,

    /// <summary>One is in force for another audience; withdraw it first.</summary>
    OtherAudience,

    /// <summary>None is in force.</summary>
    NotThere,

    /// <summary>It was withdrawn.</summary>
    Withdrawn,
}

/// <summary>What became of one publication, amendment or withdrawal.</summary>
/// <param name="Kind">What.</param>
/// <param name="At">The entry now in force, or the one that was.</param>
public sealed record Change(ChangeKind Kind, RecordAddress At);

/// <summary>This State's own records: publishing, amending, withdrawing, ending.</summary>
public sealed class RecordChanges(NodeContext node, RegisterIndexes registers, NewsSignal news, Standings standings)
{
    /// <summary>For how long a record of a register that is not shared is kept.</summary>
    public static readonly TimeSpan LocalRetention = TimeSpan.FromDays(3653);

    /// <summary>The feed that own records of a register for an audience stand in.</summary>
    public FeedName FeedFor(RegisterName register, Realm realm, Audience audience) =>
        node.Membership.Directory.Newest(new FeedName(node.Membership.Network, node.Membership.Self, register, realm, audience, 1));

    /// <summary>Why an audience cannot be used for a register; null where it can.</summary>
    public Words? Unfit(RegisterName register, Realm realm, Audience audience)
    {
        var membership = node.Membership;
        if (!membership.Allows(realm))
        {
            return new("is for a realm that the charter does not know", "est pour un domaine que la charte ne connaît pas");
        }

        if (membership.Terms(register) is not { } terms || terms.Mode is not SharingMode.Replicated)
        {
            return audience == Audience.Self ? null : new("must be self: this register is not replicated, its records stay here", "doit être self : ce registre n’est pas répliqué, ses signalements restent ici");
        }

        var strangers = audience.Members.Where(member => member == membership.Self || !membership.Directory.MayRead(register, membership.Self, member)).ToList();
        return strangers.Count == 0 ? null : new($"holds members whom the charter does not let read this register from {membership.Self}: {string.Join(", ", strangers)}", $"comprend des membres à qui la charte ne permet pas de lire ce registre de {membership.Self} : {string.Join(", ", strangers)}");
    }

    /// <summary>Publishes records, all or none; durable when the task completes.</summary>
    /// <returns>What became of each, in order; null where <paramref name="once"/> was used for something else.</returns>
    public async Task<IReadOnlyList<Change>?> PublishAsync(
        Actor by, IRegister register, Realm realm, Audience audience, IReadOnlyList<Publication> publications, WhenThere whenThere, OnceKey? once = null)
    {
        var feed = FeedFor(register.Name, realm, audience);
        var longest = node.Now + (node.Membership.Terms(register.Name)?.Retention ?? LocalRetention);
        // Drawn at once and in order: cheaper, and a seed gives the same however many cores there are.
        var random = node.Randomness.Bytes(publications.Count * Prepared.RandomLength);
        var prepared = Many.Make(publications.Count, i => Prepare(feed, publications[i], longest, random.AsSpan(i * Prepared.RandomLength, Prepared.RandomLength)));
        var changes = await RunAsync(once, session => Publish(session, by, register, feed, prepared, whenThere));
        if (changes is not null && changes.Any(change => change.Kind is ChangeKind.Published or ChangeKind.Amended))
        {
            Announce(changes.Count);
        }

        return changes;
    }

    /// <summary>Withdraws the record about a thing; durable when the task completes. Nobody finds it any more once partners have heard.</summary>
    /// <param name="by">Who withdraws it.</param>
    /// <param name="register">Its register.</param>
    /// <param name="realm">Its realm.</param>
    /// <param name="naturalKey">Which.</param>
    /// <param name="once">The caller's name for this withdrawal, or null.</param>
    /// <param name="reason">A code for the ledger, or null; nothing about anybody.</param>
    /// <returns>What became of it; null where <paramref name="once"/> was used for something else.</returns>
    public async Task<Change?> WithdrawAsync(Actor by, IRegister register, Realm realm, string naturalKey, OnceKey? once = null, string? reason = null)
    {
        var changes = await RunAsync(once, session => [Withdraw(session, by, register, realm, naturalKey, reason)]);
        if (changes is [{ Kind: ChangeKind.Withdrawn }])
        {
            Announce(1);
        }

        return changes?[0];
    }

    /// <summary>Withdraws the record about a thing within a transaction; <see cref="Announce"/> it when that is durable.</summary>
    public Change Withdraw(WriteSession session, Actor by, IRegister register, Realm realm, string naturalKey, string? reason) =>
        Row(session, register.Name, realm, naturalKey) is { } row ? Withdraw(session, by, register, row.Log, row.Index, reason) : new Change(ChangeKind.NotThere, default);

    /// <summary>Whether an own record about a thing is in force.</summary>
    public bool IsInForce(ReadSession session, RegisterName register, Realm realm, string naturalKey) => Row(session, register, realm, naturalKey) is not null;

    private async Task<List<Change>?> RunAsync(OnceKey? once, Func<WriteSession, List<Change>> run)
    {
        if (once is null)
        {
            return await node.Store.WriteAsync(run);
        }

        var answer = await node.Store.WriteAsync(session => OnceKey.Run(session, once, node.Now, () => JsonSerializer.SerializeToUtf8Bytes(run(session))));
        return answer is null ? null : JsonSerializer.Deserialize<List<Change>>(answer);
    }

    /// <summary>The address of the own record about a thing; null where none is in force.</summary>
    public RecordAddress? Find(RegisterName register, Realm realm, string naturalKey)
    {
        return node.Store.Read(session => Row(session, register, realm, naturalKey)) is { } row ? new RecordAddress((int)row.Log, row.Index) : null;
    }

    private RecordRow? Row(ReadSession session, RegisterName register, Realm realm, string naturalKey) =>
        session.FindRecords(node.Store.Database, [Key(register, realm, naturalKey)])[0];

    private Change Withdraw(WriteSession session, Actor by, IRegister register, long log, long index, string? reason)
    {
        var record = Indexed(session, register, log, index);
        session.Append(log, FeedLeaf.Withdraw(index).ToBytes());
        TakeOut(session, register, log, index, record);
        var note = new LedgerNote(LedgerKind.Withdrawn, node.Now, by).With("feed", session.Feed(log)!.Name.Origin).With("index", index);
        node.Membership.Ledger.Append(session, reason is null ? note : note.With("reason", reason));
        return new Change(ChangeKind.Withdrawn, new RecordAddress((int)log, index));
    }

    private List<Change> Publish(WriteSession session, Actor by, IRegister register, FeedName feed, Prepared[] prepared, WhenThere whenThere)
    {
        var log = session.OpenFeed(feed, LogKind.Own);
        var first = session.SizeOf(log);
        var existing = session.FindRecords(node.Store.Database, Array.ConvertAll(prepared, item => item.Key));
        List<Change> changes = [];
        Dictionary<string, int> inThisBatch = new(StringComparer.Ordinal);
        List<(RecordAddress At, IRegisterRecord Record)> added = [];
        var (published, amended) = (0, 0);
        for (var i = 0; i < prepared.Length; i++)
        {
            var item = prepared[i];
            if (!inThisBatch.TryAdd(item.Publication.Record.NaturalKey, i))
            {
                changes.Add(new Change(ChangeKind.Differs, changes[inThisBatch[item.Publication.Record.NaturalKey]].At));
                continue;
            }

            var change = existing[i] is { } row
                ? Again(session, register, log, row, item, whenThere)
                : new Change(ChangeKind.Published, Append(session, log, item.Leaf, item));
            changes.Add(change);
            if (change.Kind is ChangeKind.Published or ChangeKind.Amended)
            {
                added.Add((change.At, item.Publication.Record));
                _ = change.Kind == ChangeKind.Published ? published++ : amended++;
            }
        }

        if (added.Count > 0)
        {
            node.Membership.Ledger.Append(session, new LedgerNote(LedgerKind.Published, node.Now, by)
                .With("feed", feed.Origin).With("from", first).With("published", published).With("amended", amended));
            session.AfterCommit(() =>
            {
                registers.Know(log, feed);
                added.ForEach(item => register.Add(item.At, item.Record));
            });
        }

        return changes;
    }

    /// <summary>A record about the same thing is in force.</summary>
    private Change Again(WriteSession session, IRegister register, long log, RecordRow row, Prepared item, WhenThere whenThere)
    {
        var there = new RecordAddress((int)row.Log, row.Index);
        if (row.Log != log)
        {
            return new Change(ChangeKind.OtherAudience, there);
        }

        var before = registers.Open(session.Body(row.Log, row.Index));
        if (before is not null && SaysTheSame(before, item))
        {
            return new Change(ChangeKind.Unchanged, there);
        }

        if (whenThere == WhenThere.Refuse)
        {
            return new Change(ChangeKind.Differs, there);
        }

        TakeOut(session, register, row.Log, row.Index, Indexed(session, register, row.Log, row.Index));
        var next = before is null ? item : item.As(before.Id, before.Version + 1, node);
        return new Change(ChangeKind.Amended, Append(session, log, next.Leaf with { Operation = FeedOperation.Amend, Supersedes = row.Index }, next));
    }

    private static bool SaysTheSame(RecordBody before, Prepared item) =>
        before.Content.Span.SequenceEqual(item.Record.Content.Span)
        && before.Handling.Purposes.SequenceEqual(item.Record.Handling.Purposes) && before.Handling.Caveats.SequenceEqual(item.Record.Handling.Caveats)
        && (item.Publication.Expires is null || before.Expires.ToUnixTimeMilliseconds() == item.Record.Expires.ToUnixTimeMilliseconds())
        && (item.Publication.Review is null || before.Review == item.Record.Review);

    private static RecordAddress Append(WriteSession session, long log, FeedLeaf leaf, Prepared item)
    {
        var index = session.Append(log, leaf.ToBytes(), item.Sealed);
        session.Add(new RecordRow(log, index, item.Key, RecordState.Live, item.Record.Expires.ToUnixTimeMilliseconds()));
        return new RecordAddress((int)log, index);
    }

    internal void TakeOut(WriteSession session, IRegister? register, long log, long index, IRegisterRecord? record)
    {
        session.RemoveRecord(log, index);
        session.EraseBody(log, index);
        if (record is not null)
        {
            session.AfterCommit(() => register?.Remove(new RecordAddress((int)log, index), record));
        }
    }

    internal IRegisterRecord? Indexed(ReadSession session, IRegister? register, long log, long index) =>
        registers.Open(session.Body(log, index)) is { } body && register?.Judge(body.Content, static _ => true) is Judgement.Accepted accepted ? accepted.Record : null;

    private byte[] Key(RegisterName register, Realm realm, string naturalKey) => KeyOf(node.Sealer, register, realm, naturalKey);

    /// <summary>The key under which a record is found in the store.</summary>
    internal static byte[] KeyOf(BodySealer sealer, RegisterName register, Realm realm, string naturalKey) => sealer.Blind($"{register}\n{realm.Text()}\n{naturalKey}");

    private Prepared Prepare(FeedName feed, Publication publication, DateTimeOffset longest, Span<byte> random)
    {
        var expires = publication.Expires is { } asked && asked < longest ? asked : longest;
        var record = new RecordBody(Randomness.ToId(random[..16]), 1, publication.Handling, expires, publication.Review, publication.Record.ToContent());
        return Prepared.Of(publication, record, Key(feed.Register, feed.Realm, publication.Record.NaturalKey), random[16..], node.Sealer);
    }

    /// <summary>Lets partners and pages know that own records have changed.</summary>
    public void Announce(int changes)
    {
        Telemetry.Changes.Add(changes);
        standings.Refresh();
        news.Ring();
    }

    /// <summary>A publication with everything that can be made before the transaction.</summary>
    private sealed record Prepared(Publication Publication, RecordBody Record, byte[] Key, FeedLeaf Leaf, SealedBody Sealed)
    {
        /// <summary>Random bytes for one: its id, the salt of its body, the secret under which the body is sealed.</summary>
        public const int RandomLength = 16 + SaltAndSecret;

        private const int SaltAndSecret = SaltedBody.SaltLength + BodySealer.SecretLength;

        public static Prepared Of(Publication publication, RecordBody record, byte[] key, ReadOnlySpan<byte> random, BodySealer sealer)
        {
            var body = SaltedBody.Make(record.ToJson(), random[..SaltedBody.SaltLength]);
            return new Prepared(publication, record, key, FeedLeaf.Publish(body), sealer.Seal(body, random[SaltedBody.SaltLength..].ToArray()));
        }

        public Prepared As(Guid id, int version, NodeContext node) =>
            Of(Publication, Record with { Id = id, Version = version }, Key, node.Randomness.Bytes(SaltAndSecret), node.Sealer);
    }
}
