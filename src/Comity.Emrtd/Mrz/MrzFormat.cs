namespace Comity.Emrtd.Mrz;

/// <summary>The five machine-readable zones of ICAO Doc 9303.</summary>
public enum MrzFormat
{
    /// <summary>Card, 3 lines of 30 characters; Doc 9303-5.</summary>
    Td1,

    /// <summary>Larger card or sheet, 2 lines of 36; Doc 9303-6.</summary>
    Td2,

    /// <summary>Passport, 2 lines of 44; Doc 9303-4.</summary>
    Td3,

    /// <summary>Visa of full size, 2 lines of 44, no composite check digit; Doc 9303-7 §4.2.</summary>
    MrvA,

    /// <summary>Visa of small size, 2 lines of 36, no composite check digit; Doc 9303-7 §5.2.</summary>
    MrvB,
}

/// <summary>A run of characters of a zone. Lines and columns count from 1, as the standard's tables do.</summary>
/// <param name="Line">1 to 3.</param>
/// <param name="Column">1 to 44.</param>
/// <param name="Length">Characters; 0 marks a place between two.</param>
public readonly record struct MrzSpan(int Line, int Column, int Length)
{
    internal MrzSpan At(int index) => new(Line, Column + index, 1);

    internal MrzSpan From(int index) => new(Line, Column + index, Length - index);

    internal MrzSpan First(int length) => new(Line, Column, length);

    /// <summary>The character after the run: where the standard puts its check digit.</summary>
    internal MrzSpan Next => new(Line, Column + Length, 1);
}

/// <summary>Where each field of a format stands; the tables of Doc 9303-4, -5, -6 and -7 §4.2.2.</summary>
internal sealed record MrzLayout(MrzFormat Format, int LineCount, int Width)
{
    public MrzSpan DocumentCode { get; } = new(1, 1, 2);
    public MrzSpan IssuingState { get; } = new(1, 3, 3);
    public required MrzSpan Name { get; init; }
    public required MrzSpan Number { get; init; }
    public required MrzSpan Nationality { get; init; }
    public required MrzSpan Birth { get; init; }
    public required MrzSpan Sex { get; init; }
    public required MrzSpan Expiry { get; init; }
    public required MrzSpan Optional { get; init; }
    public MrzSpan? Optional2 { get; init; }

    /// <summary>Only TD3 has a check digit of its own for optional data.</summary>
    public bool OptionalIsChecked { get; init; }

    public MrzSpan? Composite { get; init; }
    public IReadOnlyList<MrzSpan> CompositeCovers { get; init; } = [];

    /// <summary>Only cards let a number continue in the optional data; Doc 9303-5 and -6 §4.2.2.</summary>
    public bool AllowsLongNumbers => Format is MrzFormat.Td1 or MrzFormat.Td2;

    public bool IsVisa => Format is MrzFormat.MrvA or MrzFormat.MrvB;

    /// <summary>Whether a line ends in text, so that fillers lost or added at its end change nothing.</summary>
    public bool EndsOpen(int line) => Composite?.Line != line;

    public static MrzLayout Of(MrzFormat format) => All[(int)format];

    private static readonly MrzLayout[] All =
    [
        new(MrzFormat.Td1, 3, 30)
        {
            Number = new(1, 6, 9),
            Optional = new(1, 16, 15),
            Birth = new(2, 1, 6),
            Sex = new(2, 8, 1),
            Expiry = new(2, 9, 6),
            Nationality = new(2, 16, 3),
            Optional2 = new(2, 19, 11),
            Composite = new(2, 30, 1),
            CompositeCovers = [new(1, 6, 25), new(2, 1, 7), new(2, 9, 7), new(2, 19, 11)],
            Name = new(3, 1, 30),
        },
        TwoLines(MrzFormat.Td2, 36, optional: 7, optionalIsChecked: false, composite: true),
        TwoLines(MrzFormat.Td3, 44, optional: 14, optionalIsChecked: true, composite: true),
        TwoLines(MrzFormat.MrvA, 44, optional: 16, optionalIsChecked: false, composite: false),
        TwoLines(MrzFormat.MrvB, 36, optional: 8, optionalIsChecked: false, composite: false),
    ];

    private static MrzLayout TwoLines(MrzFormat format, int width, int optional, bool optionalIsChecked, bool composite) =>
        new(format, 2, width)
        {
            Name = new(1, 6, width - 5),
            Number = new(2, 1, 9),
            Nationality = new(2, 11, 3),
            Birth = new(2, 14, 6),
            Sex = new(2, 21, 1),
            Expiry = new(2, 22, 6),
            Optional = new(2, 29, optional),
            OptionalIsChecked = optionalIsChecked,
            Composite = composite ? new(2, width, 1) : null,
            CompositeCovers = composite ? [new(2, 1, 10), new(2, 14, 7), new(2, 22, width - 22)] : [],
        };
}
