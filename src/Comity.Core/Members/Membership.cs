using Comity.Core.Access;
using Comity.Core.Jose;
using Comity.Core.Ledger;
using Comity.Core.Recovery;
using Comity.Core.Storage;

namespace Comity.Core.Members;

/// <summary>Whether what a key signs now counts.</summary>
public enum KeyStanding
{
    /// <summary>Current or next.</summary>
    Active,

    /// <summary>Out of use.</summary>
    Retired,

    /// <summary>Revoked.</summary>
    Revoked,
}

/// <summary>This node's place in its network: who it is, what charter it goes by, whose keys it trusts.</summary>
public sealed class Membership
{
    private readonly NodeStore _store;
    private readonly TimeProvider _clock;
    private readonly IReadOnlySet<int> _versions;
    private readonly System.Collections.Concurrent.ConcurrentDictionary<MemberCode, int> _spoken = new();
    private readonly SemaphoreSlim _adding = new(1, 1);   // each addition is judged against the state that the one before left
    private readonly BodySealer _sealer;
    private volatile State _state;
    private volatile LedgerLog _ledger;

    private Membership(NodeStore store, NodeIdentity identity, TimeProvider clock, BodySealer sealer, State state)
    {
        _store = store;
        _clock = clock;
        _versions = identity.Versions;
        _state = state;
        Self = identity.Self;
        Keys = identity.Keys;
        Genesis = state.Chain.Genesis;
        Network = Genesis.ToString()[..16];
        Past = OwnPast.Load(store);
        _ledger = new LedgerLog(Feeds.FeedName.LedgerOrigin(Network, Self, LedgerEpoch), sealer);
        _sealer = sealer;
    }

    /// <summary>Reads charters and notices from the store.</summary>
    /// <exception cref="StorageException">They are not there, or damaged.</exception>
    public static Membership Load(NodeStore store, NodeIdentity identity, TimeProvider clock, BodySealer sealer) =>
        new(store, identity, clock, sealer, store.Read(session => State.Read(session, identity.Genesis)));

    /// <summary>Goes by the charters and notices in the store, which another process may have taken in. Raises nothing.</summary>
    internal void Reload(ReadSession session) => _state = State.Read(session, Genesis);

    /// <summary>Raised after a charter or notice came into force.</summary>
    public event Func<Task>? Changed;

    /// <summary>This node's member.</summary>
    public MemberCode Self { get; }

    /// <summary>This node's keys.</summary>
    public KeyRing Keys { get; }

    /// <summary>The hash that was exchanged in person.</summary>
    public CharterHash Genesis { get; }

    /// <summary>The network's short identifier in origins.</summary>
    public string Network { get; }

    /// <summary>Whether this node knows all that it ever signed.</summary>
    public OwnPast Past { get; }

    /// <summary>This node's ledger, in the epoch that is written to now.</summary>
    public LedgerLog Ledger
    {
        get
        {
            var origin = Feeds.FeedName.LedgerOrigin(Network, Self, LedgerEpoch);
            var ledger = _ledger;
            return ledger.Origin == origin ? ledger : _ledger = new LedgerLog(origin, _sealer);
        }
    }

    private int LedgerEpoch => Math.Max(_state.Directory.LedgerEpoch(Self), Past.Now.Ledger);

    /// <summary>Who is who, as of now.</summary>
    public MemberDirectory Directory => _state.Directory;

    /// <summary>The charters.</summary>
    public CharterChain Chain => _state.Chain;

    /// <summary>The notices.</summary>
    public NoticeBoard Notices => _state.Board;

    /// <summary>The number of the charter in force here.</summary>
    public long Number => _state.Directory.Charter.Number;

    /// <summary>The protocol versions this program speaks.</summary>
    public IReadOnlySet<int> Versions => _versions;

    /// <summary>How old what this node knows of revocations is; null for a node that exchanges nothing.</summary>
    public Contacts.Revocations? Revocations { get; internal set; }

    /// <summary>Opens new epochs of this node's own logs; null for a node without registers.</summary>
    internal OwnEpochs? OpensEpoch { get; set; }

    /// <summary>Whether exchange is stopped.</summary>
    public bool Expired(DateTimeOffset now) => _state.Directory.Charter.IsExpired(now);

    /// <summary>Whether a version is spoken here.</summary>
    public bool Speaks(int version) => _versions.Contains(version);

