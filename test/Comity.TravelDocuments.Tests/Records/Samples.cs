using Comity.TravelDocuments.Records;
using FsCheck;
using FsCheck.Fluent;

namespace Comity.TravelDocuments.Tests.Records;

/// <summary>Drafts and records of fictional States.</summary>
internal static class Samples
{
    private static readonly Gen<string?> Text =
        from words in Gen.Elements("cut lock", "truck, \"sealed\"", "line\nbreak", "café ü 漢字 😀", "a;b", "=1+1", "O'Dock", "<none>", "\\", "\u007e").ListOf(3)
        from present in Gen.Choose(0, 1)
        select present == 0 ? null : string.Join(" ", words).Trim();

    private static readonly Gen<string?> Day =
        from day in Gen.Choose(0, 20_000)
        from present in Gen.Choose(0, 2)
        select present == 0 ? null : new DateOnly(1990, 1, 1).AddDays(day).ToString("yyyy-MM-dd", null);

    /// <summary>Records of every kind, single and ranges, full and sparse.</summary>
    public static Gen<DocumentRecord> Records { get; } =
        from issuer in Gen.Elements("UTO", "XAR", "D")
        from type in Gen.Elements("P", "PD", "ID", "V", "X")
        from kind in Gen.Elements(ReportKinds.All.ToArray())
        from number in Gen.Choose(0, 99_999)
        from more in Gen.Choose(0, 500)
        from date in Gen.Elements(null, "2004", "2004-05", "2004-05-11")
        from days in Day.Two()
        from place in Text
        from circumstances in Text
        from ground in Text
        from contest in Text
        from note in Text
        from disputed in Day
        from country in Gen.Elements(null, "XLY", "UTO")
        let blank = kind == ReportKind.StolenBlank
        select Create(new()
        {
            Version = 1,
            Issuer = issuer,
            Type = type,
            Number = $"AB{number:D6}",
            Last = blank ? $"AB{number + more:D6}" : null,
            Kind = kind.Code(),
            Country = country,
            Place = place,
            Date = date,
            Issued = blank ? null : Least(days.Item1, days.Item2),
            Expires = blank ? null : Greatest(days.Item1, days.Item2),
            Reference = $"UTO/{number}",
            Circumstances = circumstances,
            EnteredBy = "Passport office, document desk",
            Ground = ground ?? "Passport Act, section 12",
            Contest = contest ?? "Write to appeals@example.org",
            DisputedSince = disputed,
            DisputeNote = disputed is null ? null : note,
        });

    public static DocumentDraft Draft() => new()
    {
        Version = 1,
        Issuer = "UTO",
        Type = "P",
        Number = "L898902C3",
        Kind = "lost",
        EnteredBy = "Passport office, document desk",
    };

    public static DocumentRecord Create(DocumentDraft draft)
    {
        Assert.True(DocumentRecord.TryCreate(draft, out var record, out var faults), string.Join("; ", faults));
        return record;
    }

    private static string? Least(string? a, string? b) => a is null || b is null ? a : string.CompareOrdinal(a, b) < 0 ? a : b;

    private static string? Greatest(string? a, string? b) => a is null || b is null ? null : string.CompareOrdinal(a, b) < 0 ? b : a;
}
