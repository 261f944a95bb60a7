using Comity.Core.Access;
using Comity.Core.Access.SigningIn;
using Comity.Core.Access.TwoPersons;
using Comity.Core.Contacts;
using Comity.Core.Exchange;
using Comity.Core.Feeds;
using Comity.Core.Ledger;
using Comity.Core.Members;
using Comity.Core.Processes;
using Comity.Core.Recovery;
using Comity.Core.Registers;
using Comity.Core.Registers.Snapshots;
using Comity.Core.Requests;
using Comity.Core.Requests.Clocks;
using Comity.Core.Requests.Kinds;
using Comity.Core.Storage;

namespace Comity.Core;

/// <summary>What a node is made of besides its defaults.</summary>
public sealed record NodeParts
{
    /// <summary>The durable state, with its schema.</summary>
    public required NodeStore Store { get; init; }

    /// <summary>Who it is.</summary>
    public required NodeIdentity Identity { get; init; }

    /// <summary>32 bytes without which the stored bodies cannot be read.</summary>
    public required byte[] StorageKey { get; init; }

    /// <summary>The registers of the program.</summary>
    public required IReadOnlyList<IRegister> Registers { get; init; }

    /// <summary>The way to the partners, made when membership is known.</summary>
    public required Func<Membership, ILine> Line { get; init; }

    /// <summary>The kinds of request in use.</summary>
    public IReadOnlyList<RequestKind> Kinds { get; init; } = [];

    /// <summary>Reads a kind's canonical form, for requests made under a wording that is in use no more; null where it cannot be read.</summary>
    public Func<ReadOnlyMemory<byte>, RequestKind?> ReadKind { get; init; } = _ => null;

    /// <summary>When this State's unit works: terms that are asked of it are counted by it.</summary>
    public WorkCalendar Calendar { get; init; } = WorkCalendar.Default;

    /// <summary>The time.</summary>
    public TimeProvider Clock { get; init; } = TimeProvider.System;

    /// <summary>Salts, ids, secrets.</summary>
    public Randomness Randomness { get; init; } = Randomness.System;

    /// <summary>Services beside the core's own.</summary>
    public Func<NodeContext, IEnumerable<IExchangeService>> Services { get; init; } = _ => [];

    /// <summary>What the operator calls this process, where several share the store; 1 to 40 characters.</summary>
    public string Process { get; init; } = "node";

    /// <summary>A folder for copies of the indexes, of this process alone; null for none.</summary>
    public string? SnapshotFolder { get; init; }

    /// <summary>How long the details of ledger entries are kept; one day to ten years. Default: one year.</summary>
    public TimeSpan KeepLedgerDetails { get; init; } = TimeSpan.FromDays(365);

    /// <summary>How long people stay signed in. Default: 30 minutes without a request, 12 hours in any case.</summary>
    public SessionLimits Sessions { get; init; } = SessionLimits.Default;
}

/// <summary>One State's node, without its host: everything it can do, called from pages, commands, the line and the tests alike.</summary>
public sealed class Node
{
    private static readonly TimeSpan ScrubEvery = TimeSpan.FromHours(1);

    private readonly ContactRound _round;
    private DateTimeOffset _scrubbed;

    private Node(NodeParts parts, NodeContext context)
    {
        Context = context;
        People = new People(context, parts.Sessions);
        Indexes = new RegisterIndexes(parts.Registers, context.Sealer);
        News = new NewsSignal();
        Standings = new Standings(context);
        Follower = new Follower(context, Indexes, Standings, News);
        Duties = new Duties(context, Follower, parts.Process);
        Correspondent = new Correspondent(context, parts.Line(context.Membership));
        Inquiry = new PastInquiry(context, Correspondent);
        Recovery = new FeedRecovery(context, Correspondent, Indexes, Inquiry, Standings);
        Outbox = new Outbox(context, Correspondent);
        Changes = new RecordChanges(context, Indexes, News, Standings);
        var notices = new HitNotices(context, Indexes);
        Hits = new HitTable(context, Indexes);
        Asked = new WhoAsked(context, Indexes);
        Verification = new VerificationJob(context);
        Checks = new Checks(context, Indexes, Standings, new QueryAsker(context, Correspondent), notices, Follower);
        Quarantine = new Quarantine(context, Indexes, Standings);
        Retention = new Retention(context, Indexes, Changes, Standings, News, parts.KeepLedgerDetails);
        Approvals = new Approvals(context, People.Sessions);
        Officers = new OfficerActs(People);
        foreach (var kind in new IApprovable[] { Officers, new OpenDetail(context), new WithdrawRange(Changes, Indexes), new ExpireByOwnClock(context, Retention), new NewEpoch(context) })
        {
            Approvals.Register(kind);
        }

        Erasures = new ErasureWatch(context);
        Requests = new RequestEngine(context, parts.Kinds, parts.ReadKind, parts.Calendar, Indexes, Approvals);
        Mirror = new FeedMirror(context, Indexes, Standings);
        Pulls = new PullService(context);
        Files = new FeedFile(context, Pulls, Mirror, Standings);
        Tokens = new Tokens(context);
        Refusals = new RefusalCounter();
        var witness = new Witness(context);
        var gossip = new Gossip(context, witness, Standings, Inquiry);
        _round = new ContactRound(context, Correspondent, witness, gossip, Mirror, Outbox, Indexes, Standings);
        Reception = new Reception(context, Refusals, Follower,
        [
            new ContactService(context, witness, gossip, News), new DocumentsService(context), Pulls, new ErasureReceipts(context),
            new QueryService(context, Indexes, notices, Follower), notices, new RecoverHeads(context), new RecoverEntries(context), .. Requests.Services, .. parts.Services(context),
        ]);
        context.Membership.Revocations = new Revocations(context, Standings);
        context.Membership.OpensEpoch = new OwnEpochs(context, Indexes, Inquiry);
        context.Membership.Changed += async () =>
        {
            Standings.Refresh();
            News.Ring();
            if (context.Membership.Past.Refuses(context.Membership.Ledger.Origin) is null)
            {
                await Quarantine.DistrustAsync();
                await EndedFeeds.ApplyAsync(context, Indexes, Standings);
            }
        };
    }