    /// <summary>The highest version both sides are known to speak; the lowest of ours before the partner said anything.</summary>
    public int VersionFor(MemberCode member) => _spoken.TryGetValue(member, out var version) ? version : _versions.Min();

    /// <summary>Notes which versions a partner speaks.</summary>
    public void NoteVersions(MemberCode member, IEnumerable<int> versions)
    {
        var common = versions.Where(_versions.Contains).DefaultIfEmpty(_versions.Min()).Max();
        _spoken[member] = common;
    }

    /// <summary>Whether the charter knows the realm.</summary>
    public bool Allows(Realm realm) => _state.Directory.Charter.Realms.Contains(realm);

    /// <summary>Whether a member is suspended; true for one that is none.</summary>
    public bool IsSuspended(MemberCode member) => _state.Directory.Find(member)?.Suspended ?? true;

    /// <summary>The other members, suspended ones left out.</summary>
    public IEnumerable<Member> Partners => _state.Directory.Members.Where(member => member.Code != Self && !member.Suspended);

    /// <summary>An active signing key by its thumbprint.</summary>
    public VerifyingKey? SigningKey(KeyId kid, out MemberCode? member)
    {
        var key = AnySigningKey(kid, out member, out var standing);
        return standing == KeyStanding.Active ? key : null;
    }

    /// <summary>A signing key whatever its standing, so that a refusal can say why.</summary>
    public VerifyingKey? AnySigningKey(KeyId kid, out MemberCode? member, out KeyStanding? standing)
    {
        var known = _state.Directory.Find(kid) is { Use: KeyUse.Signing } key ? key : null;
        member = known?.Member.Code;
        standing = known?.Status switch
        {
            null => null,
            KeyStatus.Revoked => KeyStanding.Revoked,
            KeyStatus.Retired => KeyStanding.Retired,
            _ => KeyStanding.Active,
        };
        return known?.Verifier;
    }

    /// <summary>The size up to which any key of the owner, revoked and retired ones too, still vouches for a log.</summary>
    public long TrustedSize(MemberCode owner, string origin) =>
        _state.Directory.Find(owner)?.Keys[KeyUse.Log].All.Select(key => _state.Directory.Find(key.Id)?.Status).Max(status => status switch
        {
            KeyStatus.Revoked revoked => revoked.TrustedSizes.GetValueOrDefault(origin),
            KeyStatus.Retired retired => retired.LogSizes.GetValueOrDefault(origin),
            _ => 0L,
        }) ?? 0;

    /// <summary>The charter's terms for a register; null where it is not shared.</summary>
    public RegisterTerms? Terms(RegisterName register) => _state.Directory.Register(register);

    /// <summary>Whether an owner may publish for an issuing code; in a register that is not shared a State keeps to its own codes, too.</summary>
    public bool MayPublish(RegisterName register, MemberCode owner, IssuingCode code) =>
        _state.Directory.Register(register) is null
            ? _state.Directory.Find(owner)?.Listed.Issues.Contains(code) ?? false
            : _state.Directory.MayPublish(register, owner, code);

    /// <summary>Takes in a charter from outside; durable when the task completes.</summary>
    public Task<CharterAddition> AddAsync(ReadOnlyMemory<byte> charter, Actor by) => OneByOneAsync(() => TakeInCharterAsync(charter, by));

    /// <summary>Takes in a notice from outside; durable when the task completes.</summary>
    public Task<NoticeAddition> AddNoticeAsync(ReadOnlyMemory<byte> notice, Actor by) => OneByOneAsync(() => TakeInNoticeAsync(notice, by));

    private async Task<T> OneByOneAsync<T>(Func<Task<T>> add)
    {
        var before = _state;
        await _adding.WaitAsync();
        T addition;
        try
        {
            addition = await add();
        }
        finally
        {
            _adding.Release();
        }

        if (!ReferenceEquals(before, _state))
        {
            await (Changed?.Invoke() ?? Task.CompletedTask);
        }

        return addition;
    }

    // What is not new costs no transaction; what seems new is judged in it once more, against all that any process took in before.
    private async Task<CharterAddition> TakeInCharterAsync(ReadOnlyMemory<byte> charter, Actor by) =>
        _state.Chain.Add(charter) is var first and not CharterAddition.Added ? first : await _store.WriteAsync(session =>
        {
            var addition = _state.Chain.Add(charter);
            if (addition is CharterAddition.Added added)
            {
                InsertCharter(session, added.Charter);
                Ledger.AppendOrOwe(session, Past, new LedgerNote(LedgerKind.Charter, _clock.GetUtcNow(), by)
                    .With("number", added.Charter.Number).With("hash", added.Charter.Hash.ToString()));
                session.AfterCommit(() => _state = State.Of(added.Chain, _state.Board));
            }

            return addition;
        });

