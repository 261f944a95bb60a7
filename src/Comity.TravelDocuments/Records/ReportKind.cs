namespace Comity.TravelDocuments.Records;

/// <summary>Why a document is on the register: the five kinds of INTERPOL's database.</summary>
public enum ReportKind
{
    /// <summary>Stolen before it was made out to anybody. The only kind that may cover a range of numbers.</summary>
    StolenBlank = 1,

    /// <summary>Stolen from its bearer.</summary>
    Stolen = 2,

    /// <summary>Lost by its bearer or in the post.</summary>
    Lost = 3,

    /// <summary>Withdrawn by the issuer while somebody holds it.</summary>
    Revoked = 4,

    /// <summary>No longer valid for another reason, such as a production fault.</summary>
    Invalid = 5,
}

/// <summary>The codes of <see cref="ReportKind"/> as they stand in JSON and CSV.</summary>
public static class ReportKinds
{
    /// <summary>Every kind, in order.</summary>
    public static IReadOnlyList<ReportKind> All { get; } = Enum.GetValues<ReportKind>();

    /// <summary>The code of a kind: stolenBlank, stolen, lost, revoked or invalid.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is no kind.</exception>
    public static string Code(this ReportKind kind) => kind switch
    {
        ReportKind.StolenBlank => "stolenBlank",
        ReportKind.Stolen => "stolen",
        ReportKind.Lost => "lost",
        ReportKind.Revoked => "revoked",
        ReportKind.Invalid => "invalid",
        _ => throw new ArgumentOutOfRangeException(nameof(kind)),
    };

    /// <summary>Reads a code.</summary>
    /// <param name="text">A code, in any case.</param>
    /// <param name="kind">The kind, or the default value on refusal.</param>
    public static bool TryParse(ReadOnlySpan<char> text, out ReportKind kind)
    {
        foreach (var candidate in All)
        {
            if (!text.Equals(candidate.Code(), StringComparison.OrdinalIgnoreCase)) continue;
            kind = candidate;
            return true;
        }
        kind = default;
        return false;
    }
}
