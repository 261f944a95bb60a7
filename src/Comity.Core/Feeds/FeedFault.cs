namespace Comity.Core.Feeds;

/// <summary>Why a partner's feed is in quarantine.</summary>
public enum FeedFaultCode
{
    /// <summary>Two signed checkpoints of one feed contradict each other.</summary>
    Fork,

    /// <summary>What the owner serves does not lead to what it signed.</summary>
    Rewritten,

    /// <summary>A body does not have the digest its leaf names.</summary>
    BodyAltered,

    /// <summary>A body did not come and nothing supersedes its entry.</summary>
    BodyMissing,

    /// <summary>A leaf cannot be read, or supersedes what is not in force.</summary>
    LeafInvalid,

    /// <summary>The checkpoint's key was revoked before this size.</summary>
    KeyRevoked,

    /// <summary>A record about what another State issues.</summary>
    ForeignIssuer,

    /// <summary>A record that cannot be read or breaks the register's rules.</summary>
    RecordInvalid,

    /// <summary>Entries beyond the size at which the owner's root has ended the feed.</summary>
    BeyondEnd,
}

/// <summary>A fault of a feed, kept until an operator releases the feed.</summary>
/// <param name="Code">Which.</param>
/// <param name="Index">The entry, or the size, at which it was found.</param>
/// <param name="Text">In words, without personal data.</param>
/// <param name="At">When it was found.</param>
public sealed record FeedFault(FeedFaultCode Code, long Index, string Text, DateTimeOffset At)
{
    /// <summary>
    /// Whether nothing more of the feed is taken in. Otherwise the log itself is sound: it is followed, withdrawals are heeded,
    /// and new records are held back.
    /// </summary>
    public bool Stops => Code is not (FeedFaultCode.ForeignIssuer or FeedFaultCode.RecordInvalid);

    /// <summary>The code as written: <c>foreign-issuer</c>.</summary>
    public string Name => string.Concat(Code.ToString().Select((c, i) => i > 0 && char.IsUpper(c) ? $"-{char.ToLowerInvariant(c)}" : $"{char.ToLowerInvariant(c)}"));
}
