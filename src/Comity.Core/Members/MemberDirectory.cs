using System.Collections.Frozen;
using Comity.Core.Jose;

namespace Comity.Core.Members;

/// <summary>Who is who and who may do what, computed once from a charter and the notices after it. Immutable; lookups cost a dictionary's.</summary>
/// <remarks>Denies by default: what the charter does not allow, and everything to and from a suspended member, is refused. Expiry depends on the clock: ask <see cref="Charter.IsExpired"/> as well.</remarks>
public sealed class MemberDirectory
{
    private readonly FrozenDictionary<MemberCode, Member> _members;
    private readonly FrozenDictionary<KeyId, KnownKey> _keys;
    private readonly FrozenDictionary<SpkiPin, KnownKey> _pins;
    private readonly FrozenDictionary<RegisterName, RegisterTerms> _registers;
    private readonly FrozenDictionary<RegisterName, ServiceTerms> _services;
    private readonly FrozenDictionary<RegisterName, RequestTerms> _requests;
    private readonly ILookup<MemberCode, KnownKey> _logKeys;

    private MemberDirectory(Charter charter, NoticeBoard notices)
    {
        Charter = charter;
        var listed = charter.Members.SelectMany(m => m.Keys.All.SelectMany(k => k.Keys.All)).Select(k => k.Id).ToHashSet();
        var states = charter.Members.ToDictionary(m => m.Code, m => MemberState.Of(m, notices.About(m.Code), listed.Contains));
        _members = charter.Members.ToFrozenDictionary(m => m.Code, m => new Member(m, states[m.Code].Keys, states[m.Code].Suspended) { Ended = states[m.Code].Ended });
        _keys = Index(states);
        _pins = _keys.Values.Where(k => k.Use == KeyUse.Tls).ToFrozenDictionary(k => SpkiPin.Of(k.Key));
        _registers = charter.Registers.ToFrozenDictionary(r => r.Name);
        _services = charter.Services.ToFrozenDictionary(s => s.Name);
        _requests = charter.Requests.ToFrozenDictionary(r => r.Kind);
        _logKeys = _keys.Values.Where(k => k.LogKey is not null).ToLookup(k => k.Member.Code);
        WithoutEffect = [.. states.Values.SelectMany(s => s.WithoutEffect)];
    }

    /// <summary>The charter that it is computed from.</summary>
    public Charter Charter { get; }

    /// <summary>Every member, suspended ones too, by code.</summary>
    public IReadOnlyCollection<Member> Members => _members.Values;

    /// <summary>Accepted notices that changed nothing: for keys that the member has not, or rotations that do not fit its keys. Show them.</summary>
    public IReadOnlyList<Notice> WithoutEffect { get; }

    /// <summary>Computes the directory.</summary>
    /// <param name="charter">The charter in force.</param>
    /// <param name="notices">The notices accepted under its chain; those that the charter takes into account are passed over.</param>
    public static MemberDirectory Of(Charter charter, NoticeBoard notices) => new(charter, notices);

    /// <summary>The member with this code; null where there is none.</summary>
    public Member? Find(MemberCode code) => _members.GetValueOrDefault(code);

    /// <summary>The key with this thumbprint, whatever its use and status; null where no member has it.</summary>
    public KnownKey? Find(KeyId key) => _keys.GetValueOrDefault(key);

    /// <summary>The TLS key with this pin, whatever its status; null where no member has it.</summary>
    public KnownKey? Find(SpkiPin pin) => _pins.GetValueOrDefault(pin);

    /// <summary>The keys of a member that may be used now, the current before the next; none where all are revoked or nobody has this code.</summary>
    /// <remarks>Encrypt to the first; expect TLS and signatures from any.</remarks>
    public IReadOnlyList<KnownKey> ActiveKeys(MemberCode member, KeyUse use) => Find(member) is { } found
        ? [.. found.Keys[use].Active.Select(k => _keys[k.Id]).Where(k => k.Member.Code == member && k.Status.IsActive)]
        : [];

    /// <summary>The log keys of a member whose signature counts on a checkpoint.</summary>
    /// <param name="member">The member.</param>
    /// <param name="origin">The log's origin.</param>
    /// <param name="size">The checkpoint's size.</param>
    public IEnumerable<KnownKey> LogKeys(MemberCode member, string origin, long size) =>
        _logKeys[member].Where(k => k.Status.Covers(origin, size));

    /// <summary>Where a log was ended by its owner's root; null where it was not.</summary>
    /// <param name="owner">Whose log.</param>
    /// <param name="origin">Its origin.</param>
    public LogEnd? End(MemberCode owner, string origin) => Find(owner)?.Ended.GetValueOrDefault(origin);

