using Comity.Core.Registers;
using Comity.TravelDocuments.Records;

namespace Comity.TravelDocuments.Checks;

/// <summary>What the index keeps of a record, in eight bytes: enough to say what was found, not what it says.</summary>
public readonly record struct IndexEntry : IComparable<IndexEntry>
{
    /// <summary>The greatest number of a log: 18 bits.</summary>
    public const int MaxLog = (1 << 18) - 1;

    /// <summary>The greatest entry: 40 bits.</summary>
    public const long MaxIndex = (1L << 40) - 1;

    private const int LogShift = 40;
    private const int KindShift = LogShift + 18;
    private const int ClassShift = KindShift + 3;
    private const int RangeShift = ClassShift + 2;

    private readonly ulong _packed;

    private IndexEntry(ulong packed) => _packed = packed;

    /// <summary>Packs an entry.</summary>
    /// <param name="address">Where the record lies.</param>
    /// <param name="kind">Its kind.</param>
    /// <param name="documentClass">The class of its document type.</param>
    /// <param name="isRange">Whether it is a range of blanks.</param>
    /// <exception cref="ArgumentOutOfRangeException">A part is outside its limits.</exception>
    public IndexEntry(RecordAddress address, ReportKind kind, DocumentClass documentClass, bool isRange)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan((ulong)address.Index, (ulong)MaxIndex, nameof(address));
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)address.Log, (uint)MaxLog, nameof(address));
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)kind, 7u, nameof(kind));
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)documentClass, 3u, nameof(documentClass));
        _packed = (ulong)address.Index | (ulong)address.Log << LogShift | (ulong)kind << KindShift
            | (ulong)documentClass << ClassShift | (isRange ? 1UL << RangeShift : 0);
    }

    /// <summary>Where the record lies.</summary>
    public RecordAddress Address =>
        new((int)(_packed >> LogShift) & MaxLog, (long)(_packed & (ulong)MaxIndex));

    /// <summary>Its kind.</summary>
    public ReportKind Kind => (ReportKind)(_packed >> KindShift & 7);

    /// <summary>The class of its document type.</summary>
    public DocumentClass Class => (DocumentClass)(_packed >> ClassShift & 3);

    /// <summary>Whether it is a range of blanks.</summary>
    public bool IsRange => _packed >> RangeShift != 0;

    /// <summary>The eight bytes as one number.</summary>
    internal ulong ToBits() => _packed;

    /// <summary>The entry of a number that <see cref="ToBits"/> gave.</summary>
    internal static IndexEntry FromBits(ulong bits) => new(bits);

    /// <summary>An order without meaning, for structures that need one.</summary>
    public int CompareTo(IndexEntry other) => _packed.CompareTo(other._packed);
}
