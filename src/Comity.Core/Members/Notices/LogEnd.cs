using System.Text.Json.Nodes;
using Comity.Core.Feeds;
using Comity.TransparencyLog;

namespace Comity.Core.Members;

/// <summary>Where a member's root ended one of its logs, because its owner could not go on with it, and which log comes after. docs/protocol/epochs.md.</summary>
/// <param name="Log">The origin of the log that ended.</param>
/// <param name="Size">The last size that the owner vouches for; whatever is signed beyond it counts for nothing.</param>
/// <param name="Root">The root at that size.</param>
/// <param name="Held">How many of these entries the owner still has: fewer than <paramref name="Size"/> where entries were lost.</param>
/// <param name="Next">The origin of the log that comes after: the same, with a later epoch.</param>
/// <param name="Carried">Feeds: the first so many entries of the next log publish anew all that was in force in this one. 0 for a ledger.</param>
public sealed record LogEnd(string Log, long Size, TreeHash Root, long Held, string Next, long Carried)
{
    /// <summary>More logs than this do not end at once.</summary>
    public const int MostLogs = 300;

    private const int LongestOrigin = 255;

    /// <summary>As a notice or a charter lists it.</summary>
    public JsonObject ToJson() => new()
    {
        ["log"] = Log, ["size"] = Size, ["root"] = Root.ToString(), ["held"] = Held, ["next"] = Next, ["carried"] = Carried,
    };

    internal static LogEnd Read(JsonField json)
    {
        var root = TreeHash.TryParse(json["root"].Text(44), out var hash) ? hash : default;
        var end = new LogEnd(
            json["log"].Text(LongestOrigin), json["size"].Number(0, long.MaxValue), root, json["held"].Number(0, long.MaxValue), json["next"].Text(LongestOrigin),
            json["carried"].Number(0, int.MaxValue));
        if (root == default && json["root"].IsPresent)
        {
            json["root"].Fault("must be 32 bytes in base64");
        }

        if (end.Held > end.Size)
        {
            json["held"].Fault("must not be above size");
        }

        return end;
    }

    /// <summary>Whether the two names are of one member's log in one network, the second of a later epoch.</summary>
    internal bool Fits(string network, MemberCode owner)
    {
        if (FeedName.TryParse(Log, out var feed))
        {
            return feed.Network == network && feed.Owner == owner && FeedName.TryParse(Next, out var next) && next.InEpoch(feed.Epoch) == feed && next.Epoch > feed.Epoch;
        }

        return Carried == 0 && LedgerName.TryParse(Log, out var ledger) && ledger.Network == network && ledger.Owner == owner
            && LedgerName.TryParse(Next, out var after) && after.Network == network && after.Owner == owner && after.Epoch > ledger.Epoch;
    }
}
