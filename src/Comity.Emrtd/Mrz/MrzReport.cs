using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Comity.Emrtd.Mrz;

/// <summary>What came of reading a zone, flat, for people and machines. Property names in JSON are camelCase and stable.</summary>
/// <param name="Outcome"><c>recognised</c> or <c>unrecognisable</c>.</param>
/// <param name="Format"><c>td1</c>, <c>td2</c>, <c>td3</c>, <c>mrvA</c> or <c>mrvB</c>; none where unrecognisable.</param>
/// <param name="Conformant">Whether nothing contradicts the standard, notes aside; none where unrecognisable.</param>
/// <param name="Lines">The lines as read.</param>
/// <param name="DocumentClass">What the document is, a name of <see cref="MrzDocumentClass"/> in camelCase.</param>
/// <param name="PassportKind">Which passport, a name of <see cref="MrzPassportKind"/> in camelCase.</param>
/// <param name="Name">The holder's name.</param>
/// <param name="Fields">The fields by name of <see cref="MrzPart"/> in camelCase; empty where unrecognisable.</param>
/// <param name="Composite">The composite check digit, where the format has one.</param>
/// <param name="Findings">All findings, by line and column.</param>
/// <param name="Refusal">Why and where, where unrecognisable.</param>
/// <remarks>A report holds personal data of the zone: it is an answer, not a log entry.</remarks>
public sealed record MrzReport(
    string Outcome,
    string? Format,
    bool? Conformant,
    IReadOnlyList<string> Lines,
    string? DocumentClass,
    string? PassportKind,
    MrzName? Name,
    IReadOnlyDictionary<string, MrzReport.Field> Fields,
    MrzReport.Check? Composite,
    IReadOnlyList<MrzReport.Finding> Findings,
    MrzReport.Reason? Refusal)
{
    /// <summary>One field.</summary>
    /// <param name="Value">
    /// Its meaning; none where it cannot be read. Dates as <c>74-08-12</c> with X for unknown digits, names as
    /// <c>PRIMARY, SECONDARY</c>, the sex as <c>female</c>, <c>male</c> or <c>unspecified</c>.
    /// </param>
    /// <param name="Resolved">A date with its century, where a day to resolve it against was given.</param>
    /// <param name="Raw">The characters with fillers.</param>
    /// <param name="Line">From 1.</param>
    /// <param name="Column">From 1.</param>
    /// <param name="Length">Characters; of a long number, those of its first piece.</param>
    /// <param name="Check">Its check digit, where the format has one for it.</param>
    public sealed record Field(string? Value, string? Resolved, string Raw, int Line, int Column, int Length, Check? Check);

    /// <summary>One check digit.</summary>
    /// <param name="Outcome"><c>holds</c>, <c>wrong</c>, <c>missing</c> or <c>notComputable</c>.</param>
    /// <param name="Found">The character there.</param>
    /// <param name="Expected">0 to 9; none where it cannot be computed.</param>
    /// <param name="Line">From 1.</param>
    /// <param name="Column">From 1.</param>
    /// <param name="Repairs">Proposals, never applied.</param>
    public sealed record Check(string Outcome, string Found, int? Expected, int Line, int Column, IReadOnlyList<Repair> Repairs);

    /// <summary>One proposal; see <see cref="MrzRepair"/>.</summary>
    public sealed record Repair(int Line, int Column, string Found, string Proposed, bool? CompositeHolds);

    /// <summary>One finding; see <see cref="MrzFinding"/>.</summary>
    public sealed record Finding(string Code, string Severity, string Part, int Line, int Column, string? Found, string? Expected, string Words);

    /// <summary>Why there is no zone; see <see cref="MachineReadableZone.Unrecognisable"/>.</summary>
    public sealed record Reason(string Code, int Line, int Column, string Words);

    /// <summary>Makes the report of an outcome.</summary>
    /// <param name="zone">The outcome.</param>
    /// <param name="on">A day against which two-digit years are resolved; left unresolved without one.</param>
    /// <param name="wording">The language of the words; English without one.</param>
    public static MrzReport Of(MachineReadableZone zone, DateOnly? on = null, MrzWording? wording = null) =>
        MrzReportWriter.Report(zone, on, wording ?? MrzWording.English);

    /// <summary>Only the outcome; see <see cref="ToText"/> for all of it.</summary>
    public override string ToString() => Outcome;

    /// <summary>The report as one line of JSON. Fillers are not escaped: do not paste it into HTML unescaped.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, Readable.MrzReport);

    /// <summary>The report as text, one fact a line, <c>name: value</c>; characters that are not printable by code point.</summary>
    public string ToText()
    {
        var text = new StringBuilder();
        void Line(string name, string? value)
        {
            if (!string.IsNullOrEmpty(value)) text.Append(name).Append(": ").Append(value).Append('\n');
        }

        Line("outcome", Outcome);
        Line("format", Format);
        Line("conformant", Conformant switch { true => "yes", false => "no", null => null });
        Line("documentClass", DocumentClass);
        Line("passportKind", PassportKind);
        foreach (var (name, field) in Fields)
        {
            Line(name, field.Resolved ?? (field.Value is { } value ? Shown(value) : $"unreadable ({Shown(field.Raw)})"));
            if (field.Check is { } check) Line($"{name}.checkDigit", Say(check));
        }
        if (Composite is not null) Line("composite.checkDigit", Say(Composite));
        foreach (var f in Findings) Line(f.Severity, string.Create(CultureInfo.InvariantCulture, $"{f.Code} at {f.Line}:{f.Column}: {f.Words}"));
        if (Refusal is { } r) Line("refused", string.Create(CultureInfo.InvariantCulture, $"{r.Code} at {r.Line}:{r.Column}: {r.Words}"));
        return text.ToString();
    }

    /// <summary>The default would write every filler as <c>\u003C</c>.</summary>
    private static readonly MrzReportJson Readable =
        new(new JsonSerializerOptions(MrzReportJson.Default.Options) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });

    private static string Say(Check check)
    {
        var repairs = check.Repairs.Select(r => string.Create(CultureInfo.InvariantCulture,
            $"; {r.Found} at {r.Line}:{r.Column} may be {r.Proposed}") + (r.CompositeHolds == true ? " (composite agrees)" : ""));
        return check.Outcome + string.Concat(repairs);
    }

    private static string Shown(string value) => string.Join(' ', value.Split(' ').Select(MrzText.Printable));
}

/// <summary>How a <see cref="MrzReport"/> is written as JSON.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(MrzReport))]
public sealed partial class MrzReportJson : JsonSerializerContext;