    /// <summary>The epoch of a member's ledger that its root has opened last; 1 where it opened none.</summary>
    public int LedgerEpoch(MemberCode owner) => Find(owner)?.Ended.Values
        .Select(end => Feeds.LedgerName.TryParse(end.Next, out var next) ? next.Epoch : 1).Append(1).Max() ?? 1;

    /// <summary>The feed as its owner's root has opened it last.</summary>
    /// <param name="feed">In any epoch.</param>
    public Feeds.FeedName Newest(Feeds.FeedName feed)
    {
        var epochs = Find(feed.Owner)?.Ended.Values
            .Select(end => Feeds.FeedName.TryParse(end.Next, out var next) && next.InEpoch(feed.Epoch) == feed ? next.Epoch : 1).Append(1).Max() ?? 1;
        return feed.InEpoch(epochs);
    }

    /// <summary>What the charter says of a register; null where it is not shared at all.</summary>
    public RegisterTerms? Register(RegisterName name) => _registers.GetValueOrDefault(name);

    /// <summary>What the charter says of a service; null where there is none.</summary>
    public ServiceTerms? Service(RegisterName name) => _services.GetValueOrDefault(name);

    /// <summary>Whether a member may read, or check against, another's records. An owner may always read its own.</summary>
    /// <param name="register">The register.</param>
    /// <param name="owner">Whose records.</param>
    /// <param name="reader">Who reads.</param>
    public bool MayRead(RegisterName register, MemberCode owner, MemberCode reader) =>
        AreActive(owner, reader) && Register(register) is { } terms
        && terms.Between.Any(p => owner == reader ? p.HasOwner(owner) : terms.Mode != SharingMode.Local && p.Allows(owner, reader));

    /// <summary>Whether a member may publish records about documents with an issuing code.</summary>
    /// <param name="register">The register.</param>
    /// <param name="owner">Who publishes.</param>
    /// <param name="code">The issuing code.</param>
    public bool MayPublish(RegisterName register, MemberCode owner, IssuingCode code) =>
        MayRead(register, owner, owner) && _members[owner].Listed.Issues.Contains(code);

    /// <summary>Whether a member may ask another for a service.</summary>
    /// <param name="service">The service.</param>
    /// <param name="asked">Who would render it.</param>
    /// <param name="asker">Who asks.</param>
    public bool MayAsk(RegisterName service, MemberCode asked, MemberCode asker) =>
        AreActive(asked, asker) && Service(service) is { } terms && terms.Between.Any(p => p.Allows(asked, asker));

    /// <summary>What the charter says of a kind of request; null where there is none.</summary>
    public RequestTerms? Request(RegisterName kind) => _requests.GetValueOrDefault(kind);

    /// <summary>Whether a member may send another a request of a kind.</summary>
    /// <param name="kind">The kind.</param>
    /// <param name="asked">Who is asked.</param>
    /// <param name="asker">Who asks.</param>
    public bool MayRequest(RegisterName kind, MemberCode asked, MemberCode asker) =>
        asked != asker && AreActive(asked, asker) && Request(kind) is { } terms && terms.Between.Any(p => p.Allows(asked, asker));

    /// <summary>Every other member that may read an owner's records: the widest audience that a feed may have.</summary>
    /// <param name="register">The register.</param>
    /// <param name="owner">Whose records.</param>
    public IReadOnlyList<MemberCode> Readers(RegisterName register, MemberCode owner) =>
        [.. _members.Keys.Where(m => m != owner && MayRead(register, owner, m)).Order()];

    private bool AreActive(MemberCode first, MemberCode second) =>
        Find(first) is { Suspended: false } && Find(second) is { Suspended: false };

    private FrozenDictionary<KeyId, KnownKey> Index(Dictionary<MemberCode, MemberState> states)
    {
        var keys = new Dictionary<KeyId, KnownKey>();
        foreach (var (code, state) in states)
        {
            foreach (var (use, key) in state.Keys.All.SelectMany(k => k.Keys.All.Select(key => (k.Use, key))))
            {
                // Two members may announce the same new key by notice; then it is the first one's.
                keys.TryAdd(key.Id, new KnownKey(_members[code], use, key, state.StatusOf(use, key)));
            }
        }

        return keys.ToFrozenDictionary();
    }
}

/// <summary>A member as it stands now.</summary>
/// <param name="Listed">What the charter says of it.</param>
/// <param name="Keys">Its keys after the notices.</param>
/// <param name="Suspended">Whether it takes part in nothing, by charter or notice.</param>
public sealed record Member(CharterMember Listed, MemberKeys Keys, bool Suspended)
{
    /// <summary>Its code.</summary>
    public MemberCode Code => Listed.Code;

    /// <summary>Its logs that its root has ended, by origin.</summary>
    public IReadOnlyDictionary<string, LogEnd> Ended { get; init; } = new Dictionary<string, LogEnd>();
}
