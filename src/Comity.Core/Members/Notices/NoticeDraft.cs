using System.Text;
using System.Text.Json.Nodes;
using Comity.Core.Jose;

namespace Comity.Core.Members;

/// <summary>Draws up notices. What comes back is unsigned: sign it with <see cref="JwsDocument.SignedBy"/> and gather signatures with <see cref="JwsDocument.Combine"/>.</summary>
/// <param name="chain">The charters; the notice is drawn up under the current one.</param>
/// <param name="board">The notices so far, for the sequence.</param>
/// <param name="now">The clock's time.</param>
public sealed class NoticeDraft(CharterChain chain, NoticeBoard board, DateTimeOffset now)
{
    /// <summary>A key must not be trusted any more.</summary>
    /// <param name="member">Whose key.</param>
    /// <param name="key">The key.</param>
    /// <param name="reason">Why.</param>
    /// <param name="trustedSizes">For each log by origin the last size that is trusted.</param>
    public JwsDocument Revocation(MemberCode member, KeyId key, RevocationReason reason, IReadOnlyDictionary<string, long> trustedSizes)
    {
        var json = Frame("revocation", member);
        json["key"] = key.ToString();
        json["reason"] = reason.ToString().ToLowerInvariant();
        json["trustedSizes"] = RetiredKey.SizesToJson(trustedSizes);
        return Unsigned(json);
    }

    /// <summary>A member takes part in nothing for now.</summary>
    /// <param name="member">The member.</param>
    public JwsDocument Suspension(MemberCode member) => Unsigned(Frame("suspension", member));

    /// <summary>A member's next key becomes its current one.</summary>
    /// <param name="member">The member.</param>
    /// <param name="use">Which of its keys.</param>
    /// <param name="keys">Its keys before the rotation; there is a next one.</param>
    /// <param name="logSizes">For each log by origin the size that the retired key covers.</param>
    /// <param name="next">The new next key.</param>
    public JwsDocument Rotation(MemberCode member, KeyUse use, KeySet keys, IReadOnlyDictionary<string, long> logSizes, Jwk? next)
    {
        var json = Frame("rotation", member);
        json["use"] = MemberKeys.Spell(use);
        json["retired"] = keys.Current.Id.ToString();
        json["logSizes"] = RetiredKey.SizesToJson(logSizes);
        json["promoted"] = (keys.Next ?? throw new ArgumentException("There is no next key.", nameof(keys))).Id.ToString();
        json["next"] = next?.ToJson();
        return Unsigned(json);
    }

    /// <summary>Logs of a member end, and others begin in their place.</summary>
    /// <param name="member">The member.</param>
    /// <param name="reason">Why; 1 to 200 characters on one line that name nobody.</param>
    /// <param name="ends">The logs, one or more.</param>
    public JwsDocument Epoch(MemberCode member, string reason, IEnumerable<LogEnd> ends)
    {
        var json = Frame("epoch", member);
        json["reason"] = reason;
        json["ends"] = new JsonArray([.. ends.Select(end => end.ToJson())]);
        return Unsigned(json);
    }

    private JsonObject Frame(string kind, MemberCode member)
    {
        var charter = chain.Current ?? throw new InvalidOperationException("There is no charter yet.");
        return new JsonObject
        {
            ["comity"] = Notice.Form,
            ["network"] = charter.Network,
            ["genesis"] = chain.Genesis.ToString(),
            ["charter"] = charter.Number,
            ["member"] = member.ToString(),
            ["sequence"] = board.NextSequence(member, charter),
            ["issued"] = JsonField.Spell(now),
            ["kind"] = kind,
        };
    }

    private static JwsDocument Unsigned(JsonObject json) => JwsDocument.Unsigned(Notice.DocumentType, Encoding.UTF8.GetBytes(json.ToJsonString()));
}
