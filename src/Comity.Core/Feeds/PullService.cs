using Comity.Core.Exchange;
using Comity.Core.Members;
using Comity.Core.Storage;

namespace Comity.Core.Feeds;

/// <summary>Hands the entries of this node's feeds to the members that they are for. docs/protocol/feed.md, "Pull".</summary>
public sealed class PullService(NodeContext node) : IExchangeService
{
    /// <summary>About so many bytes of bodies in one answer; the last entry may go beyond.</summary>
    public const int AnswerBytes = 4 << 20;

    /// <inheritdoc/>
    public string Name => "feed.pull";

    /// <inheritdoc/>
    public int MaxBody => 1024;

    /// <inheritdoc/>
    public bool MustBeFresh => false;

    /// <summary>The question: which feed, from which entry.</summary>
    public static byte[] Question(FeedName feed, long from, int most = PullAnswer.MostEntries) =>
        new FeedQuestion(feed.Origin, from, most).ToJson();

    /// <summary>Whether a member may have an owner's feed: it is in the audience, and the charter lets it read the register.</summary>
    public static bool MayHave(Membership membership, FeedName feed, MemberCode member) =>
        feed.Audience.Includes(member) && membership.Allows(feed.Realm) && !membership.IsSuspended(member)
        && membership.Terms(feed.Register) is { Mode: SharingMode.Replicated } && membership.Directory.MayRead(feed.Register, feed.Owner, member);

    /// <inheritdoc/>
    public Task<ServiceAnswer> AnswerAsync(Incoming message, CancellationToken cancel) => FeedRuns.AnswerAsync(
        node, message,
        (feed, question) => feed.Owner == node.Membership.Self && MayHave(node.Membership, feed, message.From) ? node.Store.Read(session => Read(session, feed, question.From, question.Most)) : null,
        feed => node.Membership.Revocations?.Refuses(feed.Register));

    /// <summary>A run of an own feed's entries as they go to partners; null where there is no such feed or it ends before the run.</summary>
    public PullAnswer? Read(ReadSession session, FeedName feed, long from, int most) =>
        session.Feed(feed) is { Own: true } row ? FeedRuns.Read(session, row, from, most, node.Sealer) : null;
}