    private async Task<NoticeAddition> TakeInNoticeAsync(ReadOnlyMemory<byte> notice, Actor by)
    {
        var first = _state.Board.Add(notice, _state.Chain);
        if (Kept(first) is not { } seen)
        {
            return first;
        }

        // What partners send of this node's own epochs was opened by it before; only a person beside it opens one now.
        var opens = seen.Notice is Notice.Epoch { } epoch && epoch.Member == Self && by != Actor.Node ? epoch : null;
        if (opens is not null && OpensEpoch is { } opening && _store.Read(session => opening.Fault(session, opens)) is { } fault)
        {
            return new NoticeAddition.Refused(CharterFault.NotApplicable, fault);
        }

        if (opens is not null)
        {
            OpensEpoch?.Permit(opens);
        }

        var addition = await _store.WriteAsync(session => TakeIn(session, notice, opens, by));
        Past.Refresh();
        return addition;
    }

    private NoticeAddition TakeIn(WriteSession session, ReadOnlyMemory<byte> notice, Notice.Epoch? opens, Actor by)
    {
        var addition = _state.Board.Add(notice, _state.Chain);
        if (Kept(addition) is not { } kept)
        {
            return addition;
        }

        var (board, added) = kept;
        session.Tell(StoreNews.Membership);
        session.Execute(
            "INSERT INTO notice (ordinal, hash, content) SELECT COALESCE(MAX(ordinal), 0) + 1, @hash, @content FROM notice",
            ("@hash", added.Hash.ToString()), ("@content", added.Document.ToJson()));
        Ledger.AppendOrOwe(session, Past, new LedgerNote(LedgerKind.Notice, _clock.GetUtcNow(), by)
            .With("about", added.Member.ToString()).With("sequence", added.Sequence).With("type", added.GetType().Name.ToLowerInvariant()).With("hash", added.Hash.ToString()));
        if (opens is not null)
        {
            OpensEpoch?.Open(session, opens, by);
        }

        session.AfterCommit(() => _state = State.Of(_state.Chain, board));
        return addition;
    }

    private static (NoticeBoard Board, Notice Notice)? Kept(NoticeAddition addition) => addition switch
    {
        NoticeAddition.Added added => (added.Board, added.Notice),
        NoticeAddition.Conflict conflict => (conflict.Board, conflict.Notice),
        _ => null,
    };

    /// <summary>Writes a charter's row: the only thing a node writes before it has a ledger.</summary>
    public static void InsertCharter(WriteSession session, Charter charter)
    {
        session.Tell(StoreNews.Membership);
        session.Execute(
            "INSERT INTO charter (number, hash, content) VALUES (@number, @hash, @content)",
            ("@number", (long)charter.Number), ("@hash", charter.Hash.ToString()), ("@content", charter.Document.ToJson()));
    }

    private sealed record State(CharterChain Chain, NoticeBoard Board, MemberDirectory Directory)
    {
        public static State Read(ReadSession session, CharterHash genesis)
        {
            var charters = session.Query("SELECT content FROM charter ORDER BY number", row => row.Bytes(0));
            var notices = session.Query("SELECT content FROM notice ORDER BY ordinal", row => row.Bytes(0));
            var chain = CharterChain.Of(genesis, charters) ?? throw new StorageException("A stored charter is damaged or of another network.", away: false);
            return chain.Current is null
                ? throw new StorageException("There is no charter here yet: comity join", away: false)
                : Of(chain, NoticeBoard.Of(notices, chain));
        }

        public static State Of(CharterChain chain, NoticeBoard board) => new(chain, board, MemberDirectory.Of(chain.Current!, board));
    }
}

/// <summary>Who a node is.</summary>
/// <param name="Self">Its member.</param>
/// <param name="Genesis">The hash of the network's first charter, exchanged in person.</param>
/// <param name="Keys">Its keys.</param>
/// <param name="Versions">The protocol versions it speaks.</param>
public sealed record NodeIdentity(MemberCode Self, CharterHash Genesis, KeyRing Keys, IReadOnlySet<int> Versions)
{
    /// <summary>The version this program was written for, and the one before where there was one.</summary>
    public static IReadOnlySet<int> SpokenVersions { get; } = new HashSet<int> { 1 };
}
