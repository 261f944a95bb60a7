using System.Collections.Immutable;
using Comity.Core.Jose;

namespace Comity.Core.Members;

/// <summary>The notices accepted so far. Immutable: it only grows, into a new value. Nodes that hold the same notices draw the same conclusions, in whatever order they came.</summary>
public sealed class NoticeBoard
{
    /// <summary>The most notices kept about one member.</summary>
    public const int MaxPerMember = 1000;

    private readonly ImmutableList<Notice> _notices;

    private NoticeBoard(ImmutableList<Notice> notices) => _notices = notices;

    /// <summary>No notices.</summary>
    public static NoticeBoard Empty { get; } = new([]);

    /// <summary>Every notice accepted, in the order in which they came, which is the one to serve them in.</summary>
    public IReadOnlyList<Notice> All => _notices;

    /// <summary>The sequence for a new notice about a member.</summary>
    public long NextSequence(MemberCode member, Charter current) =>
        Math.Max(current.Find(member)?.Noticed ?? 0, About(member).Select(n => n.Sequence).DefaultIfEmpty().Max()) + 1;

    /// <summary>Gathers notices that were kept or sent together; those that the charters do not bear out are left out.</summary>
    /// <param name="notices">In order, each a JWS in general JSON form.</param>
    /// <param name="chain">The charters.</param>
    public static NoticeBoard Of(IEnumerable<byte[]> notices, CharterChain chain) => notices.Aggregate(Empty, (board, notice) => board.Add(notice, chain) switch
    {
        NoticeAddition.Added added => added.Board,
        NoticeAddition.Conflict conflict => conflict.Board,
        _ => board,
    });

    /// <summary>Offers a notice from outside.</summary>
    /// <param name="utf8">A JWS in general JSON form.</param>
    /// <param name="chain">The charters; holds at least the genesis.</param>
    public NoticeAddition Add(ReadOnlyMemory<byte> utf8, CharterChain chain) => Notice.TryRead(utf8, out var notice, out var faults)
        ? Add(notice, chain)
        : new NoticeAddition.Refused(CharterFault.Malformed, string.Join("; ", faults));

    /// <summary>Offers a notice.</summary>
    /// <param name="notice">The notice.</param>
    /// <param name="chain">The charters; holds at least the genesis.</param>
    public NoticeAddition Add(Notice notice, CharterChain chain)
    {
        if (chain.Current is not { } current || notice.Network != current.Network || notice.Genesis != chain.Genesis)
        {
            return new NoticeAddition.Refused(CharterFault.WrongNetwork, $"$.genesis: the notice is for network {notice.Network} with genesis {notice.Genesis}");
        }

        if (_notices.FirstOrDefault(n => n.Hash == notice.Hash) is { } there)
        {
            return new NoticeAddition.AlreadyThere(there);
        }

        if (chain.At(notice.Charter) is not { } charter)
        {
            return new NoticeAddition.Gap(chain.Count + 1);
        }

        if (current.Find(notice.Member) is not { } listed || charter.Find(notice.Member) is null)
        {
            return new NoticeAddition.Refused(CharterFault.NotApplicable, $"$.member: {notice.Member} is not a member");
        }

        if (notice.Sequence <= listed.Noticed)
        {
            return new NoticeAddition.Superseded(current.Number);
        }

        return CheckSignatures(notice, charter, current) is { } detail
            ? new NoticeAddition.Refused(CharterFault.NotSigned, detail)
            : Keep(notice);
    }

    internal IEnumerable<Notice> About(MemberCode member) => _notices.Where(n => n.Member == member);

    private NoticeAddition Keep(Notice notice)
    {
        if (About(notice.Member).Count() >= MaxPerMember)
        {
            return new NoticeAddition.Refused(CharterFault.NotApplicable, $"there are {MaxPerMember} notices about {notice.Member} already; the next charter must take them into account");
        }

        var board = new NoticeBoard(_notices.Add(notice));
        return About(notice.Member).FirstOrDefault(n => n.Sequence == notice.Sequence) is { } rival
            ? new NoticeAddition.Conflict(board, notice, rival)
            : new NoticeAddition.Added(board, notice);
    }

    private string? CheckSignatures(Notice notice, Charter charter, Charter current)
    {
        bool own = OwnRoots(notice, charter).Any(k => notice.Document.IsSignedBy(new VerifyingKey(k)));
        if (notice is Notice.Rotation or Notice.Epoch)
        {
            // A root that has been replaced since must not bring in keys or logs; what it restricts, it may still restrict.
            own = own && OwnRoots(notice, current).Any(k => notice.Document.IsSignedBy(new VerifyingKey(k)));
            return own ? null : $"{(notice is Notice.Rotation ? "a rotation" : "a new epoch")} must be signed by a root of {notice.Member} itself";
        }

        if (own && notice is Notice.Revocation)
        {
            return null;
        }

        int signed = SignatureTally.ByRoots(notice.Document, charter).Count(e => e.Signed);
        return signed >= charter.Threshold ? null
            : notice is Notice.Revocation ? $"a revocation must be signed by a root of {notice.Member} or by {charter.Threshold} members; {signed} signed"
            : $"a suspension must be signed by {charter.Threshold} members; {signed} signed";
    }

    // As the member's roots stood just before this notice, so that the order of arrival does not matter.
    private IEnumerable<Jwk> OwnRoots(Notice notice, Charter charter)
    {
        var earlier = About(notice.Member).Where(n => n.Sequence < notice.Sequence);
        return MemberState.Of(charter.Find(notice.Member)!, earlier, _ => false).ActiveRoots;
    }
}

/// <summary>What came of offering a notice to a board.</summary>
public abstract record NoticeAddition
{
    private NoticeAddition() { }

    /// <summary>It is new and signed as it must be.</summary>
    /// <param name="Board">The board with it; the old one is unchanged.</param>
    /// <param name="Notice">The notice.</param>
    public sealed record Added(NoticeBoard Board, Notice Notice) : NoticeAddition;

    /// <summary>The same as <see cref="Added"/>, but another notice has the same member and sequence: both are kept, the stricter reading counts, and people must talk.</summary>
    /// <param name="Board">The board with both.</param>
    /// <param name="Notice">The new one.</param>
    /// <param name="Rival">The one that was here.</param>
    public sealed record Conflict(NoticeBoard Board, Notice Notice, Notice Rival) : NoticeAddition;

    /// <summary>The board has this very notice.</summary>
    public sealed record AlreadyThere(Notice Notice) : NoticeAddition;

    /// <summary>A charter has taken it into account; ignored.</summary>
    /// <param name="Charter">That charter's number.</param>
    public sealed record Superseded(int Charter) : NoticeAddition;

    /// <summary>It was drawn up under a charter that is not here yet.</summary>
    /// <param name="Missing">The number of the charter that is needed next.</param>
    public sealed record Gap(int Missing) : NoticeAddition;

    /// <summary>It is not accepted.</summary>
    /// <param name="Fault">The kind of refusal.</param>
    /// <param name="Detail">What is wrong.</param>
    public sealed record Refused(CharterFault Fault, string Detail) : NoticeAddition;
}
