using System.Text;
using System.Text.Json.Nodes;
using Comity.Core.Jose;
using Comity.Core.Members;

namespace Comity.Core.Tests.Members;

/// <summary>A network of fictional States with all their keys, to sign whatever a test needs.</summary>
internal sealed class TestNetwork
{
    public static readonly DateTimeOffset Start = new(2026, 1, 5, 12, 0, 0, TimeSpan.Zero);
    public static readonly MemberCode Utopia = MemberCode.Parse("UTO");
    public static readonly MemberCode Arcadia = MemberCode.Parse("XAR");
    public static readonly MemberCode Lyonesse = MemberCode.Parse("XLY");
    public static readonly RegisterName Documents = RegisterName.Parse("travel-documents");
    public static readonly RegisterName Profiles = RegisterName.Parse("profiles");
    public static readonly RegisterName Confirmation = RegisterName.Parse("hit-confirmation");
    public static readonly Purpose Border = Purpose.Parse("border-control");

    private static readonly Dictionary<MemberCode, (string En, string Fr)> Names = new()
    {
        [Utopia] = ("Utopia", "Utopie"), [Arcadia] = ("Arcadia", "Arcadie"), [Lyonesse] = ("Lyonesse", "Lyonesse"),
    };

    private readonly Dictionary<MemberCode, (KeyRing Online, KeyRing Root)> _rings = [];

    public KeyRing Online(MemberCode member) => Rings(member).Online;

    public SigningKey Root(MemberCode member) => Rings(member).Root.Current(KeyUse.Root).Signer;

    public SigningKey NextRoot(MemberCode member) => Rings(member).Root.Next(KeyUse.Root).Signer;

    public JwsDocument Application(MemberCode member)
    {
        var (online, root) = Rings(member);
        var (en, fr) = Names[member];
        var contact = new ContactPoint("Duty desk", "+000 1 234", "desk@example.org", ["en", "fr"], "24/7");
        var details = new MemberApplication.Details(
            member, new MemberName(en, fr), [IssuingCode.Parse(member.ToString())], new Uri($"https://{member.ToString().ToLowerInvariant()}.example:8443"), contact);
        return MemberApplication.Create(details, online, root, Start);
    }

    public static MemberApplication Read(JwsDocument application)
    {
        Assert.True(MemberApplication.TryRead(application.ToJson(), out var read, out var faults), string.Join("; ", faults));
        return read;
    }

    /// <summary>A draft of charter 1 with these members, three registers' worth of terms, and a threshold of two where there are two.</summary>
    public CharterDraft GenesisDraft(params MemberCode[] members)
    {
        var draft = CharterDraft.New("test-net", Start, weeks: 8);
        foreach (var member in members)
        {
            draft.Put(Read(Application(member)));
        }

        draft.Json["threshold"] = Math.Min(2, members.Length);
        draft.Put(Terms(Documents, SharingMode.Replicated, SharingPair.All));
        draft.Put(Terms(Profiles, SharingMode.Queried, new SharingPair(new HashSet<MemberCode> { members[0] }, new HashSet<MemberCode> { members[^1] })));
        draft.Put(new ServiceTerms(Confirmation, [Border], [SharingPair.All], RevocationMayBeStale: false));
        return draft;
    }

    public Charter Genesis(params MemberCode[] members) => Sign(GenesisDraft(members), members);

    public CharterChain Chain(params MemberCode[] members)
    {
        var genesis = Genesis(members);
        return Add(CharterChain.Pinned(genesis.Hash), genesis);
    }

    public Charter Sign(CharterDraft draft, params MemberCode[] signers) => SignWith(draft, [.. signers.Select(Root)]);

    public static Charter SignWith(CharterDraft draft, params SigningKey[] keys)
    {
        Assert.True(draft.TryFinish(out var charter, out var faults), string.Join("; ", faults));
        return Reread(keys.Aggregate(charter.Document, (document, key) => document.SignedBy(key)));
    }

    public static Charter Reread(JwsDocument document)
    {
        Assert.True(Charter.TryRead(document.ToJson(), out var charter, out var faults), string.Join("; ", faults));
        return charter;
    }

    public static CharterChain Add(CharterChain chain, Charter charter) =>
        Assert.IsType<CharterAddition.Added>(chain.Add(charter.Document.ToJson())).Chain;

    public static RegisterTerms Terms(RegisterName name, SharingMode mode, params SharingPair[] between) => new(
        name, mode, [Border], between, TimeSpan.FromDays(3650), TimeSpan.FromHours(6), TimeSpan.FromDays(1), RevocationMayBeStale: true,
        [new Quota(Arcadia, null, 100), new Quota(null, Border, 1000)], mode == SharingMode.Queried ? TimeSpan.FromSeconds(20) : null);

    public static byte[] Payload(JsonNode json) => Encoding.UTF8.GetBytes(json.ToJsonString());

    private (KeyRing Online, KeyRing Root) Rings(MemberCode member)
    {
        if (!_rings.TryGetValue(member, out var rings))
        {
            _rings[member] = rings = (KeyRing.Generate(KeyRing.Online, Randomness.System), KeyRing.Generate([KeyUse.Root], Randomness.System));
        }

        return rings;
    }
}
