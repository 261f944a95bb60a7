using Comity.Core;
using Comity.Core.Access;
using Comity.Core.Exchange;
using Comity.Core.Feeds;
using Comity.Core.Members;
using Comity.Core.Storage;
using Comity.TravelDocuments;

namespace Comity.Benchmarks;

/// <summary>Two fictional States in one process: Utopia publishes, Arcadia takes in.</summary>
internal sealed class TwoNodes : IDisposable
{
    public static readonly MemberCode Utopia = MemberCode.Parse("UTO");
    public static readonly MemberCode Arcadia = MemberCode.Parse("XAR");
    private static readonly Purpose Border = Purpose.Parse("border-control");
    private static readonly (KeyRing Online, KeyRing Root)[] Keys = [Ring(), Ring()];
    private static readonly Charter Charter = Sign([Utopia, Arcadia], Keys);

    private readonly NodeStore[] _stores;

    public TwoNodes(IDatabase owner, IDatabase partner)
    {
        _stores = [Prepare(owner, Charter), Prepare(partner, Charter)];
        Owner = Open(Utopia, 0);
        Partner = Open(Arcadia, 1);
        Feed = Owner.Changes.FeedFor(DocumentRegister.RegisterName, Realm.Live, Audience.All);
    }

    public static Actor Officer { get; } = new("t1", "duty-desk", Rights.Check | Rights.Publish, new HashSet<Purpose> { Border });

    public Node Owner { get; }

    public Node Partner { get; }

    /// <summary>Utopia's documents for all.</summary>
    public FeedName Feed { get; }

    public DocumentRegister OwnerRegister => (DocumentRegister)Owner.Indexes.Find(DocumentRegister.RegisterName)!;

    public void Dispose()
    {
        foreach (var store in _stores)
        {
            store.Dispose();
        }
    }

    internal static (KeyRing Online, KeyRing Root) Ring() => (KeyRing.Generate(KeyRing.Online, Randomness.System), KeyRing.Generate([KeyUse.Root], Randomness.System));

    internal static NodeStore Prepare(IDatabase database, Charter charter)
    {
        database.Migrate();
        var store = new NodeStore(database);
        store.WriteAsync(session =>
        {
            // The owner's database comes back for another round with a partner who has forgotten all.
            session.Execute("DELETE FROM witnessed");
            if (session.First("SELECT number FROM charter", row => row.GetInt64(0)) == 0)
            {
                Membership.InsertCharter(session, charter);
            }
        }).GetAwaiter().GetResult();
        return store;
    }

    private Node Open(MemberCode member, int place) => Node.Open(new NodeParts
    {
        Store = _stores[place],
        Identity = new NodeIdentity(member, Charter.Hash, Keys[place].Online, NodeIdentity.SpokenVersions),
        StorageKey = new byte[32],
        Registers = [new DocumentRegister()],
        Line = _ => new ShortLine(this, member),
    });

    internal static Charter Sign(IReadOnlyList<MemberCode> members, IReadOnlyList<(KeyRing Online, KeyRing Root)> rings)
    {
        var now = TimeProvider.System.GetUtcNow();
        var draft = CharterDraft.New("bench-net", now, 26);
        foreach (var (member, keys) in members.Zip(rings))
        {
            var contact = new ContactPoint("Duty desk", "+000 1 234", "desk@example.org", ["en", "fr"], "24/7");
            var details = new MemberApplication.Details(
                member, new MemberName(member.ToString(), member.ToString()), [IssuingCode.Parse(member.ToString())], new Uri($"https://{member.ToString().ToLowerInvariant()}.example:8443"), contact);
            var application = MemberApplication.Create(details, keys.Online, keys.Root, now);
            draft.Put(MemberApplication.TryRead(application.ToJson(), out var read, out var wrong) ? read : throw new InvalidOperationException(string.Join("; ", wrong)));
        }

        draft.Json["threshold"] = 2;
        draft.Put(new RegisterTerms(
            DocumentRegister.RegisterName, SharingMode.Replicated, [Border], [SharingPair.All], TimeSpan.FromDays(3650), TimeSpan.FromHours(6), TimeSpan.FromDays(1), RevocationMayBeStale: true, [], null));
        if (!draft.TryFinish(out var charter, out var faults))
        {
            throw new InvalidOperationException(string.Join("; ", faults));
        }

        var document = rings.Aggregate(charter.Document, (signed, keys) => signed.SignedBy(keys.Root.Current(KeyUse.Root).Signer));
        return Charter.TryRead(document.ToJson(), out var signedCharter, out faults) ? signedCharter : throw new InvalidOperationException(string.Join("; ", faults));
    }

    /// <summary>A line without a wire: signing, checking and everything behind it is real.</summary>
    private sealed class ShortLine(TwoNodes nodes, MemberCode from) : ILine
    {
        public Task<LineAnswer> SendAsync(MemberCode to, Transmission transmission, TimeSpan timeout, CancellationToken cancel) =>
            (to == Utopia ? nodes.Owner : nodes.Partner).Reception.ReceiveAsync(from, transmission, cancel);
    }
}
