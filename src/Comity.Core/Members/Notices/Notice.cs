using System.Diagnostics.CodeAnalysis;
using Comity.Core.Jose;

namespace Comity.Core.Members;

/// <summary>A signed document served beside the charters that takes effect at once: a key is revoked or rotated, a member suspended, a log ended.</summary>
/// <remarks>Well formed; whether it is signed as it must be is for <see cref="NoticeBoard"/> to say. See docs/protocol/charter.md.</remarks>
public abstract record Notice
{
    /// <summary>The <c>typ</c> in the header of every signature.</summary>
    public const string DocumentType = "comity-notice";

    /// <summary>The value of the payload's field <c>comity</c>.</summary>
    public const string Form = "notice/1";

    /// <summary>The longest payload, in bytes: 64 KiB.</summary>
    public const int MaxBytes = 1 << 16;

    private Notice(Frame frame) => (Network, Genesis, Charter, Member, Sequence, Issued, Hash, Document) =
        (frame.Network, frame.Genesis, frame.Charter, frame.Member, frame.Sequence, frame.Issued, CharterHash.Of(frame.Document.Payload.Span), frame.Document);

    /// <summary>The network's short name.</summary>
    public string Network { get; }

    /// <summary>The hash of the network's first charter.</summary>
    public CharterHash Genesis { get; }

    /// <summary>The number of the charter under which it was drawn up, whose roots and threshold must have signed.</summary>
    public int Charter { get; }

    /// <summary>The member that it is about.</summary>
    public MemberCode Member { get; }

    /// <summary>Its place among the notices about this member, from 1 on.</summary>
    public long Sequence { get; }

    /// <summary>When it was drawn up.</summary>
    public DateTimeOffset Issued { get; }

    /// <summary>SHA-256 of the payload.</summary>
    public CharterHash Hash { get; }

    /// <summary>The payload and its signatures, as they came.</summary>
    public JwsDocument Document { get; }

    /// <summary>A key must not be trusted any more. Signed by the member's own root, or by a threshold.</summary>
    public sealed record Revocation : Notice
    {
        internal Revocation(Frame frame, KeyId key, RevocationReason reason, IReadOnlyDictionary<string, long> trustedSizes)
            : base(frame) => (Key, Reason, TrustedSizes) = (key, reason, trustedSizes);

        /// <summary>The key.</summary>
        public KeyId Key { get; }

        /// <summary>Why.</summary>
        public RevocationReason Reason { get; }

        /// <summary>For each log by origin the last size that is trusted; entries after it are quarantined; a log not named: all of them.</summary>
        public IReadOnlyDictionary<string, long> TrustedSizes { get; }
    }

    /// <summary>The member takes part in nothing until a charter that knows of this says otherwise. Signed by a threshold.</summary>
    public sealed record Suspension : Notice
    {
        internal Suspension(Frame frame)
            : base(frame)
        {
        }
    }

    /// <summary>The next key becomes the current one. Signed by the member's own root.</summary>
    public sealed record Rotation : Notice
    {
        internal Rotation(Frame frame, KeyUse use, KeyId retired, IReadOnlyDictionary<string, long> logSizes, KeyId promoted, Jwk? next)
            : base(frame) => (Use, Retired, LogSizes, Promoted, Next) = (use, retired, logSizes, promoted, next);

        /// <summary>Which of the keys.</summary>
        public KeyUse Use { get; }

        /// <summary>The key that was current.</summary>
        public KeyId Retired { get; }

        /// <summary>For each log by origin the size that the retired key covers.</summary>
        public IReadOnlyDictionary<string, long> LogSizes { get; }

        /// <summary>The key that was next and is now current.</summary>
        public KeyId Promoted { get; }

        /// <summary>The new next key; null where none is announced yet.</summary>
        public Jwk? Next { get; }
    }

    /// <summary>Logs end and others begin in their place, because their owner could not go on with them. Signed by the member's own root.</summary>
    public sealed record Epoch : Notice
    {
        internal Epoch(Frame frame, string reason, IReadOnlyList<LogEnd> ends)
            : base(frame) => (Reason, Ends) = (reason, ends);

        /// <summary>Why, in words that name nobody.</summary>
        public string Reason { get; }