    /// <summary>Opens a node on its store and fills the indexes.</summary>
    /// <exception cref="StorageException">The store is away, or there is no charter in it.</exception>
    public static Node Open(NodeParts parts)
    {
        var sealer = new BodySealer(parts.StorageKey, parts.Randomness);
        var membership = Membership.Load(parts.Store, parts.Identity, parts.Clock, sealer);
        parts.Store.Signer = new CheckpointSigner(parts.Identity.Keys.Current(KeyUse.Log).Log, membership.Past);
        var node = new Node(parts, new NodeContext(parts.Store, membership, sealer, parts.Clock, parts.Randomness));
        node.Snapshots = parts.SnapshotFolder is { } folder ? new IndexSnapshots(folder, parts.StorageKey, node.Context, node.Indexes, settle: node.Follower.Forget) : null;
        node.Loading = node.Follower.Load(node.Snapshots);
        parts.Store.Memory = node.Follower;
        return node;
    }

    /// <summary>Store, membership, clock, randomness.</summary>
    public NodeContext Context { get; }

    /// <summary>The registers and their indexes.</summary>
    public RegisterIndexes Indexes { get; }

    /// <summary>Keeps this process's memory equal to the store.</summary>
    public Follower Follower { get; }

    /// <summary>What this process does for the whole node.</summary>
    public Duties Duties { get; }

    /// <summary>Whether what the database acknowledges outlives the loss of a machine, as of the last look.</summary>
    public Protection Protection { get; private set; } = new(ProtectionState.Unprotected, "not looked at yet");

    /// <summary>Checks.</summary>
    public Checks Checks { get; }

    /// <summary>Hits on this State's records.</summary>
    public HitTable Hits { get; }

    /// <summary>Who asked about a subject.</summary>
    public WhoAsked Asked { get; }

    /// <summary>Walks of all logs.</summary>
    public VerificationJob Verification { get; }

    /// <summary>Own records.</summary>
    public RecordChanges Changes { get; }

    /// <summary>How fresh partners are.</summary>
    public Standings Standings { get; }

    /// <summary>Releasing feeds.</summary>
    public Quarantine Quarantine { get; }

    /// <summary>Expiry and sweeping.</summary>
    public Retention Retention { get; }

    /// <summary>Who is over the charter's term of erasure.</summary>
    public ErasureWatch Erasures { get; }

    /// <summary>API tokens.</summary>
    public Tokens Tokens { get; }

    /// <summary>Officers and their signing in.</summary>
    public People People { get; }

    /// <summary>Acts that need two persons.</summary>
    public Approvals Approvals { get; }

    /// <summary>Requests between States.</summary>
    public RequestEngine Requests { get; }

    /// <summary>What is proposed of officers' accounts.</summary>
    public OfficerActs Officers { get; }

    /// <summary>What partners send comes in here.</summary>
    public Reception Reception { get; }

    /// <summary>Those turned away.</summary>
    public RefusalCounter Refusals { get; }

    /// <summary>Messages that wait for a receipt.</summary>
    public Outbox Outbox { get; }

    /// <summary>Takes in partners' feeds.</summary>
    public FeedMirror Mirror { get; }

    /// <summary>Hands out own feeds.</summary>
    public PullService Pulls { get; }

    /// <summary>Feeds by file.</summary>
    public FeedFile Files { get; }

    /// <summary>Asks partners.</summary>
    public Correspondent Correspondent { get; }

    /// <summary>Wakes those who wait for news.</summary>
    public NewsSignal News { get; }

    /// <summary>How the indexes were filled at start.</summary>
    public IndexLoading Loading { get; private set; } = new(0, [], []);

    /// <summary>Records in the indexes at start.</summary>
    public long Indexed => Loading.Indexed;

