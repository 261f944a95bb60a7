using Comity.Core.Registers;
using Comity.Core.Members;
using Comity.Emrtd;

namespace Comity.TravelDocuments.Checks;

/// <summary>How a record answers a probe. Only the first two are hits.</summary>
public enum MatchStrength
{
    /// <summary>The same issuer, number and, where asked, class of type.</summary>
    Exact = 0,

    /// <summary>The number lies in a reported range of blanks.</summary>
    InRange = 1,

    /// <summary>The same issuer and number, for a document of another class.</summary>
    NearOtherType = 2,

    /// <summary>The reported number differs only in characters that look alike, at any number of places.</summary>
    NearOptical = 3,

    /// <summary>Two neighbouring characters are swapped.</summary>
    NearTransposed = 4,

    /// <summary>One character is another.</summary>
    NearSubstituted = 5,

    /// <summary>The number asked lacks one character of the reported one.</summary>
    NearMissing = 6,

    /// <summary>The number asked has one character more than the reported one.</summary>
    NearExtra = 7,
}

/// <summary>The codes of <see cref="MatchStrength"/>.</summary>
public static class MatchStrengths
{
    /// <summary>Whether the match is a hit; what is near is never one.</summary>
    public static bool IsHit(this MatchStrength strength) => strength is MatchStrength.Exact or MatchStrength.InRange;

    /// <summary>The code as it stands in answers: exact, in-range, near-optical…</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is no strength.</exception>
    public static string Code(this MatchStrength strength) => strength switch
    {
        MatchStrength.Exact => "exact",
        MatchStrength.InRange => "in-range",
        MatchStrength.NearOtherType => "near-other-type",
        MatchStrength.NearOptical => "near-optical",
        MatchStrength.NearTransposed => "near-transposed",
        MatchStrength.NearSubstituted => "near-substituted",
        MatchStrength.NearMissing => "near-missing",
        MatchStrength.NearExtra => "near-extra",
        _ => throw new ArgumentOutOfRangeException(nameof(strength)),
    };
}

/// <summary>What the check digit says about something near; hits are <see cref="Likely"/>.</summary>
public enum MatchRank
{
    /// <summary>The digit that was read fits the reported number and not the one asked.</summary>
    Likely = 0,

    /// <summary>No digit speaks for or against it.</summary>
    Possible = 1,

    /// <summary>The digit fits the number asked, or fits neither.</summary>
    Unlikely = 2,
}

/// <summary>A record that answers a probe, or comes near to it.</summary>
/// <param name="Issuer">The issuer of the reported document.</param>
/// <param name="Number">The reported number; in a range, the one of its numbers that answers.</param>
/// <param name="Entry">Where the record lies, its kind and class.</param>
/// <param name="Strength">How it answers.</param>
/// <param name="Rank">What the check digit says about it.</param>
public sealed record DocumentMatch(
    IssuingCode Issuer, DocumentNumber Number, IndexEntry Entry, MatchStrength Strength, MatchRank Rank)
{
    /// <summary>Where the record lies.</summary>
    public RecordAddress Address => Entry.Address;

    /// <summary>Why it answers, in words that a person can check.</summary>
    /// <param name="probe">The probe that was put.</param>
    public Words Explain(DocumentProbe probe) => MatchWording.Of(this, probe);
}

/// <summary>What a check of one document found in the index.</summary>
/// <param name="Hits">The hits: the records under exactly this number, or ranges that hold it.</param>
/// <param name="Near">What comes near and is no hit, likeliest first.</param>
/// <param name="HitsLeftOut">How many hits more there are than the list may hold.</param>
/// <param name="NearLeftOut">How many near matches more there are than the list may hold.</param>
public sealed record DocumentMatches(
    IReadOnlyList<DocumentMatch> Hits, IReadOnlyList<DocumentMatch> Near, int HitsLeftOut, int NearLeftOut);