        /// <summary>The logs that end, one or more.</summary>
        public IReadOnlyList<LogEnd> Ends { get; }
    }

    /// <summary>Reads a notice from outside. Signatures are not checked.</summary>
    /// <param name="utf8">A JWS in general JSON form.</param>
    /// <param name="notice">The notice.</param>
    /// <param name="faults">On failure, what is wrong, each with its JSON path; at most 20.</param>
    public static bool TryRead(ReadOnlyMemory<byte> utf8, [NotNullWhen(true)] out Notice? notice, out IReadOnlyList<string> faults)
    {
        notice = null;
        if (!JwsDocument.TryParse(utf8, DocumentType, MaxBytes, out var document, out var refusal))
        {
            faults = [refusal.Detail];
            return false;
        }

        if (!StrictJson.TryParseObject(document.Payload, StrictJson.DefaultDepth, out var json, out string? fault))
        {
            faults = ["$: " + fault];
            return false;
        }

        var collected = new JsonFaults();
        var read = Read(new JsonField(json, collected), document);
        faults = collected.All;
        notice = faults.Count == 0 ? read : null;
        return notice is not null;
    }

    private static Notice? Read(JsonField json, JwsDocument document)
    {
        json["comity"].OneOf((Form, 0));
        Members.Charter.RefuseUnknownCritical(json["critical"]);
        var frame = new Frame(
            Members.Charter.ReadNetwork(json["network"]),
            json["genesis"].Value<CharterHash>("64 lower-case hexadecimal digits"),
            (int)json["charter"].Number(1, int.MaxValue),
            json["member"].Value<MemberCode>("three letters A to Z"),
            json["sequence"].Number(1, long.MaxValue),
            json["issued"].Instant(),
            document);
        return json["kind"].OneOf<Func<Notice>?>(
            ("revocation", () => ReadRevocation(frame, json)),
            ("suspension", () => new Suspension(frame)),
            ("rotation", () => ReadRotation(frame, json)),
            ("epoch", () => ReadEpoch(frame, json)))?.Invoke();
    }

    private static Revocation ReadRevocation(Frame frame, JsonField json) => new(
        frame,
        json["key"].Value<KeyId>("a JWK thumbprint"),
        json["reason"].OneOf(
            ("unspecified", RevocationReason.Unspecified), ("compromised", RevocationReason.Compromised),
            ("lost", RevocationReason.Lost), ("ceased", RevocationReason.Ceased)),
        json["trustedSizes"].Sizes(RetiredKey.MaxLogs));

    private static Rotation ReadRotation(Frame frame, JsonField json)
    {
        var use = json["use"].OneOf([.. Enum.GetValues<KeyUse>().Select(u => (MemberKeys.Spell(u), u))]);
        return new Rotation(
            frame,
            use,
            json["retired"].Value<KeyId>("a JWK thumbprint"),
            json["logSizes"].Sizes(RetiredKey.MaxLogs),
            json["promoted"].Value<KeyId>("a JWK thumbprint"),
            json["next"].IsPresent ? json["next"].Key(MemberKeys.CurveOf(use)) : null);
    }

    private static Epoch ReadEpoch(Frame frame, JsonField json)
    {
        var ends = json["ends"].List(1, LogEnd.MostLogs, LogEnd.Read);
        var network = frame.Genesis.ToString() is { Length: > 16 } hash ? hash[..16] : "";
        if (!ends.TrueForAll(end => end.Fits(network, frame.Member)) || ends.DistinctBy(end => end.Log).Count() != ends.Count)
        {
            json["ends"].Fault("must name each log of this member once, with the same log in a later epoch as next");
        }

        return new Epoch(frame, json["reason"].Text(200), ends);
    }

    /// <summary>What every notice has.</summary>
    internal sealed record Frame(string Network, CharterHash Genesis, int Charter, MemberCode Member, long Sequence, DateTimeOffset Issued, JwsDocument Document);
}

/// <summary>Why a key is revoked.</summary>
public enum RevocationReason
{
    /// <summary>Not said.</summary>
    Unspecified,

    /// <summary>Somebody else has, or may have, the private key.</summary>
    Compromised,

    /// <summary>Nobody has the private key any more.</summary>
    Lost,

    /// <summary>The key is not needed any more.</summary>
    Ceased,
}
