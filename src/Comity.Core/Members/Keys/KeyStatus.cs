using Comity.Core.Jose;
using Comity.TransparencyLog;

namespace Comity.Core.Members;

/// <summary>How far a member's key is trusted.</summary>
public abstract record KeyStatus
{
    private KeyStatus() { }

    /// <summary>In use.</summary>
    public sealed record Current : KeyStatus;

    /// <summary>Announced, and trusted already: its owner may switch before everybody has heard.</summary>
    public sealed record Next : KeyStatus;

    /// <summary>No longer in use; what it signed for logs up to these sizes still counts.</summary>
    /// <param name="LogSizes">By origin; a log not named: none.</param>
    /// <param name="At">When it was retired.</param>
    public sealed record Retired(IReadOnlyDictionary<string, long> LogSizes, DateTimeOffset At) : KeyStatus;

    /// <summary>No longer trusted; what it signed for logs up to these sizes still counts, later entries are quarantined.</summary>
    /// <param name="TrustedSizes">By origin; a log not named: none.</param>
    /// <param name="Reason">Why.</param>
    public sealed record Revoked(IReadOnlyDictionary<string, long> TrustedSizes, RevocationReason Reason) : KeyStatus;

    /// <summary>Whether what the key signs now counts: current or next.</summary>
    public bool IsActive => this is Current or Next;

    /// <summary>Whether the key's signature on a checkpoint counts.</summary>
    /// <param name="origin">The log's origin.</param>
    /// <param name="size">The checkpoint's size.</param>
    public bool Covers(string origin, long size) => this switch
    {
        Retired retired => retired.LogSizes.TryGetValue(origin, out long last) && size <= last,
        Revoked revoked => revoked.TrustedSizes.TryGetValue(origin, out long last) && size <= last,
        _ => true,
    };
}

/// <summary>A key with the member that it belongs to.</summary>
public sealed class KnownKey
{
    internal KnownKey(Member member, KeyUse use, Jwk key, KeyStatus status)
    {
        (Member, Use, Key, Status) = (member, use, key, status);
        Verifier = key.Curve == JwkCurve.P256 ? new VerifyingKey(key) : null;
        LogKey = use == KeyUse.Log && Ed25519PublicKey.TryCreate(key.X.Span, out var log) ? log : null;
    }

    /// <summary>Whose it is. Ask also whether the member is suspended.</summary>
    public Member Member { get; }

    /// <summary>What it is for; a signature for another purpose is worth nothing.</summary>
    public KeyUse Use { get; }

    /// <summary>The key.</summary>
    public Jwk Key { get; }

    /// <summary>How far it is trusted.</summary>
    public KeyStatus Status { get; }

    /// <summary>Checks ES256 signatures; null for a log key.</summary>
    public VerifyingKey? Verifier { get; }

    /// <summary>Checks checkpoints; null for every other key, or where the 32 bytes are no key.</summary>
    public Ed25519PublicKey? LogKey { get; }
}
