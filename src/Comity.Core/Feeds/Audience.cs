using System.Diagnostics.CodeAnalysis;
using Comity.Core.Members;

namespace Comity.Core.Feeds;

/// <summary>For whom a feed is: every member that the charter lets read the register, or named ones among them, or nobody but its owner.</summary>
public readonly record struct Audience
{
    /// <summary>More named members than this are refused: the names stand in the origin of the feed, of at most 255 characters.</summary>
    public const int MostMembers = 40;

    private readonly string? _text;

    private Audience(string text) => _text = text;

    /// <summary>Every member that the charter lets read the register from its owner, those that join later too.</summary>
    public static Audience All { get; } = new("all");

    /// <summary>Nobody: the records never leave their node.</summary>
    public static Audience Self { get; } = new("self");

    /// <summary>The named members.</summary>
    /// <param name="members">One or more; order and repetition do not matter.</param>
    public static Audience Of(params IEnumerable<MemberCode> members)
    {
        var codes = members.Select(member => member.ToString()).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).ToList();
        ArgumentOutOfRangeException.ThrowIfZero(codes.Count);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(codes.Count, MostMembers);
        return new Audience(string.Join(',', codes));
    }

    /// <summary>The named members; empty for <see cref="All"/> and <see cref="Self"/>.</summary>
    public IEnumerable<MemberCode> Members =>
        this == All || this == Self || _text is null ? [] : _text.Split(',').Select(code => MemberCode.Parse(code, null));

    /// <summary>Whether a member other than the owner belongs to it, as far as the charter allows.</summary>
    public bool Includes(MemberCode member) => this == All || (this != Self && (_text ?? "").Split(',').Contains(member.ToString(), StringComparer.Ordinal));

    /// <summary>Reads "all", "self" or codes joined by commas, in order and without repetition.</summary>
    public static bool TryParse(string? text, out Audience audience)
    {
        audience = default;
        if (text is "all" or "self")
        {
            audience = text == "all" ? All : Self;
            return true;
        }

        if (string.IsNullOrEmpty(text) || text.Length > MostMembers * 4)
        {
            return false;
        }

        List<MemberCode> members = [];
        foreach (var part in text.Split(','))
        {
            if (!MemberCode.TryParse(part, null, out var member))
            {
                return false;
            }

            members.Add(member);
        }

        audience = Of(members);
        return true;
    }

    /// <summary>The canonical text.</summary>
    public override string ToString() => _text ?? "self";
}

/// <summary>Which sequence of changes: one owner's, of one register, in one realm, for one audience.</summary>
/// <param name="Network">The network's identifier: the first 16 hex digits of the genesis charter's hash.</param>
/// <param name="Owner">Who publishes.</param>
/// <param name="Register">What.</param>
/// <param name="Realm">Live or exercise; the two never meet.</param>
/// <param name="Audience">For whom.</param>
/// <param name="Epoch">1, and one more each time the owner had to begin anew.</param>
public sealed record FeedName(string Network, MemberCode Owner, RegisterName Register, Realm Realm, Audience Audience, int Epoch)
{
    /// <summary>The origin line of the feed's checkpoints.</summary>
    public string Origin { get; } = $"comity/{Network}/{Owner}/{Register}/{Realm.Text()}/{Audience}/{Epoch}";

    /// <summary>The same in another epoch.</summary>
    public FeedName InEpoch(int epoch) => epoch == Epoch ? this : new FeedName(Network, Owner, Register, Realm, Audience, epoch);

    /// <summary>Reads an origin line; false for anything that <see cref="Origin"/> would not print.</summary>
    public static bool TryParse(string origin, [NotNullWhen(true)] out FeedName? feed)
    {
        feed = null;
        var parts = origin.Split('/');
        if (parts.Length == 7 && parts[0] == "comity" && parts[1].Length == 16
            && MemberCode.TryParse(parts[2], null, out var owner)
            && RegisterName.TryParse(parts[3], null, out var register)
            && RealmText.TryParse(parts[4], out var realm)
            && Audience.TryParse(parts[5], out var audience)
            && int.TryParse(parts[6], System.Globalization.NumberStyles.None, null, out var epoch) && epoch > 0)
        {
            var read = new FeedName(parts[1], owner, register, realm, audience, epoch);
            feed = read.Origin == origin ? read : null;
        }

        return feed is not null;
    }

    /// <summary>The origin line of a member's ledger.</summary>
    public static string LedgerOrigin(string network, MemberCode owner, int epoch) => new LedgerName(network, owner, epoch).Origin;
}

/// <summary>Which ledger: one member's, in one epoch.</summary>
/// <param name="Network">The first 16 hex digits of the genesis charter's hash.</param>
/// <param name="Owner">Whose.</param>
/// <param name="Epoch">1, and a later one each time the owner had to begin anew.</param>
public sealed record LedgerName(string Network, MemberCode Owner, int Epoch)
{
    /// <summary>The origin line of its checkpoints.</summary>
    public string Origin { get; } = $"comity/{Network}/{Owner}/ledger/{Epoch}";

    /// <summary>Reads an origin line; false for anything that <see cref="Origin"/> would not print.</summary>
    public static bool TryParse(string origin, [NotNullWhen(true)] out LedgerName? ledger)
    {
        ledger = null;
        var parts = origin.Split('/');
        if (parts.Length == 5 && parts[0] == "comity" && parts[3] == "ledger" && MemberCode.TryParse(parts[2], null, out var owner)
            && int.TryParse(parts[4], System.Globalization.NumberStyles.None, null, out var epoch) && epoch > 0)
        {
            var read = new LedgerName(parts[1], owner, epoch);
            ledger = read.Origin == origin ? read : null;
        }

        return ledger is not null;
    }
}