    /// <summary>Records in force that could not be read at start.</summary>
    public long Unreadable => Loading.UnreadableAt.Count;

    /// <summary>Copies of the indexes for the next start; null where none are kept.</summary>
    public IndexSnapshots? Snapshots { get; private set; }

    /// <summary>Asks partners what they know of this node's own past.</summary>
    public PastInquiry Inquiry { get; }

    /// <summary>Fetches own entries back from partners.</summary>
    public FeedRecovery Recovery { get; }

    /// <summary>Why own records cannot be changed now; null where they can.</summary>
    public string? ReadOnly => Context.Membership.Past.ReadOnly;

    /// <summary>The log of this node's own whose past partners know better; null where all is well.</summary>
    public string? OwnPastMissing => Context.Membership.Past.Now.Ahead.FirstOrDefault()?.Origin;

    /// <summary>Notes in the ledger that the node went into service; before that, asks partners for a moment whether the store was set back.</summary>
    /// <param name="version">The program's.</param>
    /// <param name="patience">How long a partner may take that does not answer.</param>
    public async Task StartedAsync(string version, TimeSpan patience)
    {
        await Inquiry.AskAllAsync(patience, CancellationToken.None);
        await Context.Store.WriteAsync(session => Context.Membership.Ledger.AppendOrOwe(
            session, Context.Membership.Past, new LedgerNote(LedgerKind.Started, Context.Now, Actor.Node).With("version", version)
                .With("charter", Context.Membership.Number).With("process", Context.Store.Database.IsShared ? Duties.Name : null)));
    }

    /// <summary>Asks the database how protected it is; keeps what it knew where that is away.</summary>
    public void LookForProtection()
    {
        try
        {
            Protection = Context.Store.Database.Protection();
        }
        catch (StorageException e) when (e.Away)
        {
            return;
        }

        Telemetry.Protected.Record(Protection.State == ProtectionState.Unprotected ? 0 : 1);
    }

    /// <summary>Runs a round with one partner.</summary>
    /// <param name="partner">With whom.</param>
    /// <param name="wait">For how many seconds the partner may wait for news; 0 to 30.</param>
    /// <param name="cancel">Stops.</param>
    public async Task<RoundResult> ContactAsync(MemberCode partner, int wait = 0, CancellationToken cancel = default)
    {
        if (Context.Membership.Past.Now.State != PastState.Unconfirmed)
        {
            return await _round.RunAsync(partner, wait, cancel);
        }

        // What was set back may not know the newest charter, without which nobody answers.
        await _round.FetchDocumentsAsync(partner, cancel);
        return await Inquiry.AskAsync(partner, cancel);
    }

    /// <summary>Sends a partner what is due, and fetches files of requests that are to come from it; returns how much went.</summary>
    public Task<int> CarryAsync(MemberCode partner, CancellationToken cancel = default) => Requests.CarryAsync(Outbox, Correspondent, partner, cancel);

    /// <summary>Deletes what is over by a confirmed time; sweeps; catches up on what a process that died had begun. One process of a node does this.</summary>
    public async Task MaintainAsync()
    {
        if (Context.Membership.Past.Refuses(Context.Membership.Ledger.Origin) is not null)
        {
            return;   // whatever is deleted is written down, and nothing can be
        }

        await Quarantine.DistrustAsync();
        await EndedFeeds.ApplyAsync(Context, Indexes, Standings);
        await Context.Store.WriteAsync(session =>
        {
            ReplayGuard.Sweep(session, Context.Now);
            Journal.Prune(session);
        });
        await Requests.Keeper.ExpireAsync();
        if (Standings.ConfirmedNow() is { } confirmed)
        {
            await Requests.Keeper.EraseAsync(confirmed);
            await Retention.ExpireAsync(Actor.Node, confirmed);
            await Retention.SweepAsync(confirmed);
        }

        await Erasures.WatchAsync();
        Context.Membership.Revocations!.Record();
        await People.SweepAsync();
        await Approvals.SweepAsync();
        await ScrubAsync();
    }

    /// <summary>Writes how many were turned away since the last call. Every process does this.</summary>
    public async Task CountRefusalsAsync()
    {
        if (Context.Membership.Past.Refuses(Context.Membership.Ledger.Origin) is not null)
        {
            return;   // they are counted on
        }

        var refused = Refusals.Take();
        if (refused.Count > 0)
        {
            await Context.Store.WriteAsync(session =>
            {
                var note = new LedgerNote(LedgerKind.Refusals, Context.Now, Actor.Node);
                foreach (var (code, count) in refused)
                {
                    note.With(code, count);
                }

                Context.Membership.Ledger.Append(session, note);
            });
        }
    }

    /// <summary>Clears what erased bodies left behind in the database's files: it may rewrite a table, so it waits an hour after the last time.</summary>
    private async Task ScrubAsync()
    {
        if (Context.Now - _scrubbed >= ScrubEvery && Context.Store.TakeErased())
        {
            _scrubbed = Context.Now;
            await Task.Run(Context.Store.Database.Scrub);
        }
    }
}
