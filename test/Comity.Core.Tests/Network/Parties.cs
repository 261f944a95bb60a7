using Comity.Core.Access;
using Comity.Core.Jose;
using Comity.Core.Members;

namespace Comity.Core.Tests.Network;

/// <summary>Five fictional States with their keys, and charters that all their roots signed.</summary>
internal sealed class Parties
{
    public static readonly DateTimeOffset Start = new(2026, 1, 5, 12, 0, 0, TimeSpan.Zero);
    public static readonly MemberCode Utopia = MemberCode.Parse("UTO");
    public static readonly MemberCode Arcadia = MemberCode.Parse("XAR");
    public static readonly MemberCode Lyonesse = MemberCode.Parse("XLY");
    public static readonly MemberCode Ruritania = MemberCode.Parse("XRU");
    public static readonly MemberCode Atlantis = MemberCode.Parse("XAT");
    public static readonly MemberCode[] All = [Utopia, Arcadia, Lyonesse, Ruritania, Atlantis];
    public static readonly RegisterName Replicated = RegisterName.Parse("test-records");
    public static readonly RegisterName Queried = RegisterName.Parse("test-profiles");
    public static readonly Purpose Border = Purpose.Parse("border-control");
    public static readonly Purpose Crime = Purpose.Parse("serious-crime");
    public static readonly TimeSpan Retention = TimeSpan.FromDays(30);
    public static readonly Actor Officer = new("t1", "duty-desk", Rights.Check | Rights.Publish, new HashSet<Purpose> { Border, Crime });

    private readonly Dictionary<MemberCode, (KeyRing Online, KeyRing Root)> _rings =
        All.ToDictionary(member => member, _ => (KeyRing.Generate(KeyRing.Online, Randomness.System), KeyRing.Generate([KeyUse.Root], Randomness.System)));

    /// <summary>The same for every test that does not change keys: making them takes time.</summary>
    public static Parties Shared { get; } = new();

    /// <summary>Charter 1: 26 weeks, both registers among all.</summary>
    public Charter Genesis => field ??= Sign(Draft());

    public KeyRing Online(MemberCode member) => _rings[member].Online;

    public SigningKey Root(MemberCode member) => _rings[member].Root.Current(KeyUse.Root).Signer;

    /// <summary>Moves a member to its next key; only with keys of the test's own.</summary>
    public void Rotate(MemberCode member, KeyUse use)
    {
        Assert.NotSame(Shared, this);
        _rings[member] = (_rings[member].Online.Rotate(use, Randomness.System), _rings[member].Root);
    }

    public CharterDraft Draft(int weeks = 26, params string[] realms)
    {
        var draft = CharterDraft.New("test-net", Start, weeks);
        foreach (var member in All)
        {
            draft.Put(Application(member));
        }

        if (realms.Length > 0)
        {
            draft.Json["realms"] = new System.Text.Json.Nodes.JsonArray([.. realms.Select(realm => System.Text.Json.Nodes.JsonValue.Create(realm))]);
        }

        draft.Json["threshold"] = 3;
        draft.Put(Terms(Replicated, SharingMode.Replicated, SharingPair.All));
        draft.Put(Terms(Queried, SharingMode.Queried, new SharingPair(null, new HashSet<MemberCode> { Utopia, Arcadia, Lyonesse })));
        return draft;
    }

    public Charter Sign(CharterDraft draft)
    {
        Assert.True(draft.TryFinish(out var charter, out var faults), string.Join("; ", faults));
        var document = All.Aggregate(charter.Document, (signed, member) => signed.SignedBy(Root(member)));
        Assert.True(Charter.TryRead(document.ToJson(), out var read, out faults), string.Join("; ", faults));
        return read;
    }

    private MemberApplication Application(MemberCode member)
    {
        var contact = new ContactPoint("Duty desk", "+000 1 234", "desk@example.org", ["en", "fr"], "24/7");
        var details = new MemberApplication.Details(
            member, new MemberName(member.ToString(), member.ToString()), [IssuingCode.Parse(member.ToString())], new Uri($"https://{member.ToString().ToLowerInvariant()}.example:8443"), contact);
        var application = MemberApplication.Create(details, _rings[member].Online, _rings[member].Root, Start);
        Assert.True(MemberApplication.TryRead(application.ToJson(), out var read, out var faults), string.Join("; ", faults));
        return read;
    }

    public static RegisterTerms Terms(RegisterName name, SharingMode mode, params SharingPair[] between) => new(
        name, mode, [Border, Crime], between, Retention, TimeSpan.FromHours(6), TimeSpan.FromDays(1), RevocationMayBeStale: true,
        mode == SharingMode.Queried ? [new Quota(Arcadia, Border, 5)] : [], mode == SharingMode.Queried ? TimeSpan.FromSeconds(5) : null);
}
