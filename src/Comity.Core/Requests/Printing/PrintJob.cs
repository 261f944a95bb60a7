using Comity.Core.Members;
using Comity.Core.Registers;
using Comity.Core.Requests.Conditions;
using Comity.Core.Requests.Kinds;
using Comity.Core.Requests.Kinds.Content;

namespace Comity.Core.Requests.Printing;

/// <summary>In which language a form is printed.</summary>
public enum PrintLanguage
{
    /// <summary>English.</summary>
    En,

    /// <summary>French.</summary>
    Fr,
}

/// <summary>For whom a form is printed.</summary>
public enum PrintReader
{
    /// <summary>For the other State: what does not leave is not on it.</summary>
    Partner,

    /// <summary>For the other State, which has accepted: what waited for that is on it, too.</summary>
    PartnerWhoAccepted,

    /// <summary>For this State's own file: everything.</summary>
    OwnFile,
}

/// <summary>Everything that a printed form shows.</summary>
public sealed record PrintJob
{
    /// <summary>The kind.</summary>
    public required RequestKind Kind { get; init; }

    /// <summary>The language.</summary>
    public required PrintLanguage Language { get; init; }

    /// <summary>For whom.</summary>
    public required PrintReader Reader { get; init; }

    /// <summary>The request's reference.</summary>
    public required string Reference { get; init; }

    /// <summary>The other side's own reference; null where it has given none.</summary>
    public string? OtherReference { get; init; }

    /// <summary>Who asks.</summary>
    public required Words From { get; init; }

    /// <summary>Who is asked.</summary>
    public required Words To { get; init; }

    /// <summary>Live or exercise; an exercise says so on every page.</summary>
    public required Realm Realm { get; init; }

    /// <summary>How urgent.</summary>
    public required Urgency Urgency { get; init; }

    /// <summary>The purpose.</summary>
    public required Purpose Purpose { get; init; }

    /// <summary>What is asked.</summary>
    public required ActContent Ask { get; init; }

    /// <summary>What was said since, in order.</summary>
    public IReadOnlyList<PrintedAct> Acts { get; init; } = [];

    /// <summary>What runs, by when.</summary>
    public IReadOnlyList<PrintedClock> Clocks { get; init; } = [];

    /// <summary>What binds: it stands on each page.</summary>
    public IReadOnlyList<StandingCondition> Conditions { get; init; } = [];

    /// <summary>What the originators have permitted.</summary>
    public IReadOnlyList<Permission> Permissions { get; init; } = [];

    /// <summary>By what a reader verifies it.</summary>
    public required PrintSeal Seal { get; init; }

    /// <summary>When it is printed.</summary>
    public required DateTimeOffset PrintedAt { get; init; }
}

/// <summary>An act that followed.</summary>
/// <param name="At">When.</param>
/// <param name="By">Whose.</param>
/// <param name="Content">What was said.</param>
/// <param name="Authority">In which office, as its State claims; null where unknown.</param>
public sealed record PrintedAct(DateTimeOffset At, Words By, ActContent Content, string? Authority = null);

/// <summary>A clock as it runs.</summary>
/// <param name="Clock">The clock.</param>
/// <param name="Due">When it is due or over; null where it runs without term.</param>
public sealed record PrintedClock(KindClock Clock, DateTimeOffset? Due);

/// <summary>By what a reader verifies a print: by calling back with the code, or with the signature and the member's key.</summary>
/// <param name="Digest">SHA-256 of the request's signed event, 64 hexadecimal digits.</param>
/// <param name="KeyId">The thumbprint of the key that signed it; null where it is not signed yet.</param>
/// <param name="Signature">The ES256 signature, base64url; null where it is not signed yet.</param>
public sealed record PrintSeal(string Digest, string? KeyId, string? Signature)
{
    /// <summary>The code that stands on each page: the digest's first 80 bits in groups of four.</summary>
    public string Code => string.Join(' ', Digest[..Math.Min(20, Digest.Length)].ToUpperInvariant().Chunk(4).Select(four => new string(four)));
}

/// <summary>A print, or why there is none.</summary>
public abstract record PrintResult
{
    private PrintResult()
    {
    }

    /// <summary>The form.</summary>
    /// <param name="Pdf">A PDF file.</param>
    /// <param name="Pages">Its pages.</param>
    public sealed record Printed(byte[] Pdf, int Pages) : PrintResult;

    /// <summary>A condition forbids it, or demands permission first.</summary>
    /// <param name="Verdict">Which.</param>
    public sealed record Refused(ConditionVerdict Verdict) : PrintResult;
}
