using Comity.Core.Access;
using Comity.Core.Access.SigningIn;
using Comity.Core.Access.TwoPersons;
using Comity.Core.Contacts;
using Comity.Core.Exchange;
using Comity.Core.Feeds;
using Comity.Core.Ledger;
using Comity.Core.Members;
using Comity.Core.Registers;
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

    /// <summary>The time.</summary>
    public TimeProvider Clock { get; init; } = TimeProvider.System;

    /// <summary>Salts, ids, secrets.</summary>
    public Randomness Randomness { get; init; } = Randomness.System;

    /// <summary>Services beside the core's own.</summary>
    public Func<NodeContext, IEnumerable<IExchangeService>> Services { get; init; } = _ => [];

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
    private readonly Gossip _gossip;
    private DateTimeOffset _scrubbed;

    private Node(NodeParts parts, NodeContext context)
    {
        Context = context;
        People = new People(context, parts.Sessions);
        Indexes = new RegisterIndexes(parts.Registers, context.Sealer);
        News = new NewsSignal();
        Standings = new Standings(context);
        Correspondent = new Correspondent(context, parts.Line(context.Membership));
        Outbox = new Outbox(context, Correspondent);
        Changes = new RecordChanges(context, Indexes, News, Standings);
        Checks = new Checks(context, Indexes, Standings, new QueryAsker(context, Correspondent));
        Quarantine = new Quarantine(context, Indexes, Standings);
        Retention = new Retention(context, Indexes, Changes, Standings, News, parts.KeepLedgerDetails);
        Approvals = new Approvals(context, People.Sessions);
        Officers = new OfficerActs(People);
        foreach (var kind in new IApprovable[] { Officers, new OpenDetail(context), new WithdrawRange(Changes, Indexes), new ExpireByOwnClock(context, Retention) })
        {
            Approvals.Register(kind);
        }

        Mirror = new FeedMirror(context, Indexes, Standings);
        Pulls = new PullService(context);
        Files = new FeedFile(context, Pulls, Mirror, Standings);
        Tokens = new Tokens(context);
        Refusals = new RefusalCounter();
        var witness = new Witness(context);
        _gossip = new Gossip(context, witness, Standings);
        _round = new ContactRound(context, Correspondent, witness, _gossip, Mirror, Outbox, Indexes, Standings);
        Reception = new Reception(context, Refusals,
        [
            new ContactService(context, witness, _gossip, News), new DocumentsService(context), Pulls, new ErasureReceipts(context),
            new QueryService(context, Indexes), .. parts.Services(context),
        ]);
        context.Membership.Changed += async () =>
        {
            Standings.Refresh();
            News.Ring();
            await Quarantine.DistrustAsync();
        };
    }

    /// <summary>Opens a node on its store and fills the indexes.</summary>
    /// <exception cref="StorageException">The store is away, or there is no charter in it.</exception>
    public static Node Open(NodeParts parts)
    {
        parts.Store.Signer = new CheckpointSigner(parts.Identity.Keys.Current(KeyUse.Log).Log);
        var sealer = new BodySealer(parts.StorageKey, parts.Randomness);
        var membership = Membership.Load(parts.Store, parts.Identity, parts.Clock, sealer);
        var node = new Node(parts, new NodeContext(parts.Store, membership, sealer, parts.Clock, parts.Randomness));
        (node.Indexed, node.Unreadable) = node.Indexes.Load(parts.Store, (owner, code) => true);
        return node;
    }

    /// <summary>Store, membership, clock, randomness.</summary>
    public NodeContext Context { get; }

    /// <summary>The registers and their indexes.</summary>
    public RegisterIndexes Indexes { get; }

    /// <summary>Checks.</summary>
    public Checks Checks { get; }

    /// <summary>Own records.</summary>
    public RecordChanges Changes { get; }

    /// <summary>How fresh partners are.</summary>
    public Standings Standings { get; }

    /// <summary>Releasing feeds.</summary>
    public Quarantine Quarantine { get; }

    /// <summary>Expiry and sweeping.</summary>
    public Retention Retention { get; }

    /// <summary>API tokens.</summary>
    public Tokens Tokens { get; }

    /// <summary>Officers and their signing in.</summary>
    public People People { get; }

    /// <summary>Acts that need two persons.</summary>
    public Approvals Approvals { get; }

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

    /// <summary>Records in the indexes at start.</summary>
    public long Indexed { get; private set; }

    /// <summary>Records in force that could not be read at start.</summary>
    public long Unreadable { get; private set; }

    /// <summary>The log of this node's own whose past partners know better; null where all is well.</summary>
    public string? OwnPastMissing => _gossip.OwnPastMissing;

    /// <summary>Notes in the ledger that the node went into service.</summary>
    public Task StartedAsync(string version) => Context.Store.WriteAsync(session =>
        Context.Membership.Ledger.Append(session, new LedgerNote(LedgerKind.Started, Context.Now, Actor.Node).With("version", version).With("charter", Context.Membership.Number)));

    /// <summary>Runs a round with one partner.</summary>
    /// <param name="partner">With whom.</param>
    /// <param name="wait">For how many seconds the partner may wait for news; 0 to 30.</param>
    /// <param name="cancel">Stops.</param>
    public Task<RoundResult> ContactAsync(MemberCode partner, int wait = 0, CancellationToken cancel = default) => _round.RunAsync(partner, wait, cancel);

    /// <summary>Deletes what is over by a confirmed time; sweeps; writes the minute's count of those turned away.</summary>
    public async Task MaintainAsync()
    {
        if (Standings.ConfirmedNow() is { } confirmed)
        {
            await Retention.ExpireAsync(Actor.Node, confirmed);
            await Retention.SweepAsync(confirmed);
        }

        await People.SweepAsync();
        await Approvals.SweepAsync();
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

        await ScrubAsync();
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
