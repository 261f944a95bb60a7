using System.Text.Json;

namespace Comity.Emrtd.Mrz;

/// <summary>From an outcome to its report.</summary>
internal static class MrzReportWriter
{
    public static MrzReport Report(MachineReadableZone zone, DateOnly? on, MrzWording wording) => zone.Switch(
        recognised => Report(recognised, on, wording),
        refusal => new MrzReport("unrecognisable", null, null, [], null, null, null, new Dictionary<string, MrzReport.Field>(), null, [],
            new(Key(refusal.Reason), refusal.Line, refusal.Column, wording.Say(refusal))));

    private static MrzReport Report(MachineReadableZone.Recognised zone, DateOnly? on, MrzWording wording) => new(
        "recognised",
        Key(zone.Format),
        zone.IsConformant,
        zone.Lines,
        Key(zone.DocumentCode.Value.Class),
        zone.DocumentCode.Value.PassportKind is { } kind ? Key(kind) : null,
        zone.Name.Value,
        new OrderedDictionary<string, MrzReport.Field>(zone.Fields.Select(f => KeyValuePair.Create(Key(f.Part), Field(f, on)))),
        zone.Composite is { } composite ? Check(composite) : null,
        [.. zone.Findings.Select(f => Finding(f, wording))],
        null);

    private static MrzReport.Field Field(MrzField field, DateOnly? on)
    {
        var (value, resolved) = field switch
        {
            MrzField<MrzDocumentCode> f => (f.Value.Text, null),
            MrzField<StateCode?> f => (f.Value?.ToString(), null),
            MrzField<MrzName> f => (f.Value.Secondary.Length == 0 ? f.Value.Primary : $"{f.Value.Primary}, {f.Value.Secondary}", null),
            MrzField<DocumentNumber?> f => (f.Value?.ToString(), null),
            MrzField<MrzDate?> f => (f.Value?.ToString(), on is { } day ? Resolve(f, day)?.ToString() : null),
            MrzField<MrzSex?> f => (f.Value is { } sex ? Key(sex) : null, null),
            MrzField<string> f => (f.Value, (string?)null),
            _ => throw new InvalidOperationException("A field without a form in the report."),
        };
        var span = field.Span;
        return new(value, resolved, field.Raw, span.Line, span.Column, span.Length, field.Check is { } check ? Check(check) : null);
    }

    private static PartialDate? Resolve(MrzField<MrzDate?> field, DateOnly on) =>
        field.Part == MrzPart.DateOfBirth ? field.Value?.ResolveBirth(on) : field.Value?.ResolveExpiry(on);

    private static MrzReport.Check Check(MrzCheck check) => new(
        Key(check.Outcome), MrzText.Printable(check.Found.ToString()), check.Expected, check.Span.Line, check.Span.Column,
        [.. check.Repairs.Select(r => new MrzReport.Repair(r.Span.Line, r.Span.Column, r.Found.ToString(), r.Proposed.ToString(), r.CompositeHolds))]);

    private static MrzReport.Finding Finding(MrzFinding f, MrzWording wording) => new(
        Key(f.Code), Key(f.Severity), Key(f.Part), f.Span.Line, f.Span.Column, f.Found, f.Expected, wording.Say(f));

    private static string Key<T>(T value) where T : struct, Enum => JsonNamingPolicy.CamelCase.ConvertName(value.ToString());
}
