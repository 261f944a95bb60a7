namespace Comity.Emrtd.Mrz;

/// <summary>Why text is no machine-readable zone. Names are stable: they are keys of messages and of JSON output.</summary>
public enum MrzRefusalReason
{
    /// <summary>Nothing but white space.</summary>
    Empty,

    /// <summary>More than <see cref="MachineReadableZone.MaxInput"/> characters.</summary>
    TooLong,

    /// <summary>Neither two nor three lines, nor one run of 72, 88 or 90 characters.</summary>
    LineCount,

    /// <summary>A line is too short or too long for every format with so many lines.</summary>
    LineLength,
}

/// <summary>What came of reading the printed lines of a travel document (ICAO Doc 9303-3 §4).</summary>
/// <remarks>
/// Either the format was recognised, and every field comes out with its findings whatever is wrong with the others, or
/// it was not, and the result says why and where. Reading never throws.
/// </remarks>
public abstract record MachineReadableZone
{
    /// <summary>The most characters that are looked at: a zone has at most 90, and scanners add some space.</summary>
    public const int MaxInput = 1024;

    private MachineReadableZone() { }

    /// <summary>Reads lines as scanned.</summary>
    /// <param name="text">
    /// Lines parted by CR, LF or both, with blank lines and spaces around them; lower case; or all characters in one run.
    /// </param>
    public static MachineReadableZone Parse(ReadOnlySpan<char> text) => MrzScan.Read(text);

    /// <summary>Reads lines as scanned, one string a line.</summary>
    /// <param name="lines">The lines, as in <see cref="Parse(ReadOnlySpan{char})"/>.</param>
    public static MachineReadableZone Parse(IEnumerable<string> lines) => Parse(string.Join('\n', lines));

    /// <summary>The outcome as one value of the two.</summary>
    /// <param name="recognised">Called when the format was recognised.</param>
    /// <param name="unrecognisable">Called when it was not.</param>
    /// <typeparam name="T">What both give.</typeparam>
    public T Switch<T>(Func<Recognised, T> recognised, Func<Unrecognisable, T> unrecognisable) => this switch
    {
        Recognised r => recognised(r),
        Unrecognisable u => unrecognisable(u),
        _ => throw new InvalidOperationException("A zone is recognised or it is not."),
    };

    /// <summary>The text has no form of a machine-readable zone.</summary>
    /// <param name="Reason">Why.</param>
    /// <param name="Line">The line of the text as given, from 1.</param>
    /// <param name="Column">The column of the line as given, from 1.</param>
    /// <param name="Found">The number of lines or characters there, where that is the reason.</param>
    /// <param name="Expected">What it should be.</param>
    public sealed record Unrecognisable(MrzRefusalReason Reason, int Line, int Column, string? Found = null, string? Expected = null)
        : MachineReadableZone
    {
        /// <summary>The refusal in English words; it quotes nothing of the text.</summary>
        public override string ToString() => MrzWording.English.Say(this);
    }

    /// <summary>The format was recognised.</summary>
    public sealed record Recognised : MachineReadableZone
    {
        internal Recognised() { }

        /// <summary>Which of the five formats.</summary>
        public required MrzFormat Format { get; init; }

        /// <summary>The lines that were read: of full length, upper case, without space around.</summary>
        public required IReadOnlyList<string> Lines { get; init; }

        /// <summary>What the document is.</summary>
        public required MrzField<MrzDocumentCode> DocumentCode { get; init; }

        /// <summary>Who issued it; <see langword="null"/> where unreadable.</summary>
        public required MrzField<StateCode?> IssuingState { get; init; }

        /// <summary>The holder's name.</summary>
        public required MrzField<MrzName> Name { get; init; }

        /// <summary>The document's number (of a visa: the visa's or the passport's); <see langword="null"/> where unreadable.</summary>
        public required MrzField<DocumentNumber?> DocumentNumber { get; init; }

        /// <summary>The holder's nationality; <see langword="null"/> where unreadable.</summary>
        public required MrzField<StateCode?> Nationality { get; init; }

        /// <summary>The holder's date of birth; <see langword="null"/> where it is no date.</summary>
        public required MrzField<MrzDate?> DateOfBirth { get; init; }

        /// <summary>The holder's sex; <see langword="null"/> where unreadable.</summary>
        public required MrzField<MrzSex?> Sex { get; init; }

        /// <summary>Until when the document or visa is valid; <see langword="null"/> where it is no date.</summary>
        public required MrzField<MrzDate?> DateOfExpiry { get; init; }

        /// <summary>Optional data without the fillers after them and without the rest of a long number.</summary>
        public required MrzField<string> OptionalData { get; init; }

        /// <summary>Optional data of the middle line of TD1; <see langword="null"/> for the other formats.</summary>
        public required MrzField<string>? OptionalData2 { get; init; }

        /// <summary>The composite check digit; <see langword="null"/> for visas, which have none.</summary>
        public required MrzCheck? Composite { get; init; }

        /// <summary>Findings about whole lines and the composite check digit.</summary>
        public required IReadOnlyList<MrzFinding> ZoneFindings { get; init; }

        /// <summary>All fields in the order in which a report gives them.</summary>
        public IEnumerable<MrzField> Fields =>
            new MrzField?[] { DocumentCode, IssuingState, Name, DocumentNumber, Nationality, DateOfBirth, Sex, DateOfExpiry, OptionalData, OptionalData2 }
                .OfType<MrzField>();

        /// <summary>All check digits, those of fields first, the composite one last.</summary>
        public IEnumerable<MrzCheck> Checks => Fields.Select(f => f.Check).Append(Composite).OfType<MrzCheck>();

        /// <summary>All findings, by line and column.</summary>
        public IEnumerable<MrzFinding> Findings =>
            ZoneFindings.Concat(Fields.SelectMany(f => f.Findings)).OrderBy(f => f.Span.Line).ThenBy(f => f.Span.Column);

        /// <summary>
        /// Whether nothing contradicts the standard (notes aside). True says nothing about whether the document is genuine.
        /// </summary>
        public bool IsConformant => Findings.All(f => f.Severity == MrzSeverity.Note);

        /// <summary>Only the format: a zone is personal data, and a log is no place for it.</summary>
        public override string ToString() => Format.ToString();

        /// <summary>The same as content that <see cref="MrzContent.TryFormat"/> writes.</summary>
        /// <returns><see langword="null"/> where a field has no meaning that could be written.</returns>
        public MrzContent? ToContent() => MrzContent.Of(this);
    }
}
